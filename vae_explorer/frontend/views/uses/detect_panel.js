/**
 * Score, other set and threshold: the histograms, the ROC curve, both error rates, and what to think of them.
 *
 * @typedef {import("./state.js").TabContext} TabContext
 * @typedef {import("../../types.js").AnomalyTable} AnomalyTable
 * @typedef {import("./detect_scores.js").Scores} Scores
 */

import { button, buttonGroup, element, setPressed } from "../../dom.js";
import { roundedToHundredths } from "../../numbers.js";
import { formatCount } from "../../text.js";
import { figure } from "../shared/figures.js";
import { percent, rocPoints, shareAbove, thresholdFor } from "./detect_rates.js";
import {
  aboutScore,
  FAILS,
  outcome,
  picturesOf,
  reason,
  scoreInText,
  scoreName,
  scoresOf,
  setName,
  usualOne,
  WORKS,
} from "./detect_text.js";
import { HistogramChart } from "./histogram_chart.js";
import { RocChart } from "./roc_chart.js";

const USUAL_ALARMS = 0.05; // where the settings say no place
const STEP = 0.1; // of the slider, percent of the axis

const TEXT = {
  score: "Score: a higher one speaks for an anomaly",
  against: "Test set against",
  threshold: "Threshold",
  /** @param {number} count @param {string} pictures */
  legend: (count, pictures) => `${formatCount(count)} ${pictures}`,
  picture: "this picture",
  blankPage: "a blank page",
  scoreBlank: "Score a blank page",
  /** @param {string} test @param {string} other @param {string} score */
  histogram: (test, other, score) => `Histograms of the score ${score}: ${test}, filled, and ${other}, outlined`,
  /** @param {string} others @param {string} auc */
  roc: (others, auc) => `ROC curve: the share of ${others} found, over the share of false alarms; AUC ${auc}`,
  auc: "AUC",
  alarms: (/** @type {string} */ nouns) => ` of test ${nouns} are taken for anomalies, `,
  missed: (/** @type {string} */ others) => ` of ${others} are missed.`,
  /** @param {string} threshold @param {string} alarms @param {string} missed */
  position: (threshold, alarms, missed) => `${threshold} nats: ${alarms} false alarms, ${missed} missed`,
  noPicture: (/** @type {string} */ noun) => `Draw a ${noun}, or choose one: its score appears here.`,
  /** @param {string} score */
  own: (score) => `This picture: ${score} nats, `,
  /** @param {string} score */
  ownBlank: (score) => `A blank page: ${score} nats, `,
  aboveThreshold: "above the threshold: taken for an anomaly",
  belowThreshold: (/** @type {string} */ one) => `below the threshold: taken for ${one}`,
  unknown: "This page does not know how to compute this score.",
  best: "No score in the table does better here.",
  /** @param {string} score @param {string} auc */
  better: (score, auc) => `Better here: ${score}, AUC ${auc}`,
  /** @param {string} score @param {string} others @param {string} auc */
  worst: (score, others, auc) => `See a score fail: ${score} against ${others}, AUC ${auc}`,
};

export class DetectPanel {
  #context;
  #table;
  #callbacks;
  #score;
  #set;
  #threshold = 0;
  /** The share of false alarms that was chosen, which another score begins with. */
  #alarms = USUAL_ALARMS;
  /** @type {Scores | null} */
  #own = null;
  #isBlank = false;

