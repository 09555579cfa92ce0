/**
 * Codes of more pictures of one class: around a picture's, or between those of two. The same kinds as in
 * `train/evaluate/variations.py`.
 *
 * All follow from a seed, the same on every machine: more of them go on where fewer end.
 *
 * @typedef {import("../../network/elbo.js").Posterior} Posterior
 *
 * @typedef {(index: number, temperature: number, into: Float64Array) => Float64Array} CodeOf
 *   writes the code (D) of variation `index`
 */

import { reparameterize } from "../../network/elbo.js";
import { normalsFrom, randomIntegers } from "../../space/random.js";

/**
 * z = mu + temperature sigma eps of a picture's posterior.
 *
 * @param {(index: number) => Posterior} posteriorOf  of the picture that variation `index` is made of
 * @param {number} dim   D
 * @param {number} seed
 * @returns {CodeOf}
 */
export function fromPosterior(posteriorOf, dim, seed) {
  const eps = grown(normalsFrom(randomIntegers(seed)), dim);
  return (index, temperature, into) => reparameterize(posteriorOf(index), eps(index), temperature, into);
}

/**
 * A code evenly at random on the line between two.
 *
 * @param {(index: number) => ArrayLike<number>} firstOf  the code of the picture that variation `index` is made of
 * @param {(index: number, draw: number) => ArrayLike<number>} otherOf
 *   another one's by a random number in 0…2^32 - 1
 * @param {number} seed
 * @returns {CodeOf}
 */
export function betweenTwo(firstOf, otherOf, seed) {
  const draws = grown(randomIntegers(seed), 2);
  return (index, _, into) => {
    const [draw, position] = draws(index);
    const first = firstOf(index);
    const other = otherOf(index, draw);
    const share = (position + 0.5) / 2 ** 32;
    for (let i = 0; i < into.length; i++) into[i] = first[i] + share * (other[i] - first[i]);
    return into;
  };
}

/**
 * @param {ArrayLike<number>} labels
 * @param {number} wanted
 * @returns {number[]}  where it is
 */
export function indicesOf(labels, wanted) {
  const found = [];
  for (let index = 0; index < labels.length; index++) if (labels[index] === wanted) found.push(index);
  return found;
}

/**
 * @template T
 * @param {T[]} items
 * @param {number} seed
 * @returns {T[]}  in random order (Fisher and Yates)
 */
export function shuffled(items, seed) {
  const next = randomIntegers(seed);
  const order = items.slice();
  for (let left = order.length - 1; left > 0; left--) {
    const chosen = scaled(next(), left + 1);
    [order[left], order[chosen]] = [order[chosen], order[left]];
  }
  return order;
}

/**
 * @template T
 * @param {T[]} items  all different
 * @param {number} draw  a random number in 0…2^32 - 1
 * @param {T | null} except
 * @returns {T | undefined}  one of the others; undefined if there are none
 */
export function oneOf(items, draw, except) {
  const at = except === null ? -1 : items.indexOf(except);
  if (at < 0) return items[scaled(draw, items.length)];
  const chosen = scaled(draw, items.length - 1);
  return items.length > 1 ? items[chosen < at ? chosen : chosen + 1] : undefined;
}

/**
 * @param {number} draw  in 0…2^32 - 1
 * @param {number} count
 * @returns {number}  in 0…count - 1
 */
function scaled(draw, count) {
  return Math.floor((draw / 2 ** 32) * count);
}

/**
 * Random numbers in rows, which are drawn in order and kept.
 *
 * @param {() => number} next
 * @param {number} width
 * @returns {(row: number) => number[]}
 */
function grown(next, width) {
  /** @type {number[][]} */
  const rows = [];
  return (row) => {
    while (rows.length <= row) rows.push(Array.from({ length: width }, next));
    return rows[row];
  };
}
