/**
 * The dense VAE that the page trains, `mlp` in `vae_explorer/model/layers.py`, as the page runs it: its two halves, and the
 * shapes of its weights.
 *
 * @typedef {import("../network/layers.js").Layer} Layer
 * @typedef {import("../network/safetensors.js").Safetensors} Safetensors
 *
 * @typedef {object} VaeModel
 * @property {number} latentDim         D, at least 1
 * @property {number} hidden            units of both hidden layers, at least 1
 * @property {"bce" | "mse"} likelihood
 * @property {boolean} [deterministic]  a plain autoencoder: z is mu, and there is no KL
 *
 * @typedef {Record<string, Float32Array>} Weights
 *   `encoder.0.weight` (hidden, 784), `encoder.0.bias` (hidden), `encoder.2.weight` (2 D, hidden), `encoder.2.bias`
 *   (2 D), `decoder.0.weight` (hidden, D), `decoder.0.bias` (hidden), `decoder.2.weight` (784, hidden), `decoder.2.bias`
 *   (784), each row by row
 *
 * @typedef {Pick<VaeModel, "latentDim" | "hidden">} Sizes
 */

import { PIXELS } from "../picture/size.js";

/**
 * Its dense layers, by the names that torch gives them.
 *
 * @param {Sizes} sizes
 * @returns {{name: string, inputs: number, outputs: number}[]}
 */
export function layerSizes({ latentDim, hidden }) {
  return [
    { name: "encoder.0", inputs: PIXELS, outputs: hidden },
    { name: "encoder.2", inputs: hidden, outputs: 2 * latentDim },
    { name: "decoder.0", inputs: latentDim, outputs: hidden },
    { name: "decoder.2", inputs: hidden, outputs: PIXELS },
  ];
}

/** @param {Sizes} sizes */
export const parameterCount = (sizes) =>
  layerSizes(sizes).reduce((sum, { inputs, outputs }) => sum + (inputs + 1) * outputs, 0);

/**
 * @param {Sizes} sizes
 * @returns {Layer[]}  from a picture (784) to mu and log_var (2 D)
 */
export function encoderLayers(sizes) {
  const [first, second] = layerSizes(sizes);
  return withRelu(first, second);
}

/**
 * @param {Sizes} sizes
 * @returns {Layer[]}  from a code (D) to the logits of the pixels (784)
 */
export function decoderLayers(sizes) {
  const [, , first, second] = layerSizes(sizes);
  return withRelu(first, second);
}

/** @typedef {{inputs: number, outputs: number}} Dense @param {Dense} first @param {Dense} second @returns {Layer[]} */
function withRelu(first, second) {
  const [from, to] = [first, second].map(({ inputs, outputs }) => ({ op: "linear", inputs, outputs }));
  return [from, { op: "relu" }, to];
}

/**
 * @param {Sizes} sizes
 * @returns {Record<string, number[]>}  the shape of every parameter, by name
 */
export function parameterShapes(sizes) {
  /** @type {Record<string, number[]>} */
  const shapes = {};
  for (const { name, inputs, outputs } of layerSizes(sizes)) {
    shapes[`${name}.weight`] = [outputs, inputs];
    shapes[`${name}.bias`] = [outputs];
  }
  return shapes;
}

/** @param {Sizes} sizes @returns {number}  multiply-adds of the decoder for one picture */
export function decoderCost(sizes) {
  return decoderLayers(sizes).reduce((sum, { inputs = 0, outputs = 0 }) => sum + inputs * outputs, 0);
}

/**
 * A half as `catalog/page_files.py` sends one, and `network/network.js` runs it.
 *
 * @param {"encoder" | "decoder"} half
 * @param {Layer[]} layers      of that half
 * @param {Sizes} sizes
 * @param {Weights} weights
 * @returns {Safetensors}
 */
export function networkOf(half, layers, sizes, weights) {
  /** @type {Safetensors["tensors"]} */
  const tensors = {};
  for (const [name, shape] of Object.entries(parameterShapes(sizes))) {
    if (name.startsWith(`${half}.`)) tensors[name.slice(half.length + 1)] = { shape, data: weights[name] };
  }
  const inputs = half === "encoder" ? PIXELS : sizes.latentDim;
  return { metadata: { layers: JSON.stringify(layers), input_shape: JSON.stringify([inputs]) }, tensors };
}
