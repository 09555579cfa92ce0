/**
 * A dense VAE that is trained in the page: forward, backward and Adam, float32, losses in nats per image.
 *
 * The network is that of `train`'s architecture `mlp`, with the same names and layouts:
 *
 *     images (B, 784) -> hidden -> ReLU -> mu, log_var (D each)      encoder.0, encoder.2
 *     z (B, D)        -> hidden -> ReLU -> 784 logits                decoder.0, decoder.2
 *
 * What lies between the two, the sample and its KL, is a few numbers an image and runs here, in double precision, by
 * the formulas of elbo.js. All else is a list of kernels: those of plain_kernels.js, or the same as WebAssembly.
 *
 * @typedef {object} TrainerState  can be cloned into another thread
 * @property {Weights} weights
 * @property {Weights} first    Adam's moving average of gradients
 * @property {Weights} second   and of their squares
 * @property {number} steps     taken
 *
 * @typedef {import("../network/elbo.js").Posterior} Posterior
 * @typedef {import("./buffers.js").Buffers} Buffers
 * @typedef {import("./buffers.js").VaeModel} VaeModel
 * @typedef {import("./buffers.js").Weights} Weights
 * @typedef {import("./plain_kernels.js").Kernels} Kernels
 * @typedef {{plain: boolean, memory: ArrayBuffer, kernels: Kernels}} Engine
 * @typedef {{weight: Float32Array, bias: Float32Array, dWeight: Float32Array, dBias: Float32Array,
 *   inputs: number, outputs: number}} Dense
 */

import { emptyPosterior, klPerDimension, reparameterize, total } from "../network/elbo.js";
import {
  copies,
  fill,
  layerSizes,
  makeBuffers,
  memoryBytes,
  MOST_IMAGES,
  parameterCount,
  PIXELS,
  tensors,
} from "./buffers.js";
import { BETA1, BETA2, PLAIN } from "./plain_kernels.js";
import { startTraining } from "./wasm_kernels.js";

const CHUNK = 256; // images at a time where there may be any number of them

export class VaeTrainer {
  /** @type {VaeModel} */
  #model;
  /** @type {Kernels} */
  #kernels;
  /** @type {Buffers} */
  #buffers;
  /** @type {Dense[]}  encoder.0, encoder.2, decoder.0, decoder.2 */
  #layers;
  /** @type {Posterior}  of as many images as the last time */
  #posterior = emptyPosterior(0);
  #z = new Float64Array(0);
  #kl = new Float64Array(0);
  #steps = 0;

  /**
   * @param {VaeModel} model
   * @param {{plain?: boolean}} [options]  plain: JavaScript even where there is WebAssembly
   * @returns {Promise<VaeTrainer>}  with all weights 0: call `load`
   * @throws {RangeError}  no such model; or there is no memory for it
   */
  static async create(model, { plain = false } = {}) {
    for (const size of [model.latentDim, model.hidden]) {
      if (!Number.isSafeInteger(size) || size < 1 || size > 4096) {
        throw new RangeError(`A model to train has the size ${size}; a whole number from 1 to 4096 was expected.`);
      }
    }
    const engine = (plain ? null : startTraining(model)) ?? startPlain(model);
    return new VaeTrainer(model, engine);
  }

