/**
 * What the page shows of a run at a moment.
 *
 * @typedef {import("./code_map.js").Bounds} Bounds
 * @typedef {import("./test_digits.js").TestFigures} TestFigures
 * @typedef {import("./training_run.js").Losses} Losses
 * @typedef {import("./training_run.js").TrainingRun} TrainingRun
 *
 * @typedef {object} Picture  a moment of the model, T test digits and D dimensions
 * @property {number} step
 * @property {number} epoch          with a fraction
 * @property {number} beta           the weight of the KL in the next step
 * @property {number} learningRate   it is lower after a run went back
 * @property {Losses | null} train   means over the training digits since the picture before; null if there were none
 * @property {TestFigures | null} test  the newest
 * @property {Float32Array} klPerDimension  (D) nats, means over test digits; 0 in a plain autoencoder
 * @property {Float32Array} positions  (T, 2) of all test digits on the map, see code_map.js; while it trains some may be
 *   those of the pictures before
 * @property {Bounds} bounds           the part of the map to show
 * @property {Plane | null} plane      of two dimensions, if it was asked for
 * @property {Uint8Array} digits       (8, 784) grey values, reconstructions of the originals from their means
 * @property {Uint8Array} samples      (8, 784) from eight codes of the prior, always the same
 *
 * @typedef {object} Plane  what the decoder makes of codes all over the bounds
 * @property {number} side        pictures beside each other, and one above the other
 * @property {Uint8Array} pixels  (28 side, 28 side) grey values of one picture, its first row the top
 *
 * @typedef {object} Circumstances
 * @property {number | null} accuracy  of the 10 nearest neighbours, the newest, in percent; null without any
 * @property {number} index      which of those that are kept it is; `recorded` if it is none
 * @property {number} recorded   how many are kept
 * @property {number} seconds    of training
 * @property {number | null} digitsPerSecond  over the last seconds; null while it is paused, and at first
 * @typedef {Picture & Circumstances} Frame
 */

import { PIXELS, SIDE } from "../picture/size.js";
import { CodeMap } from "./code_map.js";
import { normalsFor } from "./streams.js";

const SAMPLES = 8;
const PLANE_SIDE = 12;

export class FrameMaker {
  #run;
  #map;
  #sampleCodes;
  #originalCodes;
  /** Of all test digits, as each was encoded last. */
  #codes;
  /** The digit that was encoded longest ago. */
  #oldest = 0;

  /** @param {TrainingRun} run */
  constructor(run) {
    const { latentDim, seed } = run.settings;
    this.#run = run;
    this.#map = new CodeMap(latentDim, run.test.count, seed);
    this.#codes = run.test.emptyCodes();
    this.#sampleCodes = normalsFor(seed, "samples", SAMPLES * latentDim);
    this.#originalCodes = new Float32Array(run.test.examples.length * latentDim);
  }

  /**
   * A picture of the model as it is; no step may be taken before it is done. A slice at a time. Whoever has no more time
   * passes `true`: test digits that were not encoded yet keep their codes, and are the first in the next picture. The
   * first picture has to have all.
   *
   * @param {boolean} plane
   * @returns {Generator<void, Picture, boolean | undefined>}
   */
  *make(plane) {
    const run = this.#run;
    const { trainer, test, settings } = run;
    const dim = settings.latentDim;
    const { mu, logVar } = this.#codes;
    this.#oldest = yield* test.encode(trainer, this.#codes, this.#oldest);
    yield;
    const { positions, bounds } = this.#map.place(mu);
    test.examples.forEach((place, i) => this.#originalCodes.set(mu.subarray(place * dim, (place + 1) * dim), i * dim));
    const digits = greys(trainer.decode(this.#originalCodes));
    const samples = greys(trainer.decode(this.#sampleCodes));
    yield;
    return {
      step: run.step,
      epoch: run.epoch,
      beta: run.beta,
      learningRate: settings.learningRate,
      train: run.takeLosses(),
      test: run.tests[run.tests.length - 1] ?? null,
      klPerDimension: settings.deterministic ? new Float32Array(dim) : test.klPerDimension(mu, logVar),
      positions,
      bounds,
      plane: plane && dim === 2 ? this.#plane(bounds) : null,
      digits,
      samples,
    };
  }

  /** How far apart classes lie by the codes that there are now, a slice at a time; steps may be taken meanwhile. */
  score() {
    return this.#run.test.accuracy(this.#codes.mu);
  }

  /** @param {Bounds} bounds @returns {Plane} */
  #plane([left, right, bottom, top]) {
    const side = PLANE_SIDE;
    const codes = new Float32Array(2 * side * side);
    for (let at = 0; at < side * side; at++) {
      codes[2 * at] = left + ((right - left) * ((at % side) + 0.5)) / side;
      codes[2 * at + 1] = top - ((top - bottom) * (Math.floor(at / side) + 0.5)) / side;
    }
    const pictures = greys(this.#run.trainer.decode(codes));
    const pixels = new Uint8Array(pictures.length);
    for (let at = 0; at < side * side; at++) {
      const corner = Math.floor(at / side) * side * PIXELS + (at % side) * SIDE;
      for (let y = 0; y < SIDE; y++) {
        const row = at * PIXELS + y * SIDE;
        pixels.set(pictures.subarray(row, row + SIDE), corner + y * side * SIDE);
      }
    }
    return { side, pixels };
  }
}

/** @param {Float32Array} means  in 0…1 @returns {Uint8Array} */
function greys(means) {
  return Uint8Array.from(means, (mean) => Math.round(255 * mean));
}
