/**
 * A picture on its way through both networks: posterior, code, reconstruction and the terms of the loss. Numbers only; the
 * same arrays are written to at every picture.
 *
 * @typedef {import("../../types.js").Manifest} Manifest
 * @typedef {import("../../network/network.js").Network} Network
 * @typedef {import("../../network/elbo.js").Posterior} Posterior
 *
 * @typedef {object} Passed  what comes of a picture; P = 784 pixels, D latent dimensions
 * @property {Float32Array} x         (P) in 0…1
 * @property {number | null} label    the class given to a conditional model
 * @property {Posterior} posterior
 * @property {Float64Array} kl        (D) nats; zeros in a plain autoencoder
 * @property {Float64Array | null} eps  (D) the noise of z; null where z is the mean
 * @property {number} temperature     what eps was multiplied by
 * @property {Float64Array} z         (D)
 * @property {Float32Array} xHat      (P) the decoder's means in 0…1
 * @property {Float64Array} perPixel  (P) nats
 * @property {number} reconstruction  nats, the sum of `perPixel`
 * @property {number} klTotal         nats, the sum of `kl`
 */

import { decoderInput, encoderInput } from "../../model.js";
import { PIXELS } from "../../picture/size.js";
import {
  emptyPosterior,
  klPerDimension,
  RECONSTRUCTIONS,
  readPosterior,
  reparameterize,
  sigmoid,
  total,
} from "../../network/elbo.js";

export class Computation {
  #manifest;
  #encoder;
  #decoder;
  #encoderInput;
  #decoderInput;
  #costs = new Float64Array(PIXELS);
  /** @type {Passed} the latest */
  passed;

  /**
   * @param {Manifest} manifest
   * @param {Network} encoder
   * @param {Network} decoder  to logits
   */
  constructor(manifest, encoder, decoder) {
    const { latent_dim: dim } = manifest;
    this.#manifest = manifest;
    this.#encoder = encoder;
    this.#decoder = decoder;
    this.#encoderInput = new Float32Array(encoder.inputs);
    this.#decoderInput = new Float32Array(decoder.inputs);
    this.passed = {
      x: new Float32Array(PIXELS),
      label: null,
      posterior: emptyPosterior(dim),
      kl: new Float64Array(dim),
      eps: null,
      temperature: 1,
      z: new Float64Array(dim),
      xHat: new Float32Array(PIXELS),
      perPixel: new Float64Array(PIXELS),
      reconstruction: 0,
      klTotal: 0,
    };
  }

  /**
   * The picture to its posterior, and its KL.
   *
   * @param {Float32Array} pixels   (784) in 0…1
   * @param {number | null} label   of a conditional model
   */
  encode(pixels, label) {
    const { passed } = this;
    const { deterministic } = this.#manifest;
    passed.x = pixels;
    passed.label = label;
    readPosterior(
      this.#encoder.run(encoderInput(this.#manifest, pixels, label, this.#encoderInput)),
      deterministic,
      passed.posterior,
    );
    if (!deterministic) klPerDimension(passed.posterior, passed.kl);
    passed.klTotal = total(passed.kl);
  }

  /**
   * The posterior to a code, its picture and the loss of reconstruction.
   *
   * @param {Float64Array | null} eps  (D); null decodes the mean
   * @param {number} temperature
   * @param {keyof typeof RECONSTRUCTIONS} term
   */
  decode(eps, temperature, term) {
    const { passed } = this;
    passed.eps = eps;
    passed.temperature = temperature;
    reparameterize(passed.posterior, eps, temperature, passed.z);
    const logits = this.logits(passed.z);
    for (let i = 0; i < PIXELS; i++) passed.xHat[i] = sigmoid(logits[i]);
    passed.reconstruction = total(RECONSTRUCTIONS[term](logits, passed.x, passed.perPixel));
  }

  /**
   * @param {Float64Array} z  (D)
   * @returns {Float32Array}  (784) the decoder's own buffer, good until the next run
   */
  logits(z) {
    return this.#decoder.run(decoderInput(this.#manifest, z, this.passed.label, this.#decoderInput));
  }

  /**
   * What a code loses, beside the one that is shown.
   *
   * @param {ArrayLike<number>} logits  (784) of the code
   * @param {keyof typeof RECONSTRUCTIONS} term
   * @returns {number}  nats
   */
  costOf(logits, term) {
    return total(RECONSTRUCTIONS[term](logits, this.passed.x, this.#costs));
  }
}
