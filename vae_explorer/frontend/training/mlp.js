/**
 * The dense VAE that the page trains, `mlp` in `vae_explorer/model/layers.py`: its layers, its weights by name, and its two
 * halves as the page runs them.
 *
 * @typedef {import("../network/layers.js").Layer} Layer
 * @typedef {import("../network/safetensors.js").Safetensors} Safetensors
 * @typedef {{latentDim: number, hidden: number}} Sizes
 * @typedef {Record<string, Float32Array>} Weights  by the names that torch gives them, such as `encoder.0.weight`
 */

const PIXELS = 784;

/**
 * @param {Sizes} sizes
 * @returns {Layer[]}  from a picture (784) to mu and log_var (2 D)
 */
export function encoderLayers({ latentDim, hidden }) {
  return [
    { op: "linear", inputs: PIXELS, outputs: hidden },
    { op: "relu" },
    { op: "linear", inputs: hidden, outputs: 2 * latentDim },
  ];
}

/**
 * @param {Sizes} sizes
 * @returns {Layer[]}  from a code (D) to the logits of the pixels (784)
 */
export function decoderLayers({ latentDim, hidden }) {
  return [
    { op: "linear", inputs: latentDim, outputs: hidden },
    { op: "relu" },
    { op: "linear", inputs: hidden, outputs: PIXELS },
  ];
}

/**
 * @param {Sizes} sizes
 * @returns {Record<string, number[]>}  the shape of every parameter, by name
 */
export function parameterShapes(sizes) {
  /** @type {Record<string, number[]>} */
  const shapes = {};
  for (const [half, layers] of Object.entries({ encoder: encoderLayers(sizes), decoder: decoderLayers(sizes) })) {
    layers.forEach(({ inputs, outputs }, index) => {
      if (inputs === undefined || outputs === undefined) return;
      shapes[`${half}.${index}.weight`] = [outputs, inputs];
      shapes[`${half}.${index}.bias`] = [outputs];
    });
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
