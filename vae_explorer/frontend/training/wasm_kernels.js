/**
 * The kernels of plain_kernels.js as WebAssembly: those of kernels/training.c, given arrays instead of addresses.
 *
 * @typedef {import("./mlp.js").VaeModel} VaeModel
 */

import { TRAINING } from "../kernels/training_wasm.js";
import { kernelModule, startKernels } from "../kernels/webassembly.js";
import { memoryBytes } from "./buffers.js";
import { PIXELS } from "../picture/size.js";

const WORD = 4;

// Blocks of a product: what is copied of one factor stays in the second-level cache, a panel of it in the first.
const MOST_DEPTH = 256;
const MOST_ROWS = 128;

/**
 * @param {VaeModel} model
 * @returns {import("./vae_passes.js").Engine | null}  null: the browser cannot, or has no room
 */
export function startTraining(model) {
  const module = kernelModule(TRAINING);
  if (!module) return null;
  const scratch = memoryBytes(model);
  const widest = Math.max(PIXELS, model.hidden, 2 * model.latentDim);
  const started = startKernels(module, scratch + WORD * MOST_DEPTH * (widest + MOST_ROWS + 32));
  if (!started) return null;
  const kernels = /** @type {Record<string, (...numbers: number[]) => any>} */ (started.kernels);
  /** All arrays that the trainer hands over lie in this memory. @param {string} name */
  const call =
    (name) =>
    (/** @type {(Float32Array | number | boolean)[]} */ ...given) =>
      kernels[name](...given.map((one) => (one instanceof Float32Array ? one.byteOffset : Number(one))));
  const product = call("product");
  return {
    plain: false,
    memory: started.memory,
    kernels: {
      product: (...given) => product(...given, scratch, MOST_DEPTH, MOST_ROWS),
      addBias: call("addBias"),
      relu: call("relu"),
      reluBackward: call("reluBackward"),
      columnSums: call("columnSums"),
      sigmoid: call("sigmoid"),
      bce: call("bce"),
      mse: call("mse"),
      adam: call("adam"),
      squaresFinite: call("squaresFinite"),
    },
  };
}
