/**
 * A random walk through the latent space, from random code to random code, without end.
 *
 * The code at any moment is a sum of the four knots around it, each weighted by cos² of its distance in time. The
 * squares of the four weights always add up to 3/2; so where the knots are drawn from N(0, I) and the sum is scaled
 * by the root of 2/3, so is every code on the walk. A weight begins and ends at 0 with no slope: the walk neither
 * stops nor turns sharply.
 */

import { standardNormals } from "./random.js";

const KNOTS_PER_LEG = 2;
const SCALE = Math.sqrt(2 / 3);

export class Walk {
  #deviations;
  #locked;
  #normal;
  /** @type {Float64Array[]} the knots at -1, 0, 1 and 2 */
  #knots = [];
  #along = 0;

  /**
   * @param {number[]} deviations  (D) standard deviations of the codes to walk between; 1 under the prior
   * @param {ReadonlySet<number>} locked  dimensions, from 0, that stay as they are
   * @param {number} seed
   */
  constructor(deviations, locked, seed) {
    this.#deviations = deviations;
    this.#locked = locked;
    this.#normal = standardNormals(seed);
  }

  /**
   * Starts from a code; to be called again when `locked` has changed.
   *
   * @param {Float64Array} z  (D)
   */
  begin(z) {
    const [before, here, after, next] = [this.#draw(), z.slice(), this.#draw(), this.#draw()];
    // The knot here is chosen so that the sum is z.
    for (let i = 0; i < z.length; i++) here[i] = z[i] / SCALE - (before[i] + after[i]) / 2;
    this.#knots = [before, here, after, next];
    this.#along = 0;
  }

  /**
   * @param {Float64Array} z     (D), changed
   * @param {number} legs        how far; after one leg a code is close to another random one
   */
  step(z, legs) {
    this.#along += legs * KNOTS_PER_LEG;
    for (; this.#along >= 1; this.#along -= 1) this.#knots = [...this.#knots.slice(1), this.#draw()];
    const weights = [-1, 0, 1, 2].map((knot) => SCALE * Math.cos((Math.PI / 4) * (this.#along - knot)) ** 2);
    for (let i = 0; i < z.length; i++) {
      if (!this.#locked.has(i)) z[i] = weights.reduce((sum, weight, knot) => sum + weight * this.#knots[knot][i], 0);
    }
  }

  #draw() {
    return Float64Array.from(this.#deviations, (deviation) => deviation * this.#normal());
  }
}
