/**
 * The loss of the picture: both terms, where in the picture and in which dimensions the nats are, what another beta would
 * weigh, and how many of the model's pictures cost less.
 *
 * @typedef {import("../../types.js").Manifest} Manifest
 * @typedef {import("../../types.js").EncodeSettings} EncodeSettings
 * @typedef {import("../shared/computation.js").Passed} Passed
 * @typedef {import("./palette.js").Colours} Colours
 * @typedef {import("./row.js").Sum} Sum
 *
 * @typedef {object} LossCallbacks
 * @property {(change: Partial<EncodeSettings>) => void} onInput  while something is dragged
 * @property {(change: Partial<EncodeSettings>) => void} onChange on release
 */

import { button, element, setPressed, setText } from "../../dom.js";
import { pictureContext } from "../../paint.js";
import { formatCount } from "../../text.js";
import { unusedDims } from "../shared/axes.js";
import { figure } from "../shared/figures.js";
import { KlChart } from "../shared/kl_chart.js";
import { FULL, PixelPicture } from "../shared/pixel_picture.js";
import { BETA } from "./state.js";

/** @type {EncodeSettings["term"][]} */
const TERMS = ["bce", "mse"];

const TEXT = {
  title: "Loss, in nats",
  term: "Reconstruction as",
  bce: "Cross entropy",
  mse: "Squared error",
  pixels: "Where in the picture the nats are lost",
  pixelKey: {
    bce: `Black 0, orange ${FULL.bce} nats`,
    mse: `Orange: ${FULL.mse} nats above black`,
  },
  kl: "KL of each dimension",
  /** @param {number} top */
  klKey: (top) => `KL of each dimension, 0 to ${top}`,
  beta: "beta",
  /** @param {string} beta @param {Sum} sum */
  objective: (beta, sum) =>
    `${figure(sum.reconstruction)} + ${beta} × ${figure(sum.kl)} = ${figure(sum.sum)} nats is the loss with this beta` +
    (beta === "1" ? ": −ELBO." : "; −ELBO is the one with beta = 1."),
  /** @param {number} beta */
  trained: (beta) => `Trained with beta = ${shortly(beta)}; nothing is trained again here.`,
  ranking: "Comparing with the other pictures…",
  /** @param {string} share @param {import("../../types.js").ManifestData} data @param {string} cost @param {boolean} isMean */
  rank: (share, { count, split, nouns }, cost, isMean) =>
    `${isMean ? "Averaged over eight samples of z, this" : "This"} picture costs ${cost} nats; ${share} of the ` +
    `${formatCount(count)} ${split} ${nouns} cost less.`,
  negative: "A density can exceed 1, so its −log can be negative: only differences count.",
  otherTerm:
    "The model's own pictures were measured with the other reconstruction term: there is nothing to compare with.",
  what: { bce: "What cross entropy of grey pixels is", mse: "What squared error is" },
  bceWhy:
    "Cross entropy of grey pixels is no density of grey values: it is what the picture costs on average when each pixel " +
    "is made black or white at random, with its grey as the probability. With the KL it bounds −log p of such pictures.",
  bceWhyCode:
    "Cross entropy of grey pixels is no density of grey values: it is what the picture costs on average when each pixel " +
    "is made black or white at random, with its grey as the probability.",
  mseWhy:
    "Squared error stands for a Gaussian around each pixel with a deviation of 0.1. That is a density of grey values, so " +
    "a pixel that is drawn well costs less than nothing.",
};

export class LossPanel {
  #manifest;
  #pixels;
  #chart;
  #top = NaN;

