/**
 * From a trained run to a whole model folder, as `vae_explorer/storage/model_folder.py` reads it and `train/publish.py`
 * writes it: what the page can compute, and nothing else. Maps beside PCA, a mixture of the training codes and a
 * classifier's predictions are missing; `train project` and `train evaluate --refit-samplers` add them.
 *
 * @typedef {import("./model_json.js").Trained} Trained
 * @typedef {import("../training/mlp.js").Weights} Weights
 * @typedef {import("../network/safetensors.js").Tensor} Tensor
 * @typedef {Map<string, Uint8Array<ArrayBuffer>>} ModelFiles  by the names that they have in the folder
 *
 * @typedef {object} TestPictures  all of a data set, in its order
 * @property {Uint8Array} pixels  (N, 784)
 * @property {Uint8Array} labels  (N)
 */

import { PIXELS } from "../picture/size.js";
import { roundedToHalf } from "../network/half.js";
import { writeSafetensors } from "../network/write_safetensors.js";
import { inSlices } from "../timing/in_slices.js";
import { principalAxes, projected } from "../space/pca.js";
import { DATA_SETS } from "../training/data_sets.js";
import { encodePictures } from "./encode_pictures.js";
import { parameterShapes } from "../training/mlp.js";
import { ModelError } from "./model_error.js";
import { modelJson } from "./model_json.js";
import { sampleSheet } from "./sample_sheet.js";

const TEXT = {
  diverged:
    "This model cannot be kept: training has diverged, and some of its weights are not finite numbers. Go back to the last good state first.",
  far: "This model cannot be kept: its codes are more than 1,000 from the origin, farther than any page can show. Train with a lower learning rate.",
};

const LARGEST_CODE = 1000; // as in storage/model_folder.py
const AXES = 3;

/**
 * Encodes the test pictures in slices, so that the page goes on; that takes some seconds.
 *
 * @param {Trained} run
 * @param {TestPictures} test
 * @param {{name: string, title?: string, signal?: AbortSignal, onProgress?: (share: number) => void}} options  `name` is
 *   that of the folder, of a-z, 0-9 and hyphens
 * @returns {Promise<ModelFiles>}
 * @throws {ModelError}
 * @throws {DOMException}  an AbortError, as the signal says
 */
export async function modelFolder(run, { pixels, labels }, { name, title, signal, onProgress }) {
  const { settings } = run;
  const data = DATA_SETS[settings.data];
  if (labels.length !== data.count || pixels.length !== data.count * PIXELS) {
    throw new RangeError(`${labels.length} test pictures were given, ${data.count} expected.`);
  }
  const shapes = parameterShapes(settings);
  /** @type {Weights} */
  const weights = {};
  for (const part of Object.keys(shapes)) weights[part] = roundedToHalf(run.weights[part]);
  if (!Object.values(weights).every((values) => values.every(Number.isFinite))) throw new ModelError(TEXT.diverged);
  const encoded = await inSlices(encodePictures(settings, weights, pixels), signal, onProgress);
  if (
    ![encoded.mu, encoded.logVar, encoded.kl, encoded.reconstruction].every((values) => values.every(Number.isFinite))
  ) {
    throw new ModelError(TEXT.diverged);
  }
  if (!encoded.mu.every((value) => Math.abs(value) <= LARGEST_CODE)) throw new ModelError(TEXT.far);
  const dim = settings.latentDim;
  const principal = principalAxes(encoded.mu, data.count, dim);
  /** @type {Record<string, Tensor>} */
  const codes = {
    mu: { shape: [data.count, dim], data: encoded.mu },
    log_var: { shape: [data.count, dim], data: encoded.logVar },
    label: { shape: [data.count], data: labels },
    reconstruction: { shape: [data.count], data: encoded.reconstruction },
    kl: { shape: [data.count], data: encoded.kl },
    "projection/pca": { shape: [data.count, AXES], data: projected(encoded.mu, data.count, dim, principal) },
    "projection/pca/mean": { shape: [dim], data: Float32Array.from(principal.mean) },
    "projection/pca/components": { shape: [AXES, dim], data: Float32Array.from(principal.components) },
  };
  const tensors = Object.fromEntries(
    Object.entries(shapes).map(([part, shape]) => [part, { shape, data: weights[part] }]),
  );
  return new Map([
    ["model.json", new TextEncoder().encode(modelJson(run, encoded, data, { name, title }))],
    ["weights.safetensors", writeSafetensors(tensors)],
    ["codes.safetensors", writeSafetensors(codes)],
    ["samples.png", sampleSheet(settings, weights)],
  ]);
}
