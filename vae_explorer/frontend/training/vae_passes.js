/**
 * The forward and the backward pass of a dense VAE over a batch, float32, in the buffers of one model.
 *
 * The network is that of `train`'s architecture `mlp`, with the same names and layouts:
 *
 *     images (B, 784) -> hidden -> ReLU -> mu, log_var (D each)      encoder.0, encoder.2
 *     z (B, D)        -> hidden -> ReLU -> 784 logits                decoder.0, decoder.2
 *
 * What lies between the two, the sample and its KL, is a few numbers an image and runs here, in double precision, by
 * the formulas of elbo.js. All else is a list of kernels: those of plain_kernels.js, or the same as WebAssembly.
 *
 * @typedef {import("../network/elbo.js").Posterior} Posterior
 * @typedef {import("./mlp.js").VaeModel} VaeModel
 * @typedef {import("./plain_kernels.js").Kernels} Kernels
 * @typedef {{plain: boolean, memory: ArrayBuffer, kernels: Kernels}} Engine  plain: the kernels are JavaScript
 * @typedef {{weight: Float32Array, bias: Float32Array, dWeight: Float32Array, dBias: Float32Array,
 *   inputs: number, outputs: number}} Dense
 */

import { emptyPosterior, klPerDimension, reparameterize } from "../network/elbo.js";
import { makeBuffers, memoryBytes, tensors } from "./buffers.js";
import { layerSizes } from "./mlp.js";
import { PIXELS } from "../picture/size.js";
import { PLAIN } from "./plain_kernels.js";
import { startTraining } from "./wasm_kernels.js";

/**
 * @param {VaeModel} model
 * @param {boolean} plain  JavaScript even where there is WebAssembly
 * @returns {Engine}
 * @throws {RangeError}  there is no memory for it
 */
export function startEngine(model, plain) {
  return (
    (plain ? null : startTraining(model)) ?? {
      plain: true,
      memory: new ArrayBuffer(memoryBytes(model)),
      kernels: PLAIN,
    }
  );
}

export class VaePasses {
  /** Of as many images as the last time. @type {Posterior} */
  posterior = emptyPosterior(0);
  /** (B, D) nats, as `sample` found it; zeros of a plain autoencoder. */
  kl = new Float64Array(0);
  #z = new Float64Array(0);
  #model;
  #kernels;
  /** @type {Dense[]}  encoder.0, encoder.2, decoder.0, decoder.2 */
  #layers;