  /**
   * @param {Manifest} manifest
   * @param {LossCallbacks} callbacks
   */
  constructor(manifest, callbacks) {
    this.#manifest = manifest;
    const { deterministic, used } = manifest;
    this.terms = TERMS.map((term) => button(TEXT[term], () => callbacks.onChange({ term })));
    const canvas = element("canvas", { attributes: { role: "img", "aria-label": TEXT.pixels } });
    this.#pixels = new PixelPicture(pictureContext(canvas));
    this.pixelKey = element("p", { class: "vx-note" });
    this.#chart = new KlChart([...used, ...unusedDims(manifest)], TEXT.kl);
    this.klKey = element("p", { class: "vx-note" });
    this.beta = element("input", {
      class: "vx-range vx-enc-range",
      attributes: { type: "range", "aria-label": TEXT.beta, ...BETA },
      on: {
        input: () => callbacks.onInput({ weight: this.beta.valueAsNumber }),
        change: () => callbacks.onChange({ weight: this.beta.valueAsNumber }),
        dblclick: () => callbacks.onChange({ weight: manifest.beta }),
      },
    });
    this.reading = element("output", { class: "vx-reading" });
    this.objective = element("p", { class: "vx-reading vx-enc-objective" });
    this.rank = element("p", { class: "vx-note", text: TEXT.ranking });
    this.why = element("p");
    const charts = element(
      "div",
      { class: "vx-enc-losses" },
      element("div", {}, element("div", { class: "vx-picture" }, canvas), this.pixelKey),
    );
    if (!deterministic) charts.append(element("div", {}, this.#chart.canvas, this.klKey));
    this.root = element(
      "section",
      { class: "vx-enc-panel vx-enc-loss-panel", attributes: { "aria-label": TEXT.title } },
      element(
        "div",
        { class: "vx-enc-head" },
        element("h2", { class: "vx-caption", text: TEXT.title }),
        element("div", { class: "vx-choices", attributes: { role: "group", "aria-label": TEXT.term } }, ...this.terms),
      ),
      charts,
    );
    if (!deterministic) {
      this.root.append(
        element(
          "div",
          { class: "vx-enc-slider" },
          element("span", { class: "vx-caption", text: TEXT.beta, attributes: { "aria-hidden": "true" } }),
          this.beta,
          this.reading,
        ),
        element("div", {}, this.objective, element("p", { class: "vx-note", text: TEXT.trained(manifest.beta) })),
      );
    }
    this.negative = element("p", { class: "vx-note", text: TEXT.negative, attributes: { hidden: true } });
    charts.after(this.negative);
    this.what = element("summary");
    this.root.append(this.rank, element("details", { class: "vx-note" }, this.what, this.why));
  }

  /**
   * @param {Passed} passed
   * @param {Sum} sum
   * @param {EncodeSettings} settings
   * @param {Colours} colours
   */
  show(passed, sum, { term, weight }, colours) {
    const { deterministic } = this.#manifest;
    setPressed(this.terms, (index) => TERMS[index] === term);
    // A density's constant is no loss: what counts is how far a pixel is from the best that it could cost.
    const least = term === "mse" ? Math.log(0.1 * Math.sqrt(2 * Math.PI)) : 0;
    this.#pixels.paint(passed.perPixel, least, FULL[term]);
    setText(this.pixelKey, TEXT.pixelKey[term]);
    this.negative.hidden = sum.reconstruction >= 0;
    setText(this.what, TEXT.what[term]);
    setText(this.why, term === "mse" ? TEXT.mseWhy : deterministic ? TEXT.bceWhyCode : TEXT.bceWhy);
    if (deterministic) return;
    const top = this.#chart.show(passed.kl, colours);
    if (top !== this.#top) setText(this.klKey, TEXT.klKey(top));
    this.#top = top;
    const part = (weight - BETA.min) / (BETA.max - BETA.min);
    this.beta.value = String(weight);
    this.beta.style.setProperty("--vx-part", part.toFixed(4));
    setText(this.reading, shortly(weight));
    setText(this.objective, TEXT.objective(shortly(weight), sum));
  }

  /**
   * @param {number | null} share  of the model's pictures that cost less, 0…1; null if there is nothing to compare with
   * @param {number} cost          nats
   */
  showRank(share, cost) {
    const { data, deterministic } = this.#manifest;
    const text = share === null ? TEXT.otherTerm : TEXT.rank(percent(share), data, figure(cost, 1), !deterministic);
    setText(this.rank, text);
  }
}

/** @param {number} share  0…1 */
function percent(share) {
  const rounded = Math.round(100 * share);
  if (rounded === 100 && share < 1) return "more than 99 %";
  return rounded === 0 && share > 0 ? "fewer than 1 %" : `${rounded} %`;
}

/** @param {number} value @returns {string}  without zeros at its end */
function shortly(value) {
  return String(Number(value.toFixed(2)));
}
