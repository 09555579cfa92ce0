/**
 * What the samples are, in words: where their codes come from, and how many of them a classifier recognises.
 *
 * @typedef {import("../../types.js").Manifest} Manifest
 * @typedef {import("../../types.js").SampleSettings} SampleSettings
 */

import { element } from "../../dom.js";
import { SAMPLERS } from "../../samplers/registry.js";

const TEXT = {
  /** @param {string} samples @param {string} test @param {string} nouns */
  recognised: (samples, test, nouns) =>
    `A classifier is sure of ${samples} of such samples; of the test ${nouns}, ${test}.`,
  /** @param {string} samples @param {string} test @param {string} nouns */
  recognisedOfAllClasses: (samples, test, nouns) =>
    `A classifier is sure of ${samples} of such samples, all classes together; of the test ${nouns}, ${test}.`,
  /** @param {string} sentence */
  atTemperature1: (sentence) => `At temperature 1: ${sentence}`,
  draws:
    "Each picture is the decoder’s output for one random code. The same seed gives the same codes on every machine; a larger grid continues where a smaller one ends.",
  open: "Click a picture to open it in Morph.",
};

export class SampleNotes {
  #manifest;

  /** @param {Manifest} manifest */
  constructor(manifest) {
    this.#manifest = manifest;
    this.formula = element("p", { class: "vx-formula" });
    this.about = element("p", { class: "vx-note" });
    this.recognised = element("p", { class: "vx-note" });
    this.root = element(
      "div",
      { class: "vx-sample-notes" },
      this.formula,
      this.about,
      this.recognised,
      ...[TEXT.draws, TEXT.open].map((text) => element("p", { class: "vx-note", text })),
    );
  }

  /** @param {SampleSettings} settings */
  show({ sampler, temperature }) {
    const { formula, about } = SAMPLERS[sampler];
    this.formula.textContent = formula;
    this.about.textContent = about(this.#manifest);
    this.recognised.textContent = this.#recognised(sampler, temperature);
    this.recognised.hidden = !this.recognised.textContent;
  }

  /**
   * Of a conditional model the samples that were measured are of all classes.
   *
   * @param {string} sampler
   * @param {number} temperature
   */
  #recognised(sampler, temperature) {
    const { samplers, classes, data } = this.#manifest;
    const shares = samplers.find(({ name }) => name === sampler)?.recognised;
    if (!shares) return "";
    const words = classes ? TEXT.recognisedOfAllClasses : TEXT.recognised;
    const sentence = words(percent(shares.samples), percent(shares.test), data.nouns);
    return temperature === 1 ? sentence : TEXT.atTemperature1(sentence);
  }
}

/** @param {number} share */
function percent(share) {
  return `${(100 * share).toFixed(1)}\u00a0%`;
}
