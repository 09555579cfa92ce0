/**
 * Networks of random layers with random weights; the same seed gives the same network.
 *
 * @typedef {import("../../vae_explorer/frontend/network/layers.js").Layer} Layer
 * @typedef {import("../../vae_explorer/frontend/network/safetensors.js").Safetensors} Safetensors
 */

import { ACTIVATIONS } from "../../vae_explorer/frontend/network/kernels.js";
import { randomIntegers, standardNormals } from "../../vae_explorer/frontend/space/random.js";
import { floats, networkFile, size } from "./network_file.js";

const MOST_LAYERS = 5;
const MOST_VALUES = 4000;
const NAMES = Object.keys(ACTIVATIONS);

/**
 * @param {number} seed
 * @returns {{file: Safetensors, layers: Layer[], shape: number[], inputs: Float32Array[]}}  `shape` is that of an input
 */
export function randomNetwork(seed) {
  const next = randomIntegers(seed);
  const normal = standardNormals(seed);
  /** @param {number} least @param {number} most */
  const whole = (least, most) => least + (next() % (most - least + 1));
  const inputShape = whole(0, 3) ? [whole(1, 9), whole(1, 9), whole(1, 9)] : [whole(1, 70)];
  /** @type {Layer[]} */
  const layers = [];
  let shape = inputShape;
  const count = whole(1, MOST_LAYERS);
  while (layers.length < count) {
    const drawn = drawLayer(shape, whole);
    if (drawn.shape.some((side) => side < 1) || size(drawn.shape) > MOST_VALUES) continue;
    layers.push(drawn.layer);
    shape = drawn.shape;
  }
  const file = networkFile(layers, inputShape, (products) => normal() / Math.sqrt(products), normal);
  const scale = 10 ** whole(-2, 2);
  const inputs = [0, 1].map(() => floats(size(inputShape), () => scale * normal()));
  return { file, layers, shape: inputShape, inputs };
}

/**
 * @param {number[]} shape
 * @param {(least: number, most: number) => number} whole
 * @returns {{layer: Layer, shape: number[]}}  a layer for what comes in, and what comes out
 */
function drawLayer(shape, whole) {
  const kind = whole(0, 5);
  if (kind === 0) {
    const op = NAMES[whole(0, NAMES.length - 1)];
    return { layer: { op, ...(op === "leaky_relu" ? { slope: whole(1, 9) / 10 } : {}) }, shape };
  }
  if (kind === 1) {
    const after = whole(0, 1) ? [size(shape)] : drawFactors(size(shape), whole);
    return { layer: { op: "reshape", shape: after }, shape: after };
  }
  if (shape.length === 1) {
    const outputs = whole(1, 70);
    return { layer: { op: "linear", inputs: shape[0], outputs }, shape: [outputs] };
  }
  const [inputs, ...sides] = shape;
  const [outputs, kernel, stride, padding] = [whole(1, 9), whole(1, 5), whole(1, 6), whole(0, 7)];
  // Without padding a layer does not say so.
  const sizes = { inputs, outputs, kernel, stride, ...(padding ? { padding } : {}) };
  if (kind < 4) {
    const more = whole(0, stride - 1);
    const after = sides.map((side) => (side - 1) * stride - 2 * padding + kernel + more);
    const layer = { op: "conv_transpose", ...sizes, ...(more ? { output_padding: more } : {}) };
    return { layer, shape: [outputs, ...after] };
  }
  const after = sides.map((side) => Math.floor((side + 2 * padding - kernel) / stride) + 1);
  return { layer: { op: "conv", ...sizes }, shape: [outputs, ...after] };
}

/** @param {number} count @param {(least: number, most: number) => number} whole */
function drawFactors(count, whole) {
  const a = drawDivisor(count, whole);
  const b = drawDivisor(count / a, whole);
  return [a, b, count / a / b];
}

/** @param {number} count @param {(least: number, most: number) => number} whole */
function drawDivisor(count, whole) {
  const divisors = Array.from({ length: count }, (_, i) => i + 1).filter((divisor) => count % divisor === 0);
  return divisors[whole(0, divisors.length - 1)];
}
