/**
 * The tab Detect: which pictures are unlike those that the model knows. A score, its distribution over test pictures and
 * over others as `train evaluate --anomaly` measured it, and a threshold between them; the score of the picture in view
 * is computed in the page.
 *
 * @typedef {import("./state.js").Tab} Tab
 * @typedef {import("./state.js").TabContext} TabContext
 * @typedef {import("../../types.js").AnomalyTable} AnomalyTable
 * @typedef {import("../shared/picture/state.js").EncodedPicture} EncodedPicture
 * @typedef {import("./detect_scores.js").Scores} Scores
 *
 * @typedef {{pixels: Float32Array}} Scored
 */

import { element, errorBox } from "../../dom.js";
import { PIXELS } from "../../picture/size.js";
import { standardNormals } from "../../space/random.js";
import { figure } from "../shared/figures.js";
import { DetectPanel } from "./detect_panel.js";
import { Scorer, withTypicality } from "./detect_scores.js";
import { Sides } from "./detect_sides.js";
import { Slices } from "./detect_slices.js";
import { aucTable } from "./detect_table.js";
import { scoreName, scoresOf } from "./detect_text.js";
import { howToMeasure } from "./unmeasured.js";

const RANK = 0; // the picture in view goes before all others
const BLANK = { pixels: new Float32Array(PIXELS) };
const SEED = 1; // the same noise for every picture: a score changes with the picture alone

const TEXT = {
  table: "All scores on all sets",
  own: "This picture, in nats",
  ownBlank: "A blank page, in nats",
  noPicture: (/** @type {string} */ noun) => `There is no picture yet: draw a ${noun}, or choose one.`,
  unmeasured: "How well this model’s scores find anomalies has not been measured. ",
  retry: "Try again",
};

/** @implements {Tab} */
export class DetectTab {
  #context;
  #table;
  #slices = new Slices();
  /** @type {Scorer | null} */
  #scorer = null;
  /** @type {EncodedPicture | null} */
  #picture = null;
  /** What the score is of: the picture, or a blank page. @type {Scored | null} */
  #scored = null;
  #isDestroyed = false;
  /** @type {DetectPanel | null} */
  #panel = null;
  /** @type {Sides | null} */
  #sides = null;

  /** @param {TabContext} context */
  constructor(context) {
    const { model, props } = context;
    this.#context = context;
    const found = props.tables.anomaly;
    this.#table = found?.scores.length && found.sets.length ? found : undefined;
    this.message = element("div");
    this.own = element("div", { class: "vx-det-own-scores", attributes: { role: "group", "aria-label": TEXT.own } });
    this.root = element("div", { class: "vx-detect", attributes: { "aria-busy": "true" } }, this.message);
    if (this.#table) {
      const sides = new Sides(model, props, this.#slices, (scores) => this.#complete(scores));
      this.#sides = sides;
      this.#panel = new DetectPanel(context, this.#table, {
        onSet: (set) => sides.show(set),
        onThreshold: (score, threshold) => sides.divide(score, threshold),
        onBlank: (isBlank) => this.#score(isBlank ? BLANK : this.#picture),
      });
      this.root.append(
        this.#panel.root,
        sides.root,
        element(
          "details",
          { class: "vx-det-details" },
          element("summary", { text: TEXT.table }),
          ...aucTable(model.manifest, this.#table),
          this.own,
        ),
      );
    } else {
      this.root.append(element("p", {}, TEXT.unmeasured, ...howToMeasure(model.manifest, "anomaly")), this.own);
    }
    this.#load();
  }

  destroy() {
    this.#isDestroyed = true;
    this.#slices.destroy();
    this.#sides?.destroy();
  }

  /** @param {EncodedPicture | null} picture */
  show(picture) {
    this.#picture = picture;
    this.#score(picture);
  }

  /** @param {Scored | null} scored */
  #score(scored) {
    this.#scored = scored;
    if (!this.#scorer) return;
    if (!scored) {
      this.#slices.stop(RANK);
      this.#present(null);
    } else if (!this.#slices.isBusy(RANK)) {
      // Whatever comes before it has its score is next: a score that is shown is always a whole one.
      this.#start(this.#scorer, scored);
    }
  }

  async #load() {
    const { model } = this.#context;
    this.message.replaceChildren();
    try {
      const [encoder, decoder] = await Promise.all([model.encoder(), model.decoderLogits()]);
      if (this.#isDestroyed) return;
      this.#scorer = new Scorer(model.manifest, encoder, decoder);
      this.#score(this.#scored);
      this.#sides?.begin(new Scorer(model.manifest, encoder, decoder));
    } catch (error) {
      if (this.#isDestroyed) return;
      this.root.setAttribute("aria-busy", "false");
      this.message.replaceChildren(errorBox(error, TEXT.retry, () => this.#load()));
    }
  }

  /** @param {Scorer} scorer @param {Scored} scored */
  #start(scorer, scored) {
    this.root.setAttribute("aria-busy", "true");
    this.#slices.start(RANK, this.#scoreOf(scorer, scored));
  }

  /** @param {Scorer} scorer @param {Scored} scored @returns {Generator<undefined, void>} */
  *#scoreOf(scorer, scored) {
    const scores = this.#complete(yield* scorer.score(scored.pixels, standardNormals(SEED)));
    this.#present(scores, scored === BLANK);
    if (this.#scored && this.#scored !== scored) this.#start(scorer, this.#scored);
  }

  /** @param {Scores} scores */
  #complete(scores) {
    const name = this.#context.model.manifest.deterministic ? "reconstruction" : "elbo";
    const mean = this.#table?.scores.find(({ score }) => score === name)?.mean;
    return mean === undefined ? scores : withTypicality(scores, mean);
  }

  /** @param {Scores | null} scores  null: there is no picture @param {boolean} [isBlank]  of a blank page, not of it */
  #present(scores, isBlank = false) {
    this.root.setAttribute("aria-busy", "false");
    this.#panel?.showOwn(scores, isBlank, this.#scored === BLANK);
    this.own.setAttribute("aria-label", isBlank ? TEXT.ownBlank : TEXT.own);
    const names = scores ? namesIn(scores, this.#table) : [];
    this.own.replaceChildren(
      element("span", { class: "vx-caption", text: isBlank ? TEXT.ownBlank : TEXT.own }),
      ...(scores
        ? names.map((name) =>
            element(
              "span",
              {},
              `${scoreName(name)} `,
              element("span", { class: "vx-reading", text: figure(scores[name]), attributes: { "data-score": name } }),
            ),
          )
        : [element("span", { text: TEXT.noPicture(this.#context.model.manifest.data.noun) })]),
    );
  }
}

/** @param {Scores} scores @param {AnomalyTable | undefined} table */
function namesIn(scores, table) {
  return table ? scoresOf(table).filter((name) => name in scores) : Object.keys(scores);
}
