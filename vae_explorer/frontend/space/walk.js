/**
 * A walk through the latent space, from random code to random code, for as long as somebody likes to watch.
 *
 * Each leg goes along z = cos(t) a + sin(t) b, a quarter of an ellipse. Where a and b are drawn from N(0, I) so is
 * every z between them; a straight line would pass closer to the origin than random codes lie. The speed rises and
 * falls smoothly, so there is no jerk where one leg ends and the next begins.
 */

import { standardNormals } from "./random.js";

export class Walk {
  #deviations;
  #held;
  #normal;
  /** @type {Float64Array} */
  #from = new Float64Array(0);
  /** @type {Float64Array} */
  #to = new Float64Array(0);
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
   * Begins a leg; to be called again when `held` has changed.
   *
   * @param {Float64Array} z  (D)
   */
  begin(z) {
    this.#from = z.slice();
    this.#to = this.#draw();
    this.#along = 0;
  }

  /**
   * @param {Float64Array} z     (D), changed
   * @param {number} legs        how far, in legs
   */
  step(z, legs) {
    this.#along += legs;
    while (this.#along >= 1) {
      this.#along -= 1;
      this.#from = this.#to;
      this.#to = this.#draw();
    }
    const eased = this.#along ** 2 * (3 - 2 * this.#along);
    const [ofFrom, ofTo] = [Math.cos((eased * Math.PI) / 2), Math.sin((eased * Math.PI) / 2)];
    for (let i = 0; i < z.length; i++) if (!this.#held.has(i)) z[i] = ofFrom * this.#from[i] + ofTo * this.#to[i];
  }

  #draw() {
    return Float64Array.from(this.#deviations, (deviation) => deviation * this.#normal());
  }
}