  /** @param {VaeModel} model @param {Engine} engine  started for it */
  constructor(model, { memory, kernels }) {
    this.#model = model;
    this.#kernels = kernels;
    this.buffers = makeBuffers(model, memory);
    const { weights, gradients } = this.buffers;
    const [named, namedGradients] = [tensors(model, weights), tensors(model, gradients)];
    this.#layers = layerSizes(model).map(({ name, inputs, outputs }) => ({
      inputs,
      outputs,
      weight: named[`${name}.weight`],
      bias: named[`${name}.bias`],
      dWeight: namedGradients[`${name}.weight`],
      dBias: namedGradients[`${name}.bias`],
    }));
  }

  /** Images to the posterior. @param {Float32Array} images @param {number} rows */
  encode(images, rows) {
    const [first, second] = this.#layers;
    const { latentDim, deterministic } = this.#model;
    const { images: shown, hidden1, encoded } = this.buffers;
    shown.set(images);
    this.#dense(first, shown, hidden1, rows);
    this.#kernels.relu(hidden1, rows * first.outputs);
    this.#dense(second, hidden1, encoded, rows);
    const count = rows * latentDim;
    if (this.#z.length !== count) {
      this.posterior = emptyPosterior(count);
      this.#z = new Float64Array(count);
      this.kl = new Float64Array(count);
    }
    const { mu, logVar, sigma } = this.posterior;
    for (let i = 0, at = 0; i < rows; i++) {
      for (let d = 0; d < latentDim; d++, at++) {
        mu[at] = encoded[2 * i * latentDim + d];
        logVar[at] = encoded[(2 * i + 1) * latentDim + d];
        sigma[at] = deterministic ? 0 : Math.exp(logVar[at] / 2);
      }
    }
  }

  /** The posterior to z and the KL. @param {Float32Array} eps */
  sample(eps) {
    const { deterministic } = this.#model;
    reparameterize(this.posterior, deterministic ? null : eps, 1, this.#z);
    this.buffers.z.set(this.#z);
    if (!deterministic) klPerDimension(this.posterior, this.kl);
  }

  /** z to logits. @param {number} rows */
  decode(rows) {
    const [, , third, fourth] = this.#layers;
    const { z, hidden2, logits } = this.buffers;
    this.#dense(third, z, hidden2, rows);
    this.#kernels.relu(hidden2, rows * third.outputs);
    this.#dense(fourth, hidden2, logits, rows);
  }

  /**
   * What the logits cost, and their gradients in place of them.
   *
   * @param {number} rows
   * @param {number} scale  of the gradients
   * @returns {number}  the sum over the images, nats
   */
  reconstruct(rows, scale) {
    const { logits, images } = this.buffers;
    return this.#kernels[this.#model.likelihood](logits, images, rows * PIXELS, scale);
  }

  /**
   * The gradients of all weights, of the mean over the batch of reconstruction + beta * KL; `reconstruct` came before, with
   * a scale of 1 / rows.
   *
   * @param {number} rows
   * @param {Float32Array} eps
   * @param {number} beta
   */
  backward(rows, eps, beta) {
    const [first, second, third, fourth] = this.#layers;
    const { images, hidden1, z, hidden2, logits, dHidden, dZ, dEncoded } = this.buffers;
    this.#denseBackward(fourth, hidden2, logits, dHidden, rows);
    this.#kernels.reluBackward(dHidden, hidden2, rows * third.outputs);
    this.#denseBackward(third, z, dHidden, dZ, rows);
    this.#sampleBackward(rows, eps, beta / rows, dZ, dEncoded);
    this.#denseBackward(second, hidden1, dEncoded, dHidden, rows);
    this.#kernels.reluBackward(dHidden, hidden1, rows * first.outputs);
    this.#denseBackward(first, images, dHidden, null, rows);
  }

  /**
   * d/dmu of z and of the KL is 1 and mu; d/dlog_var is sigma eps / 2 and (sigma² - 1) / 2.
   *
   * @param {number} rows
   * @param {Float32Array} eps
   * @param {number} weight         of the KL
   * @param {Float32Array} dZ       (B, D)
   * @param {Float32Array} dEncoded (B, 2 D)
   */
  #sampleBackward(rows, eps, weight, dZ, dEncoded) {
    const { latentDim, deterministic } = this.#model;
    const { mu, sigma } = this.posterior;
    for (let i = 0, at = 0; i < rows; i++) {
      for (let d = 0; d < latentDim; d++, at++) {
        const [toMu, toLogVar] = [2 * i * latentDim + d, (2 * i + 1) * latentDim + d];
        dEncoded[toMu] = deterministic ? dZ[at] : dZ[at] + weight * mu[at];
        dEncoded[toLogVar] = deterministic
          ? 0
          : (dZ[at] * sigma[at] * eps[at] + weight * (sigma[at] * sigma[at] - 1)) / 2;
      }
    }
  }

  /**
   * output (B, outputs) = input (B, inputs) times the transpose of weight (outputs, inputs), plus bias.
   *
   * @param {Dense} layer
   * @param {Float32Array} input
   * @param {Float32Array} output
   * @param {number} rows
   */
  #dense({ inputs, outputs, weight, bias }, input, output, rows) {
    this.#kernels.product(rows, outputs, inputs, input, false, weight, true, output);
    this.#kernels.addBias(output, bias, rows, outputs);
  }

  /**
   * @param {Dense} layer
   * @param {Float32Array} input
   * @param {Float32Array} dOutput        (B, outputs)
   * @param {Float32Array | null} dInput  (B, inputs); null: not wanted
   * @param {number} rows
   */
  #denseBackward({ inputs, outputs, weight, dWeight, dBias }, input, dOutput, dInput, rows) {
    const { product, columnSums } = this.#kernels;
    product(outputs, inputs, rows, dOutput, true, input, false, dWeight);
    columnSums(dOutput, dBias, rows, outputs);
    if (dInput) product(rows, inputs, outputs, dOutput, false, weight, false, dInput);
  }
}
