/**
 * Reads the file of a model's codes.
 *
 * @typedef {import("./types.js").Manifest} Manifest
 * @typedef {import("./network/safetensors.js").Tensor} Tensor
 * @typedef {import("./model.js").Codes} Codes
 * @typedef {import("./model.js").Layout} Layout
 * @typedef {import("./model.js").LinearMap} LinearMap
 */

import { FormatError, parseSafetensors } from "./network/safetensors.js";
import { identityMap } from "./space/placement.js";

/**
 * @param {ArrayBuffer} buffer
 * @param {Manifest} manifest
 * @returns {Codes}
 */
export function readCodes(buffer, { latent_dim: dim, projections, classes, deterministic }) {
  const { tensors } = parseSafetensors(buffer);
  const count = tensors.mu?.shape[0] ?? 0;
  const percentiles = [Math.max(1, classes), 101];
  /**
   * @template {Tensor["data"]} T
   * @param {string} name
   * @param {new (...args: any[]) => T} type
   * @param {number[]} shape
   * @returns {T}
   */
  const read = (name, type, shape) => {
    const tensor = tensors[name];
    if (!tensor || !(tensor.data instanceof type) || tensor.shape.join() !== shape.join()) {
      const found = tensor ? tensor.shape.join(" x ") : "missing";
      throw new FormatError(`The tensor ${name} of the codes is ${found}; ${shape.join(" x ")} was expected.`);
    }
    return tensor.data;
  };
  /** @param {string} tensor @returns {LinearMap} */
  const linearMap = (tensor) =>
    tensor === "mu"
      ? identityMap(dim)
      : {
          mean: read(`${tensor}/mean`, Float32Array, [dim]),
          components: read(`${tensor}/components`, Float32Array, [3, dim]),
        };
  /** @type {Record<string, Layout>} */
  const layouts = {};
  for (const { tensor, kind } of projections) {
    const columns = tensors[tensor]?.shape[1] === 3 ? 3 : 2;
    layouts[tensor] = {
      points: read(tensor, Float32Array, [count, columns]),
      linear: kind === "linear" ? linearMap(tensor) : null,
    };
  }
  return {
    count,
    mu: read("mu", Float32Array, [count, dim]),
    label: read("label", Uint8Array, [count]),
    layouts,
    kl: read("kl", Float32Array, [count]),
    reconstruction: read("reconstruction", Float32Array, [count]),
    predictedClass: tensors.prediction ? read("prediction", Uint8Array, [count]) : null,
    confidence: tensors.prediction_confidence ? read("prediction_confidence", Float32Array, [count]) : null,
    neighbourDistances: {
      posterior: read("neighbour_distance/posterior", Float32Array, percentiles),
      prior: deterministic ? null : read("neighbour_distance/prior", Float32Array, percentiles),
    },
  };
}
