/**
 * The random numbers of a run. Each follows from the seed and from what it is for alone: order from the epoch, noise
 * from the step. So neither a pause nor what is shown changes a run, and one that goes back takes the same way again.
 */

import { normalsFrom, randomIntegers } from "../space/random.js";

/** What numbers are for. Not a number twice, and no new one in between. */
const STREAMS = /** @type {const} */ ({ weights: 0, order: 1, noise: 2, test: 3, samples: 4, jitter: 5 });

const KINDS = 8;

/**
 * @param {number} seed  an unsigned 32-bit integer
 * @param {keyof typeof STREAMS} what
 * @param {number} [number]  of the epoch or step
 * @returns {() => number}  integers in 0…2^32 - 1
 */
export function integersFor(seed, what, number = 0) {
  // Steps of an odd constant, so that no two of (seed, number) in use start alike.
  return randomIntegers((Math.imul(seed, 0x9e3779b1) + number * KINDS + STREAMS[what]) >>> 0);
}

/**
 * @param {number} seed
 * @param {keyof typeof STREAMS} what
 * @param {number} count
 * @param {number} [number]
 * @returns {Float32Array}  (count) standard normal
 */
export function normalsFor(seed, what, count, number = 0) {
  const next = normalsFrom(integersFor(seed, what, number));
  return Float32Array.from({ length: count }, next);
}

/**
 * @param {number} seed
 * @param {number} epoch  from 0
 * @param {number} count
 * @returns {Uint32Array}  0…count - 1 in the order of that epoch, by Fisher and Yates
 */
export function orderOf(seed, epoch, count) {
  const next = integersFor(seed, "order", epoch);
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const other = Math.floor((next() / 2 ** 32) * (i + 1));
    [order[i], order[other]] = [order[other], order[i]];
  }
  return order;
}