  /**
   * @param {TabContext} context
   * @param {AnomalyTable} table
   * @param {object} callbacks
   * @param {(set: string) => void} callbacks.onSet  another one is compared with, or the first
   * @param {(score: string, threshold: number) => void} callbacks.onThreshold
   * @param {(isBlank: boolean) => void} callbacks.onBlank  a blank page is to be scored, or the picture again
   */
  constructor(context, table, callbacks) {
    const { settings, model } = context;
    const { data } = model.manifest;
    this.#context = context;
    this.#table = table;
    this.#callbacks = callbacks;
    const scores = scoresOf(table);
    const sets = table.sets.map(({ name }) => name);
    this.#score = scores.includes(settings.score) ? settings.score : scores[0];
    this.#set = sets.includes(settings.against) ? settings.against : sets[0];
    this.scores = scores.map((score) => button(scoreName(score), () => this.#choose({ score })));
    this.sets = sets.map((against) => button(setName(against), () => this.#choose({ against })));
    this.about = element("p", { class: "vx-note vx-det-about" });
    this.histogram = new HistogramChart({
      onDrag: (threshold) => this.#showThreshold(threshold),
      onDrop: () => this.#settle(),
      onCancel: () => this.#toBar(),
    });
    this.slider = element("input", {
      class: "vx-range vx-det-range",
      attributes: { type: "range", "aria-label": TEXT.threshold, min: 0, max: 100, step: STEP },
      on: { input: () => this.#showThreshold(this.#at(this.slider.valueAsNumber)), change: () => this.#settle() },
    });
    this.roc = new RocChart();
    this.auc = element("strong", { class: "vx-reading" });
    this.testLegend = element("span", { class: "vx-det-key vx-det-test-key" });
    this.otherLegend = element("span", { class: "vx-det-key vx-det-other-key" });
    this.ownLegend = element("span", { class: "vx-det-key vx-det-own-key", text: TEXT.picture });
    this.alarms = element("strong", { class: "vx-reading" });
    this.missed = element("strong", { class: "vx-reading" });
    this.missedText = element("span");
    this.blank = button(TEXT.scoreBlank, () => callbacks.onBlank(this.blank.getAttribute("aria-pressed") !== "true"), {
      attributes: { "aria-pressed": "false" },
    });
    this.verdict = element("p", { class: "vx-det-verdict", attributes: { role: "status" } });
    this.outcome = element("span");
    this.why = element("span");
    this.onward = element("span", { class: "vx-det-onward" });
    this.root = element(
      "div",
      { class: "vx-det-panel" },
      element(
        "div",
        { class: "vx-det-choices" },
        buttonGroup(TEXT.score, this.scores),
        buttonGroup(TEXT.against, this.sets),
      ),
      this.about,
      element(
        "div",
        { class: "vx-det-charts" },
        element(
          "div",
          { class: "vx-det-main" },
          element("div", { class: "vx-note vx-det-legend" }, this.testLegend, this.otherLegend, this.ownLegend),
          this.histogram.root,
          this.slider,
          element(
            "div",
            { class: "vx-det-said" },
            element("p", { class: "vx-det-rates" }, this.alarms, TEXT.alarms(data.nouns), this.missed, this.missedText),
            element("div", { class: "vx-det-own-said" }, this.verdict, this.blank),
          ),
        ),
        element(
          "div",
          { class: "vx-det-roc-side" },
          element(
            "p",
            { class: "vx-between" },
            element("span", { class: "vx-caption", text: "ROC" }),
            element("span", {}, `${TEXT.auc} `, this.auc),
          ),
          this.roc.root,
        ),
      ),
      element("div", { class: "vx-det-outcome" }, element("p", {}, this.outcome, this.why), this.onward),
    );
    this.#show();
    this.#alarms = this.#alarmsNow;
    callbacks.onSet(this.#set);
  }

  /**
   * @param {Scores | null} scores  of the picture in view, or of a blank page; null: there is none
   * @param {boolean} isBlank       they are of a blank page
   * @param {boolean} isBlankChosen  what is to be scored is a blank page
   */
  showOwn(scores, isBlank, isBlankChosen) {
    this.#own = scores;
    this.#isBlank = isBlank;
    this.blank.setAttribute("aria-pressed", String(isBlankChosen));
    this.ownLegend.textContent = isBlank ? TEXT.blankPage : TEXT.picture;
    this.#showOwn();
  }

  get #range() {
    const found = this.#table.scores.find(({ score }) => score === this.#score);
    if (!found) throw new RangeError(`The table has no score ${this.#score}.`);
    return found;
  }

  get #other() {
    const found = this.#table.sets.find(({ name }) => name === this.#set);
    if (!found) throw new RangeError(`The table has no set ${this.#set}.`);
    return found;
  }

  /** @param {{score?: string, against?: string}} change */
  #choose(change) {
    const isOther = change.score !== undefined && change.score !== this.#score;
    this.#score = change.score ?? this.#score;
    this.#set = change.against ?? this.#set;
    // On its axis the same place would be another share of false alarms.
    const isMoved = isOther && this.#context.settings.bar >= 0;
    this.#context.set(isMoved ? { ...change, bar: this.#barOf(this.#thresholdFor(this.#alarms)) } : change);
    this.#show();
    if (change.against) this.#callbacks.onSet(this.#set);
  }

  /** All of it: the score or the set is another one. */
  #show() {
    const { manifest } = this.#context.model;
    const { low, high, histogram: test } = this.#range;
    const { pictures, auc, histograms } = this.#other;
    const other = histograms[this.#score];
    const others = picturesOf(this.#set, manifest.data);
    const names = scoresOf(this.#table);
    setPressed(this.scores, (index) => names[index] === this.#score);
    setPressed(this.sets, (index) => this.#table.sets[index].name === this.#set);
    this.about.textContent = aboutScore(this.#score, manifest, this.#table);
    this.testLegend.textContent = TEXT.legend(this.#table.pictures, `test ${manifest.data.nouns}`);
    this.otherLegend.textContent = TEXT.legend(pictures, others);
    this.histogram.show(
      { low, high, test, other },
      TEXT.histogram(`test ${manifest.data.nouns}`, others, scoreName(this.#score)),
    );
    const shownAuc = auc[this.#score].toFixed(3);
    this.auc.textContent = shownAuc;
    this.roc.show(rocPoints(test, other), TEXT.roc(others, shownAuc));
    this.missedText.textContent = TEXT.missed(others);
    const wayOn = this.#wayOn();
    const why = reason(this.#score, this.#set, auc[this.#score], manifest);
    this.why.textContent = ` ${why} ${typeof wayOn === "string" ? wayOn : ""}`.trimEnd();
    this.onward.replaceChildren(...(typeof wayOn === "string" ? [] : [wayOn]));
    this.#toBar();
    this.#showOwn();
  }

  /**
   * Where the score fails: the best one there. Where it works: the worst of the table.
   *
   * @returns {HTMLButtonElement | string}
   */
  #wayOn() {
    const { auc } = this.#other;
    const names = scoresOf(this.#table);
    const shown = (/** @type {number} */ value) => value.toFixed(3);
    if (auc[this.#score] < WORKS) {
      const [best] = [...names].sort((one, other) => auc[other] - auc[one]);
      if (shown(auc[best]) === shown(auc[this.#score])) return TEXT.best;
      return button(TEXT.better(scoreInText(best), shown(auc[best])), () => this.#choose({ score: best }));
    }
    const all = this.#table.sets.flatMap((set) =>
      names.map((score) => ({ set: set.name, score, auc: set.auc[score] })),
    );
    const [worst] = all.sort((one, other) => one.auc - other.auc);
    if (worst.auc >= FAILS) return "";
    const others = picturesOf(worst.set, this.#context.model.manifest.data);
    return button(TEXT.worst(scoreInText(worst.score), others, shown(worst.auc)), () =>
      this.#choose({ score: worst.score, against: worst.set }),
    );
  }

  /** To the threshold that the settings say. */
  #toBar() {
    const { bar } = this.#context.settings;
    this.#showThreshold(bar < 0 ? this.#thresholdFor(USUAL_ALARMS) : this.#at(bar));
  }

  /** @param {number} bar  percent of the axis @returns {number}  nats */
  #at(bar) {
    const { low, high } = this.#range;
    return low + (bar / 100) * (high - low);
  }

  /** @param {number} threshold  nats @returns {number}  percent of the axis, as a link has it */
  #barOf(threshold) {
    const { low, high } = this.#range;
    return roundedToHundredths((100 * (threshold - low)) / (high - low));
  }

  /** @param {number} alarms  0…1, of test pictures */
  #thresholdFor(alarms) {
    const range = this.#range;
    return thresholdFor(range.histogram, range, alarms);
  }

  get #alarmsNow() {
    const range = this.#range;
    return shareAbove(range.histogram, range, this.#threshold);
  }

  /** It is released. */
  #settle() {
    const bar = this.#barOf(this.#threshold);
    if (bar !== this.#context.settings.bar) this.#context.set({ bar });
    this.#toBar();
    this.#alarms = this.#alarmsNow;
  }

  /** @param {number} threshold */
  #showThreshold(threshold) {
    const range = this.#range;
    const { data } = this.#context.model.manifest;
    this.#threshold = threshold;
    const alarms = this.#alarmsNow;
    const found = shareAbove(this.#other.histograms[this.#score], range, threshold);
    this.histogram.showThreshold(threshold);
    this.roc.showAt(alarms, found);
    this.alarms.textContent = percent(alarms);
    this.missed.textContent = percent(1 - found);
    this.outcome.textContent = outcome(this.#set, this.#other.auc[this.#score], 1 - found, data);
    const bar = this.#barOf(threshold);
    this.slider.valueAsNumber = bar;
    this.slider.style.setProperty("--vx-part", (bar / 100).toFixed(4));
    this.slider.setAttribute(
      "aria-valuetext",
      TEXT.position(figure(threshold, 1), percent(alarms), percent(1 - found)),
    );
    this.#showVerdict();
    this.#callbacks.onThreshold(this.#score, threshold);
  }

  #showOwn() {
    const score = this.#own?.[this.#score] ?? null;
    this.histogram.showOwn(
      score,
      score === null ? "" : `${this.#isBlank ? TEXT.blankPage : TEXT.picture} ${figure(score, 1)}`,
    );
    this.#showVerdict();
  }

  #showVerdict() {
    const { data } = this.#context.model.manifest;
    const score = this.#own?.[this.#score];
    const isAbove = score !== undefined && score > this.#threshold;
    const text =
      score !== undefined
        ? (this.#isBlank ? TEXT.ownBlank : TEXT.own)(figure(score, 1)) +
          (isAbove ? TEXT.aboveThreshold : TEXT.belowThreshold(usualOne(data)))
        : this.#own
          ? TEXT.unknown
          : TEXT.noPicture(data.noun);
    if (this.verdict.textContent !== text) this.verdict.textContent = text;
    this.verdict.classList.toggle("vx-det-alarmed", isAbove);
  }
}
