/**
 * The numbers of a model in training and their places in one memory.
 *
 * @typedef {import("./mlp.js").VaeModel} VaeModel
 * @typedef {import("./mlp.js").Weights} Weights
 * @typedef {ReturnType<typeof makeBuffers>} Buffers
 */

import { PIXELS } from "../picture/size.js";
import { layerSizes, parameterCount } from "./mlp.js";

export const MOST_IMAGES = 1024; // of a step

const WORD = 4;
const ALIGNMENT = 64; // bytes, a line of the processor's cache

/**
 * @param {VaeModel} model
 * @param {Float32Array} all  all parameters, one tensor behind the other
 * @returns {Weights}  views of it
 */
export function tensors(model, all) {
  /** @type {Weights} */
  const found = {};
  let at = 0;
  for (const { name, inputs, outputs } of layerSizes(model)) {
    found[`${name}.weight`] = all.subarray(at, at + inputs * outputs);
    found[`${name}.bias`] = all.subarray(at + inputs * outputs, at + (inputs + 1) * outputs);
    at += (inputs + 1) * outputs;
  }
  return found;
}

/**
 * @param {Weights} own    is written to, if all is right
 * @param {Weights} given
 * @throws {RangeError}  one is missing or has another size
 */
export function fill(own, given) {
  for (const [name, values] of Object.entries(own)) {
    if (given[name]?.length !== values.length) {
      const found = given[name] ? `has ${given[name].length} numbers` : "is missing";
      throw new RangeError(`The tensor ${name} ${found}; ${values.length} numbers were expected.`);
    }
  }
  for (const [name, values] of Object.entries(own)) values.set(given[name]);
}

/** @param {Weights} weights @returns {Weights} */
export const copies = (weights) =>
  Object.fromEntries(Object.entries(weights).map(([name, values]) => [name, values.slice()]));

/** @param {VaeModel} model @returns {number}  what `makeBuffers` needs */
export const memoryBytes = (model) => Object.values(words(model)).reduce((sum, count) => sum + bytes(count), 0);

/**
 * @param {VaeModel} model
 * @param {ArrayBuffer} memory
 * @param {number} [start]  bytes from its beginning that are taken
 */
export function makeBuffers(model, memory, start = 0) {
  let at = start;
  const take = (/** @type {number} */ count) => {
    const view = new Float32Array(memory, at, count);
    at += bytes(count);
    return view;
  };
  const counts = words(model);
  return /** @type {Record<keyof typeof counts, Float32Array>} */ (
    Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, take(count)]))
  );
}

/** @param {VaeModel} model  of each buffer, in float32 numbers */
function words(model) {
  const { latentDim, hidden } = model;
  const parameters = parameterCount(model);
  return {
    weights: parameters,
    gradients: parameters,
    first: parameters, // Adam's moments
    second: parameters,
    images: MOST_IMAGES * PIXELS,
    hidden1: MOST_IMAGES * hidden, // after ReLU
    encoded: MOST_IMAGES * 2 * latentDim, // mu, log_var
    z: MOST_IMAGES * latentDim,
    hidden2: MOST_IMAGES * hidden,
    logits: MOST_IMAGES * PIXELS, // and then their gradients
    dHidden: MOST_IMAGES * hidden, // of hidden2, and then of hidden1
    dZ: MOST_IMAGES * latentDim,
    dEncoded: MOST_IMAGES * 2 * latentDim,
  };
}

/** @param {number} count */
const bytes = (count) => Math.ceil((count * WORD) / ALIGNMENT) * ALIGNMENT;
