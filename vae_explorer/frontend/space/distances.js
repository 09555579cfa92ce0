/**
 * How far out a code lies: from the centre, compared with the prior; and from the codes of the model's pictures, compared
 * with samples from their posteriors. Numbers only, no page.
 *
 * @typedef {import("../model.js").Codes} Codes
 */

import { nearestRows } from "./placement.js";

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

/** The codes of the model's pictures, as distances are measured to them. */
export class Neighbourhood {
  #used;
  #row;
  #posterior;
  #prior;

  /**
   * @param {Codes} codes
   * @param {number[]} used  the dimensions that count
   * @param {number | null} label  only the pictures of this class, for a conditional decoder: it was trained with no
   *   other codes of that class. null: all
   */
  constructor({ mu, count, label: labels, neighbourDistances }, used, label) {
    const dim = mu.length / count;
    const members = Array.from({ length: count }, (_, i) => i).filter((i) => label === null || labels[i] === label);
    /** Whether there is more than one code to compare with. */
    this.isUsable = members.length > 1;
    this.#used = used;
    this.#row = new Float64Array(used.length);
    /** (members, used) */
    this.table = new Float32Array(members.length * used.length);
    members.forEach((index, row) => {
      for (let i = 0; i < used.length; i++) this.table[row * used.length + i] = mu[index * dim + used[i]];
    });
    /** @param {Float32Array} rows */
    const rowOf = (rows) => rows.subarray(101 * (label ?? 0), 101 * ((label ?? 0) + 1));
    this.#posterior = rowOf(neighbourDistances.posterior);
    this.#prior = neighbourDistances.prior && rowOf(neighbourDistances.prior);
  }

  /**
   * @param {ArrayLike<number>} z  (D)
   * @returns {number}  Euclidean distance to the nearest code in the dimensions that are used
   */
  nearest(z) {
    for (let i = 0; i < this.#used.length; i++) this.#row[i] = z[this.#used[i]];
    return nearestRows(this.table, this.#row, 1)[0].distance;
  }

  /**
   * @param {number} distance
   * @returns {number}  0…1, the share of samples from posteriors that lie closer to another picture's code
   */
  shareCloser(distance) {
    return shareBelow(this.#posterior, distance);
  }

  /**
   * @param {number} share  of samples from posteriors
   * @returns {number | null}  0…1, the share of samples from the prior that lie farther away than this share does; null
   *   without a prior
   */
  priorShareBeyond(share) {
    return this.#prior && 1 - shareBelow(this.#prior, this.#posterior[Math.round(100 * share)]);
  }
}

/**
 * @param {ArrayLike<number>} percentiles  (101) ascending
 * @param {number} value
 * @returns {number}  0…1, the share of what they describe that lies below the value
 */
export function shareBelow(percentiles, value) {
  const last = percentiles.length - 1;
  if (!(value > percentiles[0])) return 0;
  if (value > percentiles[last]) return 1;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (percentiles[middle] < value) low = middle;
    else high = middle;
  }
  return (low + (value - percentiles[low]) / (percentiles[high] - percentiles[low])) / last;
}
