/**
 * How far out a code lies: from the centre, compared with the prior; and from the codes of the test pictures, compared
 * with the distances between these. Numbers only, no page.
 *
 * @typedef {import("../model.js").Codes} Codes
 */

import { nearestRows } from "./placement.js";
import { randomIntegers } from "./random.js";

const REFERENCES = 300;
const SLICE_MS = 4;
const TERMS = 1000; // far more than either expansion takes for 256 dimensions
const EPSILON = 1e-14;

/**
 * The share of codes drawn from N(0, I) that lie closer to 0 than this one: |z|² is chi-squared distributed with D
 * degrees of freedom, so it is P(D / 2, |z|² / 2).
 *
 * @param {ArrayLike<number>} z  (D)
 * @returns {number}  0…1
 */
export function shareCloserToCentre(z) {
  let square = 0;
  for (let i = 0; i < z.length; i++) square += z[i] * z[i];
  return lowerGamma(z.length, square / 2);
}

/**
 * The regularised lower incomplete gamma function P(n / 2, x).
 *
 * Below its middle by the power series, NIST's Digital Library of Mathematical Functions 8.7.1; above by the even
 * part of the continued fraction 8.9.2 of Q = 1 - P, with Lentz's method (Press et al., Numerical Recipes, 6.2).
 *
 * @param {number} n  twice the first argument, a whole number of at least 1
 * @param {number} x  at least 0
 * @returns {number}  0…1
 */
export function lowerGamma(n, x) {
  if (x <= 0) return 0;
  const a = n / 2;
  const front = Math.exp(a * Math.log(x) - x - logGammaOfHalf(n));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let k = 1; k < TERMS && term > sum * EPSILON; k++) {
      term *= x / (a + k);
      sum += term;
    }
    return Math.min(1, front * sum);
  }
  let b = x + 1 - a;
  let c = Infinity;
  let d = 1 / b;
  let fraction = d;
  for (let k = 1; k < TERMS; k++) {
    const numerator = -k * (k - a);
    b += 2;
    d = 1 / (numerator * d + b);
    c = b + numerator / c;
    fraction *= c * d;
    if (Math.abs(c * d - 1) < EPSILON) break;
  }
  return Math.max(0, 1 - front * fraction);
}

/**
 * ln Γ(n / 2), exactly by Γ(x + 1) = x Γ(x) from Γ(1) = 1 or Γ(1/2) = √π.
 *
 * @param {number} n  a whole number of at least 1
 */
function logGammaOfHalf(n) {
  let sum = n % 2 ? 0.5 * Math.log(Math.PI) : 0;
  for (let x = n % 2 ? 0.5 : 1; x < n / 2; x++) sum += Math.log(x);
  return sum;
}

/**
 * The codes of test pictures that distances are measured to, and the distances between these.
 */
export class Neighbourhood {
  #dim;

  /**
   * @param {Codes} codes
   * @param {number | null} label  only the pictures of this class, for a conditional decoder: it was trained with no
   *   other codes of that class. null: all
   */
  constructor(codes, label) {
    const { mu, count, label: labels } = codes;
    this.#dim = mu.length / count;
    const members =
      label === null ? null : Array.from({ length: count }, (_, i) => i).filter((i) => labels[i] === label);
    this.count = members ? members.length : count;
    /** (count, D) */
    this.table = members ? new Float32Array(members.length * this.#dim) : mu;
    members?.forEach((index, row) => {
      this.table.set(mu.subarray(index * this.#dim, (index + 1) * this.#dim), row * this.#dim);
    });
  }

  /**
   * @param {ArrayLike<number>} z  (D)
   * @returns {number}  Euclidean distance to the nearest code; there must be one
   */
  nearest(z) {
    return nearestRows(this.table, z, 1)[0].distance;
  }

  /**
   * The distances from a sample of these codes (at least two) to their nearest neighbours; in slices of a few milliseconds.
   *
   * @param {AbortSignal} signal
   * @returns {Promise<Float64Array>}  at most 300 distances, sorted
   */
  async neighbourDistances(signal) {
    const rows = sample(this.count, REFERENCES);
    const distances = new Float64Array(rows.length);
    let pause = performance.now() + SLICE_MS;
    for (let i = 0; i < rows.length; i++) {
      const start = rows[i] * this.#dim;
      // The nearest of all is the code itself.
      distances[i] = nearestRows(this.table, this.table.subarray(start, start + this.#dim), 2)[1].distance;
      if (performance.now() < pause) continue;
      await new Promise((resolve) => setTimeout(resolve));
      signal.throwIfAborted();
      pause = performance.now() + SLICE_MS;
    }
    return distances.sort();
  }
}

/**
 * Different whole numbers in 0…count - 1, the same every time: Floyd's method (Bentley, Communications of the ACM,
 * 1987).
 *
 * @param {number} count
 * @param {number} size
 * @returns {number[]}
 */
function sample(count, size) {
  const next = randomIntegers(0);
  /** @type {Set<number>} */
  const chosen = new Set();
  for (let last = Math.max(0, count - size); last < count; last++) {
    const any = next() % (last + 1);
    chosen.add(chosen.has(any) ? last : any);
  }
  return [...chosen];
}

/**
 * @param {Float64Array} sorted  ascending
 * @param {number} value
 * @returns {number}  0…1, the share of them below the value
 */
export function shareBelow(sorted, value) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low / sorted.length;
}
