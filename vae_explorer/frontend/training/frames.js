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
 * @property {number | null} accuracy   of the 10 nearest neighbours, the newest, in percent; null without any
 * @property {Float32Array} klPerDimension  (D) nats, means over test digits; 0 in a plain autoencoder
 * @property {Float32Array} positions  (T, 2) of all test digits on the map, see code_map.js
 * @property {Bounds} bounds           the part of the map to show
 * @property {Plane | null} plane      of two dimensions, if it was asked for
 * @property {Uint8Array} digits       (8, 784) grey values, reconstructions of the originals from their means
 * @property {Uint8Array} samples      (8, 784) from eight codes of the prior, always the same
 *
 * @typedef {object} Plane  what the decoder makes of codes all over the bounds
 * @property {number} side        pictures beside each other, and one above the other
 * @property {Uint8Array} pixels  (28 side, 28 side) grey values of one picture, its first row the top
 *
 * @typedef {Picture & {index: number, recorded: number, seconds: number, digitsPerSecond: number | null}} Frame
 *   `recorded`: how many frames are kept. `index`: which of these it is; `recorded` if it is none. `seconds`: of training.
 *   `digitsPerSecond`: since the frame before; null while it is paused.
 */

import { PIXELS } from "./buffers.js";
import { CodeMap } from "./code_map.js";
import { normalsFor } from "./streams.js";

const SAMPLES = 8;
const PLANE_SIDE = 12;
const SIDE = 28;

export class FrameMaker {
  #run;
  #map;
  #sampleCodes;
  #originalCodes;
  /** @type {number | null} */
  #accuracy = null;

  /** @param {TrainingRun} run */
  constructor(run) {
    const { latentDim, seed } = run.settings;
    this.#run = run;
    this.#map = new CodeMap(latentDim, run.test.count, seed);
    this.#sampleCodes = normalsFor(seed, "samples", SAMPLES * latentDim);
    this.#originalCodes = new Float32Array(run.test.examples.length * latentDim);
  }

  /**
   * A picture of the model as it is; no step may be taken before it is done. A slice at a time.
   *
   * @param {{plane: boolean, accuracy: boolean}} wanted  accuracy: measure it anew
   * @returns {Generator<void, Picture>}
   */
  *make({ plane, accuracy }) {
    const run = this.#run;
    const { trainer, test, settings } = run;
    const dim = settings.latentDim;
    const train = run.takeLosses();
    const { mu, logVar } = yield* test.encode(trainer);
    yield;
    if (accuracy) this.#accuracy = yield* test.accuracy(mu);
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
      train,
      test: run.tests[run.tests.length - 1] ?? null,
      accuracy: this.#accuracy,
      klPerDimension: settings.deterministic ? new Float32Array(dim) : test.klPerDimension(mu, logVar),
      positions,
      bounds,
      plane: plane && dim === 2 ? this.#plane(bounds) : null,
      digits,
      samples,
    };
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
