/**
 * How unusual a picture is to a model: the same scores as in `train/evaluate/scores.py`. A higher one speaks for an
 * anomaly.
 *
 * @typedef {import("../../types.js").Manifest} Manifest
 * @typedef {import("../../network/network.js").Network} Network
 *
 * @typedef {Record<string, number>} Scores  nats, by name
 */

import { PIXELS } from "../../picture/size.js";
import { negativeElbo, RECONSTRUCTIONS, reparameterize, total } from "../../network/elbo.js";
import { Computation } from "../shared/computation.js";

/** Of z, for each picture. */
export const SAMPLES = 10;

const LARGEST = 1e8; // of a model that overflows
const LEAST_BRIGHTNESS = 1e-6;

export class Scorer {
  #manifest;
  #computation;
  #eps;
  #z;

  /**
   * @param {Manifest} manifest
   * @param {Network} encoder
   * @param {Network} decoder  to logits
   */
  constructor(manifest, encoder, decoder) {
    this.#manifest = manifest;
    this.#computation = new Computation(manifest, encoder, decoder);
    this.#eps = new Float64Array(manifest.latent_dim);
    this.#z = new Float64Array(manifest.latent_dim);
  }

  /**
   * The scores of one picture, in steps of about one run of a network; all but typicality, which needs other pictures.
   *
   * A class-conditional model is not told the class, which an anomaly does not have: it takes the one with the lowest
   * −ELBO.
   *
   * @param {Float32Array} pixels  (784) in 0…1
   * @param {() => number} normal  the next standard normal number: D for the likeliest class of a conditional model, and
   *   D for each sample; none for a plain autoencoder
   * @returns {Generator<undefined, Scores>}
   */
  *score(pixels, normal) {
    const { deterministic, classes, likelihood } = this.#manifest;
    const computation = this.#computation;
    const label = classes ? yield* this.#likeliestClass(pixels, normal) : null;
    const independent = independentNats(pixels, likelihood);
    computation.encode(pixels, label);
    yield;
    if (deterministic) {
      const reconstruction = this.#cost(null);
      return bounded({ reconstruction, saving: reconstruction - independent });
    }
    const { posterior, klTotal: kl } = computation.passed;
    const costs = new Float64Array(SAMPLES);
    const weights = new Float64Array(SAMPLES); // log p(x|z) p(z) / q(z|x)
    for (let sample = 0; sample < SAMPLES; sample++) {
      const eps = this.#drawn(normal);
      costs[sample] = this.#cost(eps);
      weights[sample] = -costs[sample];
      // The constants of the two Gaussians cancel.
      this.#z.forEach((z, i) => {
        weights[sample] += 0.5 * (eps[i] * eps[i] + posterior.logVar[i] - z * z);
      });
      yield;
    }
    const reconstruction = total(costs) / SAMPLES;
    const elbo = negativeElbo(reconstruction, kl);
    const bound = Math.log(SAMPLES) - logSumExp(weights);
    return bounded({ elbo, reconstruction, kl, bound, saving: elbo - independent });
  }

  /** @param {Float32Array} pixels @param {() => number} normal @returns {Generator<undefined, number>} */
  *#likeliestClass(pixels, normal) {
    const eps = this.#drawn(normal);
    let [best, lowest] = [0, Number.POSITIVE_INFINITY];
    for (let label = 0; label < this.#manifest.classes; label++) {
      this.#computation.encode(pixels, label);
      const elbo = negativeElbo(this.#cost(eps), this.#computation.passed.klTotal);
      if (elbo < lowest) [best, lowest] = [label, elbo];
      yield;
    }
    return best;
  }

  /** @param {() => number} normal @returns {Float64Array}  (D) */
  #drawn(normal) {
    for (let i = 0; i < this.#eps.length; i++) this.#eps[i] = normal();
    return this.#eps;
  }

  /** -log p(x|z) of a sample, or of the mean. @param {Float64Array | null} eps */
  #cost(eps) {
    const z = reparameterize(this.#computation.passed.posterior, eps, 1, this.#z);
    return this.#computation.costOf(this.#computation.logits(z), this.#manifest.likelihood);
  }
}

/**
 * @param {Scores} scores
 * @param {number} mean  of −ELBO over test pictures, or of the reconstruction error for a plain autoencoder
 * @returns {Scores}  and typicality
 */
export function withTypicality(scores, mean) {
  return bounded({ ...scores, typicality: Math.abs((scores.elbo ?? scores.reconstruction) - mean) });
}

/**
 * -log p(x) of a picture under one that is its mean brightness everywhere.
 *
 * @param {Float32Array} pixels  (784) in 0…1
 * @param {Manifest["likelihood"]} likelihood
 * @returns {number}  nats
 */
export function independentNats(pixels, likelihood) {
  const mean = pixels.reduce((sum, value) => sum + value, 0) / PIXELS;
  const brightness = Math.min(Math.max(mean, LEAST_BRIGHTNESS), 1 - LEAST_BRIGHTNESS);
  const logits = new Float64Array(PIXELS).fill(Math.log(brightness / (1 - brightness)));
  return total(RECONSTRUCTIONS[likelihood](logits, pixels, new Float64Array(PIXELS)));
}

/** @param {Scores} scores @returns {Scores} */
function bounded(scores) {
  const entries = Object.entries(scores).map(([name, value]) => [
    name,
    Number.isNaN(value) ? LARGEST : Math.max(-LARGEST, Math.min(LARGEST, value)),
  ]);
  return Object.fromEntries(entries);
}

/** @param {Float64Array} values */
function logSumExp(values) {
  const most = Math.max(...values);
  if (!Number.isFinite(most)) return most;
  return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0));
}
