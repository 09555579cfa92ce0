/**
 * Completions of a picture of which a part is missing: pseudo-Gibbs sampling, several chains at once, as
 * `train/evaluate/pseudo_gibbs.py` does it.
 *
 * A step of a chain encodes the filled picture, samples z of that posterior, decodes it, and takes the missing pixels from
 * there; visible ones are never touched: Rezende, Mohamed and Wierstra, "Stochastic Backpropagation and Approximate
 * Inference in Deep Generative Models", 2014, appendix F. A plain autoencoder samples nothing.
 *
 * @typedef {import("../../types.js").Manifest} Manifest
 * @typedef {import("../shared/computation.js").Computation} Computation
 * @typedef {import("./candidates.js").Start} Start
 *
 * @typedef {object} Chain
 * @property {Float32Array} pixels   (784) in 0…1, filled in; visible ones as they were
 * @property {Float64Array} z        (D) what the missing pixels were decoded from
 * @property {number | null} label   its class, for a conditional model
 * @property {Picture[]} last        of its last steps; before the first step what it starts from
 *
 * @typedef {{pixels: Float32Array, logLikelihood: number}} Picture  log p(visible pixels|z) in nats
 */

import { PIXELS } from "../../picture/size.js";
import { standardNormals } from "../../space/random.js";

export const CHAINS = 6;
export const STEPS = 10;
const KEPT_STEPS = 8; // of each chain, the last: their pictures are averaged

export class Completions {
  #manifest;
  #x;
  #missing;
  #normal;
  /** @type {Chain[]} */
  chains;
  /** How many all chains have taken. */
  steps = 0;

  /**
   * @param {Manifest} manifest
   * @param {Float32Array} x      (784) the picture
   * @param {Uint8Array} missing  (784) 1 where its pixels are not looked at
   * @param {Start[]} starts
   * @param {number} seed         an unsigned 32-bit integer
   */
  constructor(manifest, x, missing, starts, seed) {
    this.#manifest = manifest;
    this.#x = x;
    this.#missing = missing;
    this.#normal = standardNormals(seed);
    this.chains = starts.map(({ pixels, z, label, logLikelihood }) => {
      const filled = this.#filled(pixels);
      return { pixels: filled, z, label, last: [{ pixels: filled, logLikelihood }] };
    });
  }

  /**
   * One step of all chains, one chain between two `yield`s.
   *
   * @param {Computation} computation  of the model
   * @param {() => ArrayLike<number>} [noise]  (D) for the next chain; from the seed if not given
   * @returns {Generator<undefined, void>}
   */
  *step(computation, noise = () => this.#noise()) {
    const { deterministic, likelihood } = this.#manifest;
    for (const chain of this.chains) {
      computation.encode(chain.pixels, chain.label);
      computation.decode(deterministic ? null : Float64Array.from(noise()), 1, likelihood);
      const { xHat, z, perPixel } = computation.passed;
      let nats = 0;
      for (let i = 0; i < PIXELS; i++) if (!this.#missing[i]) nats += perPixel[i];
      chain.pixels = this.#filled(xHat);
      chain.z = z.slice();
      if (!this.steps) chain.last = [];
      chain.last.push({ pixels: chain.pixels, logLikelihood: -nats });
      if (chain.last.length > KEPT_STEPS) chain.last.shift();
      yield;
    }
    this.steps++;
  }

  /** The mean of the last pictures of all chains, weighted by the likelihood of the visible pixels. @returns {Float32Array} (784) */
  mean() {
    const pictures = this.chains.flatMap(({ last }) => last);
    const best = Math.max(...pictures.map(({ logLikelihood }) => logLikelihood));
    const weights = pictures.map(({ logLikelihood }) => Math.exp(logLikelihood - best));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const mean = new Float64Array(PIXELS);
    pictures.forEach(({ pixels }, n) => {
      for (let i = 0; i < PIXELS; i++) mean[i] += (weights[n] / total) * pixels[i];
    });
    return this.#filled(mean); // rounding must not change what is visible
  }

  /** Of the completions as they are, each pixel's. @returns {Float64Array} (784), 0 where the picture is visible */
  variance() {
    const variance = new Float64Array(PIXELS);
    const { length } = this.chains;
    for (let i = 0; i < PIXELS; i++) {
      if (!this.#missing[i]) continue;
      const mean = this.chains.reduce((sum, { pixels }) => sum + pixels[i], 0) / length;
      variance[i] = this.chains.reduce((sum, { pixels }) => sum + (pixels[i] - mean) ** 2, 0) / length;
    }
    return variance;
  }

  /** Of the mean, against the whole picture. @returns {number}  per missing pixel; 0 if none is missing */
  squaredError() {
    const mean = this.mean();
    const missing = Array.from(mean.keys()).filter((i) => this.#missing[i]);
    const sum = missing.reduce((sum, i) => sum + (mean[i] - this.#x[i]) ** 2, 0);
    return missing.length ? sum / missing.length : 0;
  }

  /** @param {ArrayLike<number>} pixels  (784) to fill in @returns {Float32Array} */
  #filled(pixels) {
    return this.#x.map((value, i) => (this.#missing[i] ? pixels[i] : value));
  }

  #noise() {
    return Float64Array.from({ length: this.#manifest.latent_dim }, () => this.#normal());
  }
}
