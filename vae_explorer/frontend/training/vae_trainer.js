/**
 * Trains a dense VAE in the page: steps of Adam, the state between them, codes and pictures; losses in nats per image.
 * vae_passes.js has the network itself.
 *
 * @typedef {object} TrainerState  can be cloned into another thread
 * @property {Weights} weights
 * @property {Weights} first    Adam's moving average of gradients
 * @property {Weights} second   and of their squares
 * @property {number} steps     taken
 *
 * @typedef {import("./mlp.js").VaeModel} VaeModel
 * @typedef {import("./mlp.js").Weights} Weights
 */

import { total } from "../network/elbo.js";
import { copies, fill, MOST_IMAGES, tensors } from "./buffers.js";
import { layerSizes, parameterCount } from "./mlp.js";
import { PIXELS } from "../picture/size.js";
import { BETA1, BETA2 } from "./plain_kernels.js";
import { startEngine, VaePasses } from "./vae_passes.js";

const CHUNK = 256; // images at a time where there may be any number of them
const MOST_UNITS = 4096; // of a layer: ten times what the page offers

export class VaeTrainer {
  #model;
  #kernels;
  #passes;
  #buffers;
  #steps = 0;

  /**
   * @param {VaeModel} model
   * @param {{plain?: boolean}} [options]  plain: JavaScript even where there is WebAssembly
   * @returns {Promise<VaeTrainer>}  with all weights 0: call `load`
   * @throws {RangeError}  no such model; or there is no memory for it
   */
  static async create(model, { plain = false } = {}) {
    for (const size of [model.latentDim, model.hidden]) {
      if (!Number.isSafeInteger(size) || size < 1 || size > MOST_UNITS) {
        throw new RangeError(
          `A model to train has the size ${size}; a whole number from 1 to ${MOST_UNITS} was expected.`,
        );
      }
    }
    return new VaeTrainer(model, startEngine(model, plain));
  }

  /** @param {VaeModel} model @param {import("./vae_passes.js").Engine} engine  started for it */
  constructor(model, engine) {
    /** Whether the kernels are JavaScript. */
    this.plain = engine.plain;
    this.#model = model;
    this.#kernels = engine.kernels;
    this.#passes = new VaePasses(model, engine);
    this.#buffers = this.#passes.buffers;
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
    const [passes, kernels] = [this.#passes, this.#kernels];
    passes.encode(images, rows);
    passes.sample(eps);
    passes.decode(rows);
    const reconstruction = passes.reconstruct(rows, 1 / rows) / rows;
    const kl = total(passes.kl) / rows;
    passes.backward(rows, eps, beta);
    const { weights, gradients, first, second } = this.#buffers;
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
      this.#passes.encode(images.subarray(start * PIXELS, stop * PIXELS), stop - start);
      mu.set(this.#passes.posterior.mu, start * latentDim);
      logVar.set(this.#passes.posterior.logVar, start * latentDim);
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
      this.#passes.decode(stop - start);
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
    const { latentDim } = this.#model;
    const passes = this.#passes;
    const count = this.#rows(images, eps);
    const perDimension = new Float64Array(latentDim);
    let reconstruction = 0;
    for (let start = 0; start < count; start += CHUNK) {
      const stop = Math.min(start + CHUNK, count);
      passes.encode(images.subarray(start * PIXELS, stop * PIXELS), stop - start);
      passes.sample(eps.subarray(start * latentDim, stop * latentDim));
      passes.decode(stop - start);
      reconstruction += passes.reconstruct(stop - start, 1);
      passes.kl.forEach((nats, at) => {
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

/** @param {ArrayLike<number>} values @param {number} length  of a row @param {string} what */
function wholeRows(values, length, what) {
  const rows = values.length / length;
  if (!Number.isSafeInteger(rows) || rows < 1) {
    throw new RangeError(`There are ${values.length} ${what}; a multiple of ${length} was expected.`);
  }
  return rows;
}
