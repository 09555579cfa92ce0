/**
 * What one watches beside the map: the loss, the KL of each dimension, pictures.
 *
 * @typedef {import("../../types.js").TrainReference} TrainReference
 * @typedef {import("./session.js").TrainingSession} TrainingSession
 * @typedef {import("./curves.js").Losses} Losses
 */

import { element, setText } from "../../dom.js";
import { withTerms } from "../../glossary.js";
import { figure } from "../shared/figures.js";
import { KlChart } from "../shared/kl_chart.js";
import { DATA_SETS } from "../../training/data_sets.js";
import { NOUNS } from "./nouns.js";
import { LossChart } from "./loss_chart.js";
import { chartColours } from "./palette.js";
import { PictureRows } from "./picture_rows.js";

const TEXT = {
  title: "Live",
  losses: "In nats per image:",
  test: "test",
  testOfClasses: "test, of these classes",
  train: "training",
  /** @param {TrainReference} reference */
  reference: ({ title, latentDim }) => `“${title}” in the list, ${latentDim} dimensions`,
  kl: "KL of each dimension, from z1 on",
  /** @param {number} top */
  klTop: (top) => `up to ${top} nats`,
  noKl: "A plain autoencoder has no KL.",
};

/** A quantity, and its title. @type {[keyof Losses, string][]} */
const CHARTS = [
  ["negativeElbo", "−ELBO"],
  ["reconstruction", "Reconstruction"],
  ["kl", "KL"],
];

export class LivePanel {
  #reference;
  #charts;
  #pictures = new PictureRows();
  /** One for each number of dimensions. @type {Map<number, KlChart>} */
  #bars = new Map();
  /** @type {import("./palette.js").Colours | null} */
  #colours = null;
  /** @type {unknown[]} */
  #shown = [];

  /** @param {TrainReference} [reference] */
  constructor(reference) {
    this.#reference = reference;
    this.#charts = CHARTS.map(([name, title]) => ({ name, chart: new LossChart(name, title) }));
    this.referenceKey = element("span", {
      class: "vx-train-line vx-train-line-reference",
      text: reference ? TEXT.reference(reference) : "",
    });
    this.testKey = element("span", { class: "vx-train-line vx-train-line-test", text: TEXT.test });
    this.klTop = element("span", { class: "vx-note vx-reading" });
    this.bars = element("div", { class: "vx-train-bars" });
    this.kl = element(
      "div",
      { class: "vx-train-kl" },
      element("div", { class: "vx-between" }, element("span", { class: "vx-caption", text: TEXT.kl }), this.klTop),
      this.bars,
    );
    this.root = element(
      "section",
      { class: "vx-train-live", attributes: { "aria-label": TEXT.title } },
      element(
        "div",
        { class: "vx-note vx-train-lines" },
        element("span", {}, ...withTerms(TEXT.losses)),
        this.testKey,
        element("span", { class: "vx-train-line vx-train-line-train", text: TEXT.train }),
        this.referenceKey,
      ),
      element("div", { class: "vx-train-charts" }, ...this.#charts.map(({ chart }) => chart.root)),
      this.kl,
      this.#pictures.root,
    );
  }

  /** The colours of the page are what they are now. @param {HTMLElement} root  of the view */
  begin(root) {
    this.#colours = chartColours(root);
    this.#shown = [];
  }

  /** @param {TrainingSession} session */
  show({ shown, frame, curves, originals, used }) {
    const colours = this.#colours;
    const now = [shown, frame, originals, used];
    if (!shown || !colours || now.every((each, index) => each === this.#shown[index])) return;
    this.#shown = now;
    const isWhole = used.classes.length === DATA_SETS[used.data].classes.length;
    const reference = isWhole && isComparable(used) ? this.#reference?.negativeElbo : undefined;
    this.referenceKey.hidden = reference === undefined;
    for (const { name, chart } of this.#charts) {
      // A plain autoencoder has neither KL nor ELBO.
      chart.root.hidden = used.deterministic && name !== "reconstruction";
      const compared = name === "negativeElbo" ? reference : undefined;
      chart.show({ curves, reference: compared ?? null, now: shown.epoch, colours });
    }
    setText(this.testKey, isWhole ? TEXT.test : TEXT.testOfClasses);
    this.#showBars(shown.klPerDimension, used.deterministic, colours);
    if (originals) this.#pictures.show(originals, shown, NOUNS[used.data], used.deterministic);
  }

  /** @param {Float32Array} kl @param {boolean} deterministic @param {import("./palette.js").Colours} colours */
  #showBars(kl, deterministic, colours) {
    let chart = this.#bars.get(kl.length);
    if (!chart) {
      const order = Array.from(kl, (_, dimension) => dimension);
      chart = new KlChart(order, TEXT.kl);
      this.#bars.set(kl.length, chart);
    }
    if (this.bars.firstChild !== chart.canvas) this.bars.replaceChildren(chart.canvas);
    this.bars.hidden = deterministic;
    const top = chart.show(kl, colours);
    setText(this.klTop, deterministic ? TEXT.noKl : TEXT.klTop(Number(figure(top, 0))));
  }
}

/**
 * Whether −ELBO is the same quantity as that of the model to compare with, which has learned all classes of MNIST.
 *
 * @param {TrainingSession["used"]} used
 */
function isComparable({ likelihood, data, deterministic }) {
  return likelihood === "bce" && data === "mnist" && !deterministic;
}