  /** @param {VaeModel} model @param {Engine} engine */
  constructor(model, { plain, memory, kernels }) {
    /** Whether the kernels are JavaScript. */
    this.plain = plain;
    this.#model = model;
    this.#kernels = kernels;
    this.#buffers = makeBuffers(model, memory);
    const { weights, gradients } = this.#buffers;
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

  /**
   * Takes weights over, and starts Adam anew.
   *
   * @param {Weights} weights
   * @throws {RangeError}  one is missing or has another size
   */
  load(weights) {
    const { first, second, weights: own } = this.#buffers;
    fill(tensors(this.#model, own), weights);
    first.fill(0);
    second.fill(0);
    this.#steps = 0;
  }

  /** @returns {Weights}  copies */
  weights() {
    return copies(tensors(this.#model, this.#buffers.weights));
  }

  /** @returns {Weights}  copies of the last step's gradients */
  gradients() {
    return copies(tensors(this.#model, this.#buffers.gradients));
  }

  /** @returns {TrainerState}  copies */
  state() {
    const { first, second } = this.#buffers;
    return {
      weights: this.weights(),
      first: copies(tensors(this.#model, first)),
      second: copies(tensors(this.#model, second)),
      steps: this.#steps,
    };
  }

  /**
   * Goes back to a state: what follows is what followed it before, to the last bit.
   *
   * @param {TrainerState} state
   * @throws {RangeError}  it is that of another model
   */
  restore({ weights, first, second, steps }) {
    this.load(weights);
    fill(tensors(this.#model, this.#buffers.first), first);
    fill(tensors(this.#model, this.#buffers.second), second);
    this.#steps = steps;
  }

  /**
   * One step of Adam, as torch's with its defaults, on the mean over the batch of reconstruction + beta * KL.
   *
   * If the loss, a gradient or its square is not finite, weights and moments stay what they were.
   *
   * @param {Float32Array} images  (B, 784) in 0…1, with B at most 1024
   * @param {Float32Array} eps     (B, D) standard normal; not read of a deterministic model
   * @param {{beta: number, learningRate: number}} settings  beta: at least 0
   * @returns {{reconstruction: number, kl: number, finite: boolean}}  before the step, nats per image
   * @throws {RangeError}  arrays of other sizes
   */
  step(images, eps, { beta, learningRate }) {
    const rows = this.#rows(images, eps);
    if (rows > MOST_IMAGES) {
      throw new RangeError(`A step was given ${rows} images; at most ${MOST_IMAGES} were expected.`);
    }
    this.#encode(images, rows);
    this.#sample(eps);
    this.#decode(rows);
    const kernels = this.#kernels;
    const { weights, gradients, first, second, logits, images: shown } = this.#buffers;
    const summed = kernels[this.#model.likelihood](logits, shown, rows * PIXELS, 1 / rows);
    this.#backward(rows, eps, beta);
    const [reconstruction, kl] = [summed / rows, total(this.#kl) / rows];
    const finite =
      Number.isFinite(reconstruction) &&
      Number.isFinite(kl) &&
      kernels.squaresFinite(gradients, gradients.length) === 1;
    if (finite) {
      this.#steps++;
      const stepSize = learningRate / (1 - BETA1 ** this.#steps);
      const secondScale = 1 / Math.sqrt(1 - BETA2 ** this.#steps);
      kernels.adam(weights, gradients, first, second, weights.length, stepSize, secondScale);
    }
    return { reconstruction, kl, finite };
  }

  /**
   * @param {Float32Array} images  (N, 784) in 0…1, any number
   * @returns {{mu: Float32Array, logVar: Float32Array}}  (N, D) each; logVar is unused in a deterministic model
   * @throws {RangeError}  not whole images
   */
  encode(images) {
    const { latentDim } = this.#model;
    const count = wholeRows(images, PIXELS, "pixels of images");
    const [mu, logVar] = [new Float32Array(count * latentDim), new Float32Array(count * latentDim)];
    for (let start = 0; start < count; start += CHUNK) {
      const stop = Math.min(start + CHUNK, count);
      this.#encode(images.subarray(start * PIXELS, stop * PIXELS), stop - start);
      mu.set(this.#posterior.mu, start * latentDim);
      logVar.set(this.#posterior.logVar, start * latentDim);
    }
    return { mu, logVar };
  }

  /**
   * @param {ArrayLike<number>} z  (N, D), any number
   * @returns {Float32Array}  (N, 784) pixel means in 0…1
   * @throws {RangeError}  not whole codes
   */
  decode(z) {
    const { latentDim } = this.#model;
    const { z: codes, logits } = this.#buffers;
    const count = wholeRows(z, latentDim, "numbers of codes");
    const pixels = new Float32Array(count * PIXELS);
    const all = Float32Array.from(z);
    for (let start = 0; start < count; start += CHUNK) {
      const stop = Math.min(start + CHUNK, count);
      codes.set(all.subarray(start * latentDim, stop * latentDim));
      this.#decode(stop - start);
      this.#kernels.sigmoid(logits, (stop - start) * PIXELS);
      pixels.set(logits.subarray(0, (stop - start) * PIXELS), start * PIXELS);
    }
    return pixels;
  }

  /**
   * Both terms of −ELBO, with one sample of each image's posterior.
   *
   * @param {Float32Array} images  (N, 784) in 0…1, any number
   * @param {Float32Array} eps     (N, D) standard normal; not read of a deterministic model
   * @returns {{reconstruction: number, kl: number, klPerDimension: Float64Array}}  means over the images, nats
   * @throws {RangeError}  arrays of other sizes
   */
  evaluate(images, eps) {
    const { latentDim, likelihood } = this.#model;
    const count = this.#rows(images, eps);
    const perDimension = new Float64Array(latentDim);
    let reconstruction = 0;
    for (let start = 0; start < count; start += CHUNK) {
      const stop = Math.min(start + CHUNK, count);
      this.#encode(images.subarray(start * PIXELS, stop * PIXELS), stop - start);
      this.#sample(eps.subarray(start * latentDim, stop * latentDim));
      this.#decode(stop - start);
      const { logits, images: shown } = this.#buffers;
      reconstruction += this.#kernels[likelihood](logits, shown, (stop - start) * PIXELS, 1);
      this.#kl.forEach((nats, at) => {
        perDimension[at % latentDim] += nats / count;
      });
    }
    return { reconstruction: reconstruction / count, kl: total(perDimension), klPerDimension: perDimension };
  }

  /** @param {Float32Array} images @param {Float32Array} eps */
  #rows(images, eps) {
    const { latentDim, deterministic } = this.#model;
    const rows = wholeRows(images, PIXELS, "pixels of images");
    if (!deterministic && eps.length !== rows * latentDim) {
      throw new RangeError(`${rows} images came with ${eps.length} random numbers; ${rows * latentDim} were expected.`);
    }
    return rows;
  }

  /** Images to the posterior. @param {Float32Array} images @param {number} rows */
  #encode(images, rows) {
    const [first, second] = this.#layers;
    const { latentDim, deterministic } = this.#model;
    const { images: shown, hidden1, encoded } = this.#buffers;
    shown.set(images);
    this.#dense(first, shown, hidden1, rows);
    this.#kernels.relu(hidden1, rows * first.outputs);
    this.#dense(second, hidden1, encoded, rows);
    const count = rows * latentDim;
    if (this.#z.length !== count) {
      this.#posterior = emptyPosterior(count);
      this.#z = new Float64Array(count);
      this.#kl = new Float64Array(count);
    }
    const { mu, logVar, sigma } = this.#posterior;
    for (let i = 0, at = 0; i < rows; i++) {
      for (let d = 0; d < latentDim; d++, at++) {
        mu[at] = encoded[2 * i * latentDim + d];
        logVar[at] = encoded[(2 * i + 1) * latentDim + d];
        sigma[at] = deterministic ? 0 : Math.exp(logVar[at] / 2);
      }
    }
  }

  /** The posterior to z and the KL. @param {Float32Array} eps */
  #sample(eps) {
    const { deterministic } = this.#model;
    reparameterize(this.#posterior, deterministic ? null : eps, 1, this.#z);
    this.#buffers.z.set(this.#z);
    if (!deterministic) klPerDimension(this.#posterior, this.#kl);
  }

  /** z to logits. @param {number} rows */
  #decode(rows) {
    const [, , third, fourth] = this.#layers;
    const { z, hidden2, logits } = this.#buffers;
    this.#dense(third, z, hidden2, rows);
    this.#kernels.relu(hidden2, rows * third.outputs);
    this.#dense(fourth, hidden2, logits, rows);
  }

  /** The gradients, when those of the logits have replaced them. @param {number} rows @param {Float32Array} eps @param {number} beta */
  #backward(rows, eps, beta) {
    const [first, second, third, fourth] = this.#layers;
    const { images, hidden1, z, hidden2, logits, dHidden, dZ, dEncoded } = this.#buffers;
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
    const { mu, sigma } = this.#posterior;
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

/**
 * torch's default start of `nn.Linear`: weights and biases uniform in ±1/sqrt(inputs).
 *
 * @param {VaeModel} model
 * @param {() => number} random  integers in 0…2^32 - 1, as `randomIntegers` of space/random.js gives them
 * @returns {Weights}
 */
export function initialWeights(model, random) {
  const weights = tensors(model, new Float32Array(parameterCount(model)));
  for (const { name, inputs } of layerSizes(model)) {
    const bound = 1 / Math.sqrt(inputs);
    for (const kind of ["weight", "bias"]) {
      const values = weights[`${name}.${kind}`];
      for (let i = 0; i < values.length; i++) values[i] = bound * ((random() + 0.5) / 2 ** 31 - 1);
    }
  }
  return copies(weights);
}

/** @param {VaeModel} model @returns {Engine} */
const startPlain = (model) => ({ plain: true, memory: new ArrayBuffer(memoryBytes(model)), kernels: PLAIN });

/** @param {ArrayLike<number>} values @param {number} length  of a row @param {string} what */
function wholeRows(values, length, what) {
  const rows = values.length / length;
  if (!Number.isSafeInteger(rows) || rows < 1) {
    throw new RangeError(`There are ${values.length} ${what}; a multiple of ${length} was expected.`);
  }
  return rows;
}
