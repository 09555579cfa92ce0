/**
 * The eight samples of the strip: their noise comes from one seed, and stays while the picture changes.
 *
 * @typedef {import("../shared/computation.js").Computation} Computation
 */

import { PIXELS } from "../../picture/size.js";
import { reparameterize, sigmoid } from "../../network/elbo.js";
import { standardNormals } from "../../space/random.js";
import { STRIP } from "./state.js";

export class Samples {
  #noise;
  #z;
  #xHat = new Float32Array(PIXELS);
  /** Reconstruction term of each, nats; NaN where it is of an earlier picture or setting. */
  #costs = new Float64Array(STRIP).fill(Number.NaN);

  /**
   * @param {number} dim   D
   * @param {number} seed  an unsigned 32-bit integer
   */
  constructor(dim, seed) {
    this.#noise = Array.from({ length: STRIP }, () => new Float64Array(dim));
    this.#z = new Float64Array(dim);
    this.seed(seed);
  }

  /** @param {number} seed  an unsigned 32-bit integer */
  seed(seed) {
    const normal = standardNormals(seed);
    for (const noise of this.#noise) noise.forEach((_, i) => (noise[i] = normal()));
  }

  /** The picture or a setting has changed: all are to be decoded again. */
  expire() {
    this.#costs.fill(Number.NaN);
  }

  /**
   * @param {number} index  of the sample
   * @returns {Float64Array}  (D) standard normal
   */
  noise(index) {
    return this.#noise[index];
  }

  /**
   * Decodes one of them, and takes what it loses into the average.
   *
   * @param {number} index
   * @param {Computation} computation
   * @param {number} temperature
   * @param {"bce" | "mse"} term
   * @returns {Float32Array}  (784) in 0…1, valid until the next one
   */
  decode(index, computation, temperature, term) {
    const noise = this.#noise[index];
    let logits = this.#logits(computation, noise, temperature);
    for (let i = 0; i < PIXELS; i++) this.#xHat[i] = sigmoid(logits[i]);
    if (temperature !== 1) logits = this.#logits(computation, noise, 1);
    this.#costs[index] = computation.costOf(logits, term);
    return this.#xHat;
  }

  /**
   * The reconstruction term, nats: the average over the samples of the posterior itself, whatever the temperature. NaN as
   * long as not all of them are decoded.
   */
  get cost() {
    return this.#costs.reduce((sum, cost) => sum + cost, 0) / STRIP;
  }

  /** @param {Computation} computation @param {Float64Array} noise @param {number} temperature */
  #logits(computation, noise, temperature) {
    return computation.logits(reparameterize(computation.passed.posterior, noise, temperature, this.#z));
  }
}
