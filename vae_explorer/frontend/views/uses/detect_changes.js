/** Pictures that a model was not trained on, made from others: the same as in `train/evaluate/other_sets.py`. */

import { PIXELS, SIDE } from "../../picture/size.js";
import { randomIntegers } from "../../space/random.js";

/**
 * A picture (784) in 0…1 to another, new one.
 *
 * @typedef {(pixels: Float32Array, seed: number) => Float32Array} Change
 */

/** @type {Record<string, Change>} */
export const CHANGES = {
  turned: (pixels) => moved(pixels, (row, column) => column * SIDE + (SIDE - 1 - row)), // anticlockwise
  mirrored: (pixels) => moved(pixels, (row, column) => row * SIDE + (SIDE - 1 - column)),
  half: (pixels) => pixels.map((value, i) => (i % SIDE < SIDE / 2 ? 0 : value)),
  shuffled,
  noise: (_, seed) => {
    const next = randomIntegers(seed);
    return Float32Array.from({ length: PIXELS }, () => next() / (2 ** 32 - 1));
  },
  blank: () => new Float32Array(PIXELS),
};

/** @param {Float32Array} pixels @param {(row: number, column: number) => number} from  where a pixel comes from */
function moved(pixels, from) {
  return pixels.map((_, i) => pixels[from(Math.floor(i / SIDE), i % SIDE)]);
}

/** The picture's own pixels in a random order. @param {Float32Array} pixels @param {number} seed */
function shuffled(pixels, seed) {
  const next = randomIntegers(seed);
  const order = pixels.slice();
  for (let i = order.length - 1; i > 0; i--) {
    const other = next() % (i + 1);
    [order[i], order[other]] = [order[other], order[i]];
  }
  return order;
}
