/**
 * What is varied, and how: from the settings and the picture to the codes of the variations.
 *
 * @typedef {import("../../types.js").Manifest} Manifest
 * @typedef {import("../../types.js").UsesSettings} UsesSettings
 * @typedef {import("../../model.js").Codes} Codes
 * @typedef {import("../../model.js").Atlas} Atlas
 * @typedef {import("../../network/network.js").Network} Network
 * @typedef {import("../../network/elbo.js").Posterior} Posterior
 * @typedef {import("../shared/picture/state.js").EncodedPicture} EncodedPicture
 * @typedef {import("./variations.js").CodeOf} CodeOf
 *
 * @typedef {object} Parts  what variations are made with
 * @property {Network} encoder
 * @property {Network | null} classifier  null: the data set has none
 * @property {Codes} codes
 * @property {Atlas} digits
 *
 * @typedef {object} Plan
 * @property {number | null} label  the class that all are to be of; null: nobody knows
 * @property {string} of            in words, what they are variations of
 * @property {string} how           in words, where their codes come from
 * @property {CodeOf} codeOf        may have to encode a picture first, once
 */

import { encoderInput } from "../../model.js";
import { emptyPosterior, readPosterior } from "../../network/elbo.js";
import { classNamed } from "../../text.js";
import { betweenTwo, fromPosterior, indicesOf, oneOf, shuffled } from "./variations.js";
import { readingOf } from "../shared/reading.js";

const SURE = 0.5; // a probability from which on a reading is not called unsure

const TEXT = {
  noPicture: "There is no picture yet. Draw or choose one, or choose a class.",
  /** @param {string} split @param {string} nouns @param {string} named */
  noPictures: (split, nouns, named) => `No ${split} ${nouns} are of ${named}. Choose another.`,
  /** @param {string} split @param {string} noun @param {string} named */
  noOther: (split, noun, named) => `There is no second ${split} ${noun} of ${named}. Choose another class.`,
  /** @param {string} split @param {string} noun */
  unknown: (split, noun) =>
    `This picture’s class is not known, and nothing here can read it. Choose a class, or a ${split} ${noun}.`,
  /** @param {string} named */
  picture: (named) => `this picture, ${named}`,
  /** @param {string} name */
  readPicture: (name) => `this picture, read as ${name}`,
  /** @param {string} name @param {number} share */
  unsurePicture: (name, share) =>
    `this picture, read as ${name}, but the classifier is unsure (${Math.floor(100 * share)} %)`,
  unknownPicture: "this picture",
  /** @param {string} split @param {string} nouns @param {string} named */
  class: (split, nouns, named) => `${split} ${nouns} of ${named}`,
  posterior: "z = μ + temperature · σ · ε. At 0, the reconstruction; at 1, the posterior itself.",
  /** @param {string} split @param {string} noun */
  posteriors: (split, noun) =>
    `z = μ + temperature · σ · ε, each of another ${split} ${noun}. At 0, its reconstruction; at 1, its posterior.`,
  /** @param {string} split @param {string} noun */
  betweenPicture: (split, noun) =>
    `Each code lies at random on the line from this picture’s to that of a ${split} ${noun} of the same class.`,
  /** @param {string} split @param {string} nouns */
  betweenTwo: (split, nouns) =>
    `Each code lies at random on the line between those of two ${split} ${nouns} of the class.`,
};

/**
 * @param {Manifest} manifest
 * @param {UsesSettings} settings
 * @returns {UsesSettings["kind"]}  a plain autoencoder has no posterior
 */
export function kindOf({ deterministic }, { kind }) {
  return deterministic ? "between" : kind;
}

export class Planner {
  #manifest;
  #parts;
  #input;
  /** Of the model's pictures, as far as they were encoded. @type {Map<number, Posterior>} */
  #posteriors = new Map();

  /**
   * @param {Manifest} manifest
   * @param {Parts} parts
   */
  constructor(manifest, parts) {
    this.#manifest = manifest;
    this.#parts = parts;
    this.#input = new Float32Array(parts.encoder.inputs);
  }

  /**
   * @param {UsesSettings} settings
   * @param {EncodedPicture | null} picture
   * @returns {Plan | string}  or why there can be none
   */
  plan(settings, picture) {
    return settings.around === "" ? this.#aroundPicture(settings, picture) : this.#aroundClass(settings);
  }

