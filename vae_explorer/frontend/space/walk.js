/**
 * A walk through the latent space, past random codes, for as long as somebody likes to watch.
 *
 * The code at any moment is a sum of the four knots around it, each weighed by cos² of its distance in time. The
 * squares of the four weights always add up to 3/2; so where the knots are drawn from N(0, I) and the sum is scaled
 * by the root of 2/3, so is every code on the way. A weight begins and ends at 0 with no slope: the walk neither
 * stops nor turns sharply.
 */

import { standardNormals } from "./random.js";

const KNOTS_A_LEG = 2;
const SCALE = Math.sqrt(2 / 3);

export class Walk {
  #deviations;
  #held;
  #normal;
  /** @type {Float64Array[]} the knots at -1, 0, 1 and 2 */
  #knots = [];
  #along = 0;

  /**
   * @param {number[]} deviations  (D) of the codes to walk between; 1 is the prior's
   * @param {ReadonlySet<number>} held  dimensions, from 0, that stay as they are
   * @param {number} seed
   */
  constructor(deviations, held, seed) {
    this.#deviations = deviations;
    this.#held = held;
    this.#normal = standardNormals(seed);
  }

  /**
   * Begins anew at a code; to be called again when `held` has changed.
   *
   * @param {Float64Array} z  (D)
   */
  begin(z) {
    const [before, here, after, next] = [this.#draw(), z.slice(), this.#draw(), this.#draw()];
    // The knot here is what makes the sum z.
    for (let i = 0; i < z.length; i++) here[i] = z[i] / SCALE - (before[i] + after[i]) / 2;
    this.#knots = [before, here, after, next];
    this.#along = 0;
  }

  /**
   * @param {Float64Array} z     (D), changed
   * @param {number} legs        how far; a leg away a code is about another random one
   */
  step(z, legs) {
    this.#along += legs * KNOTS_A_LEG;
    for (; this.#along >= 1; this.#along -= 1) this.#knots = [...this.#knots.slice(1), this.#draw()];
    const weights = [-1, 0, 1, 2].map((knot) => SCALE * Math.cos((Math.PI / 4) * (this.#along - knot)) ** 2);
    for (let i = 0; i < z.length; i++) {
      if (!this.#held.has(i)) z[i] = weights.reduce((sum, weight, knot) => sum + weight * this.#knots[knot][i], 0);
    }
  }

  #draw() {
    return Float64Array.from(this.#deviations, (deviation) => deviation * this.#normal());
  }
}
