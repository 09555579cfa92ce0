/**
 * The test digits of a run: what the map shows and the figures are of. None of them is trained on.
 *
 * The map shows all of them, those of classes that are left out of training, too; figures are means over the classes that
 * are in, so that they can be compared with those of the training digits.
 *
 * @typedef {import("./atlas.js").Digits} Digits
 * @typedef {import("./settings.js").RunSettings} RunSettings
 * @typedef {import("./vae_trainer.js").VaeTrainer} VaeTrainer
 *
 * @typedef {object} TestFigures  means over test digits, one sample of each posterior; nats per image
 * @property {number} reconstruction
 * @property {number} kl
 * @property {number} negativeElbo
 * @property {number} at  the step they were measured at
 *
 * @typedef {{mu: Float32Array, logVar: Float32Array}} Codes  (N, D) each, of all N test digits
 */

import { klOf } from "../network/elbo.js";
import { PIXELS } from "../picture/size.js";
import { neighbourAccuracy } from "./nearest_neighbours.js";
import { normalsFor } from "./streams.js";

const EXAMPLES = 8;
const LEFT_OUT = 2; // places among them for classes that are left out
const SLICE = 100; // digits at a time

const GREYS = Float32Array.from({ length: 256 }, (_, grey) => grey / 255);

/** @param {Uint8Array} pixels @param {Float32Array} into  of the same length, 0…1 */
export function scaled(pixels, into) {
  for (let i = 0; i < pixels.length; i++) into[i] = GREYS[pixels[i]];
}

export class TestDigits {
  #images;
  #labels;
  /** Places of those that figures are of. @type {Int32Array} */
  #measured;
  #measuredImages;
  #eps;
  #dim;

  /** @param {Digits} digits @param {RunSettings} settings */
  constructor({ pixels, labels }, { classes, latentDim, seed }) {
    this.count = labels.length;
    this.#dim = latentDim;
    this.#labels = labels;
    this.#images = new Float32Array(pixels.length);
    scaled(pixels, this.#images);
    this.#measured = Int32Array.from([...labels.keys()].filter((i) => classes.includes(labels[i])));
    this.#measuredImages =
      this.#measured.length === this.count ? this.#images : rows(this.#images, this.#measured, PIXELS);
    // The same noise each time: a figure changes because the model has.
    this.#eps = normalsFor(seed, "test", this.#measured.length * latentDim);
    /** Eight digits, of as many classes as there are: their places. @type {number[]} */
    this.examples = examplesOf(labels, classes);
    this.exampleImages = rows(this.#images, this.examples, PIXELS);
    /** Their pixels, (8, 784) grey values. */
    this.originals = rows(pixels, this.examples, PIXELS);
  }

  /** How many the figures are of. */
  get measured() {
    return this.#measured.length;
  }

  /**
   * A slice at a time.
   *
   * @param {VaeTrainer} trainer
   * @param {number} at  the step
   * @returns {Generator<void, TestFigures | null>}  null where no test digit is of a class that is in
   */
  *evaluate(trainer, at) {
    const count = this.#measured.length;
    if (!count) return null;
    let [reconstruction, kl] = [0, 0];
    for (let start = 0; start < count; start += SLICE) {
      if (start) yield;
      const stop = Math.min(start + SLICE, count);
      const images = this.#measuredImages.subarray(start * PIXELS, stop * PIXELS);
      const means = trainer.evaluate(images, this.#eps.subarray(start * this.#dim, stop * this.#dim));
      reconstruction += (means.reconstruction * (stop - start)) / count;
      kl += (means.kl * (stop - start)) / count;
    }
    return { reconstruction, kl, negativeElbo: reconstruction + kl, at };
  }

  /** Room for the codes of all test digits. @returns {Codes} */
  emptyCodes() {
    const length = this.count * this.#dim;
    return { mu: new Float32Array(length), logVar: new Float32Array(length) };
  }

  /**
   * A slice at a time: all digits, unless whoever has no more time passes `true`.
   *
   * @param {VaeTrainer} trainer
   * @param {Codes} codes   overwritten
   * @param {number} [from] the digit to begin with; after the last comes the first
   * @returns {Generator<void, number, boolean | undefined>}  the digit to begin with the next time
   */
  *encode(trainer, codes, from = 0) {
    let place = from;
    for (let left = this.count; left > 0; ) {
      const count = Math.min(SLICE, left, this.count - place);
      const { mu, logVar } = trainer.encode(this.#images.subarray(place * PIXELS, (place + count) * PIXELS));
      codes.mu.set(mu, place * this.#dim);
      codes.logVar.set(logVar, place * this.#dim);
      place = (place + count) % this.count;
      left -= count;
      if (left && (yield)) break;
    }
    return place;
  }

  /**
   * @param {Float32Array} mu      (N, D), as `encode` gives it
   * @param {Float32Array} logVar  (N, D)
   * @returns {Float32Array}  (D) nats, the mean KL of each dimension
   */
  klPerDimension(mu, logVar) {
    const sums = new Float64Array(this.#dim);
    for (const i of this.#measured) {
      for (let d = 0; d < this.#dim; d++) sums[d] += klOf(mu[i * this.#dim + d], logVar[i * this.#dim + d]);
    }
    return Float32Array.from(sums, (sum) => sum / Math.max(1, this.#measured.length));
  }

  /**
   * How many of the codes their nearest neighbours name right, a slice at a time.
   *
   * @param {Float32Array} mu  (N, D), as `encode` gives it
   * @returns {Generator<void, number | null>}  percent; null where they are of one class, which cannot be mistaken
   */
  *accuracy(mu) {
    const labels = Uint8Array.from(this.#measured, (i) => this.#labels[i]);
    if (labels.every((label) => label === labels[0])) return null;
    return yield* neighbourAccuracy(rows(mu, this.#measured, this.#dim), labels);
  }
}

/**
 * @template {Float32Array | Uint8Array} T
 * @param {T} all
 * @param {ArrayLike<number>} places
 * @param {number} length  of a row
 * @returns {T}
 */
function rows(all, places, length) {
  const found = /** @type {T} */ (new /** @type {any} */ (all).constructor(places.length * length));
  for (let i = 0; i < places.length; i++)
    found.set(all.subarray(places[i] * length, (places[i] + 1) * length), i * length);
  return found;
}

/**
 * The first digit of each class, at most eight: those of classes that are in, and with them some that are left out. Where
 * there are fewer classes, their next digits.
 *
 * @param {Uint8Array} labels
 * @param {number[]} classes  that are in
 * @returns {number[]}  by class
 */
function examplesOf(labels, classes) {
  const firsts = [...new Set(labels)].sort((one, other) => one - other).map((label) => labels.indexOf(label));
  const isIn = (/** @type {number} */ i) => classes.includes(labels[i]);
  const [inside, outside] = [firsts.filter(isIn), firsts.filter((i) => !isIn(i))];
  const reserved = Math.min(outside.length, LEFT_OUT);
  const chosen = inside.slice(0, EXAMPLES - reserved);
  chosen.push(...outside.slice(0, EXAMPLES - chosen.length));
  for (let i = 0; i < labels.length && chosen.length < EXAMPLES; i++) if (!chosen.includes(i)) chosen.push(i);
  return chosen.sort((one, other) => labels[one] - labels[other] || one - other);
}