  /**
   * @param {UsesSettings} settings
   * @param {EncodedPicture | null} picture
   */
  #aroundPicture(settings, picture) {
    if (!picture) return TEXT.noPicture;
    const { latent_dim: dim, classes, data } = this.#manifest;
    const { split, noun } = data;
    const { classifier, codes } = this.#parts;
    const { source, pixels } = picture;
    const isTest = source.kind === "test";
    const reading = !isTest && classifier ? readingOf(classifier.run(pixels)) : null;
    const label = isTest ? source.label : (reading?.label ?? null);
    const isBetween = kindOf(this.#manifest, settings) === "between";
    if (label === null && (classes || isBetween)) return TEXT.unknown(split, noun);
    const posterior = this.#encoded(pixels, label);
    if (!isBetween || label === null) {
      return {
        label,
        of: this.#nameOf(label, reading),
        how: TEXT.posterior,
        codeOf: fromPosterior(() => posterior, dim, settings.made),
      };
    }
    const others = indicesOf(codes.label, label);
    const self = isTest ? source.index : null;
    if (oneOf(others, 0, self) === undefined) return TEXT.noOther(split, noun, classNamed(data.classes[label]));
    return {
      label,
      of: this.#nameOf(label, reading),
      how: TEXT.betweenPicture(split, noun),
      codeOf: betweenTwo(
        () => posterior.mu,
        (_, draw) => this.#meanOf(/** @type {number} */ (oneOf(others, draw, self))),
        settings.made,
      ),
    };
  }

  /** @param {UsesSettings} settings */
  #aroundClass(settings) {
    const { latent_dim: dim, data } = this.#manifest;
    const { split, noun, nouns } = data;
    const label = Number(settings.around);
    const named = classNamed(data.classes[label]);
    const members = indicesOf(this.#parts.codes.label, label);
    if (!members.length) return TEXT.noPictures(split, nouns, named);
    // Each is made of another picture as long as there are any: all equally often, or once more.
    const order = shuffled(members, settings.made);
    const sourceOf = (/** @type {number} */ index) => order[index % order.length];
    const of = TEXT.class(split, nouns, named);
    if (kindOf(this.#manifest, settings) === "posterior") {
      const posteriorOf = (/** @type {number} */ index) => this.#posteriorOf(sourceOf(index), label);
      return {
        label,
        of,
        how: TEXT.posteriors(split, noun),
        codeOf: fromPosterior(posteriorOf, dim, settings.made),
      };
    }
    if (members.length < 2) return TEXT.noOther(split, noun, named);
    return {
      label,
      of,
      how: TEXT.betweenTwo(split, nouns),
      codeOf: betweenTwo(
        (index) => this.#meanOf(sourceOf(index)),
        (index, draw) => this.#meanOf(/** @type {number} */ (oneOf(members, draw, sourceOf(index)))),
        settings.made,
      ),
    };
  }

  /** @param {number | null} label @param {{share: number} | null} reading  null: the class is known */
  #nameOf(label, reading) {
    if (label === null) return TEXT.unknownPicture;
    const name = this.#manifest.data.classes[label];
    if (!reading) return TEXT.picture(classNamed(name));
    return reading.share < SURE ? TEXT.unsurePicture(name, reading.share) : TEXT.readPicture(name);
  }

  /** @param {number} index  of one of the model's pictures */
  #meanOf(index) {
    const { latent_dim: dim } = this.#manifest;
    return this.#parts.codes.mu.subarray(index * dim, (index + 1) * dim);
  }

  /** @param {number} index  of one of the model's pictures @param {number} label */
  #posteriorOf(index, label) {
    let posterior = this.#posteriors.get(index);
    if (!posterior) {
      posterior = this.#encoded(this.#parts.digits.pixels(index), label);
      this.#posteriors.set(index, posterior);
    }
    return posterior;
  }

  /** @param {Float32Array} pixels @param {number | null} label */
  #encoded(pixels, label) {
    const { latent_dim: dim, deterministic } = this.#manifest;
    const output = this.#parts.encoder.run(encoderInput(this.#manifest, pixels, label, this.#input));
    return readPosterior(output, deterministic, emptyPosterior(dim));
  }
}
