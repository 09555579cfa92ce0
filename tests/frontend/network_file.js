/**
 * Makes the files that networks are read from.
 *
 * @typedef {import("../../vae_explorer/frontend/network/layers.js").Layer} Layer
 * @typedef {import("../../vae_explorer/frontend/network/safetensors.js").Safetensors} Safetensors
 */

/**
 * @param {Layer[]} layers
 * @param {number[]} inputShape
 * @param {(inputs: number) => number} drawWeight  of a sum of so many products
 * @param {() => number} drawBias
 * @returns {Safetensors}  as read
 */
export function networkFile(layers, inputShape, drawWeight, drawBias) {
  /** @type {Safetensors} */
  const file = { metadata: { layers: JSON.stringify(layers), input_shape: JSON.stringify(inputShape) }, tensors: {} };
  layers.forEach((layer, index) => {
    const shape = weightShape(layer);
    if (!shape) return;
    const outputs = /** @type {number} */ (layer.outputs);
    const products = size(shape) / outputs;
    file.tensors[`${index}.weight`] = { shape, data: floats(size(shape), () => drawWeight(products)) };
    file.tensors[`${index}.bias`] = { shape: [outputs], data: floats(outputs, drawBias) };
  });
  return file;
}

/** @param {Layer} layer @returns {number[] | null}  in torch's layout */
function weightShape({ op, inputs = 0, outputs = 0, kernel = 0 }) {
  if (op === "linear") return [outputs, inputs];
  if (op === "conv") return [outputs, inputs, kernel, kernel];
  if (op === "conv_transpose") return [inputs, outputs, kernel, kernel];
  return null;
}

/** @param {number[]} shape */
export const size = (shape) => shape.reduce((product, side) => product * side, 1);

/** @param {number} length @param {() => number} draw */
export const floats = (length, draw) => Float32Array.from({ length }, draw);
