/**
 * The files that pages read, of a model that this browser keeps: made of its folder, as `vae_explorer/catalog/page_files.py`
 * makes them, when a page asks for them by their address, `mine/KEY/NAME.safetensors`.
 *
 * @typedef {import("../model_folder/read_model_files.js").ReadModel} ReadModel
 * @typedef {import("../network/safetensors.js").Tensor} Tensor
 */

import { inSlices } from "../timing/in_slices.js";
import { writeSafetensors } from "../network/write_safetensors.js";
import { principalAxes, projected } from "../space/pca.js";
import { decoderLayers, encoderLayers, networkOf } from "../training/mlp.js";
import { ModelError } from "../model_folder/model_error.js";
import { openOwnModels } from "./own_models.js";
import { readModelFiles } from "../model_folder/read_model_files.js";
import { meanKlOf, OWN, usedOf } from "./facts.js";
import { neighbourDistances } from "./neighbour_distances.js";

const TEXT = {
  gone: "This model is not in this browser any more. Choose another one in the list of models.",
};

const PLANE = 2; // dimensions of codes that are a map as they are
const AXES = 3;
const PERCENTILES = 101;

// As `files.js` keeps what it has fetched: by address, whose content never changes.
/** @type {Map<string, Promise<ArrayBuffer>>} */
const made = new Map();
/** @type {Map<string, Promise<ReadModel>>} */
const opened = new Map();

/** @param {{url: string}} file @returns {boolean}  whether this browser keeps it, and no server has it */
export function isOwnFile({ url }) {
  return url.startsWith(OWN);
}

/**
 * @param {{url: string}} file
 * @returns {Promise<ArrayBuffer>}  shared between callers: neither write to it nor transfer it
 * @throws {ModelError | import("./own_models.js").StoreError}
 */
export function ownFile({ url }) {
  const [, key, name] = url.split("/");
  return kept(made, url, async () => BUILDERS[name](await kept(opened, key, () => open(key))));
}

/** @param {string} key @returns {Promise<ReadModel>} */
async function open(key) {
  const store = await openOwnModels();
  try {
    const files = await store.files(key);
    if (!files) throw new ModelError(TEXT.gone);
    return readModelFiles(files);
  } finally {
    store.close();
  }
}

/** @type {Record<string, (read: ReadModel) => ArrayBuffer | Promise<ArrayBuffer>>} */
const BUILDERS = {
  "decoder.safetensors": ({ model, weights }) =>
    networkFile("decoder", [...decoderLayers(model), { op: "sigmoid" }], model, weights),
  "encoder.safetensors": ({ model, weights }) => networkFile("encoder", encoderLayers(model), model, weights),
  "codes.safetensors": codesFile,
};

/** @param {Parameters<typeof networkOf>} half */
function networkFile(...half) {
  const { metadata, tensors } = networkOf(...half);
  return writeSafetensors(tensors, metadata).buffer;
}

/** @param {ReadModel} read @returns {Promise<ArrayBuffer>} */
async function codesFile({ model, codes }) {
  const { latentDim: dim, deterministic } = model;
  const { count, mu } = codes;
  /** @type {Record<string, Tensor>} */
  const tensors = {
    mu: { shape: [count, dim], data: mu },
    label: { shape: [count], data: codes.label },
    reconstruction: { shape: [count], data: codes.reconstruction },
    kl: { shape: [count], data: codes.kl },
  };
  if (codes.prediction && codes.predictionConfidence) {
    tensors.prediction = { shape: [count], data: codes.prediction };
    tensors.prediction_confidence = { shape: [count], data: codes.predictionConfidence };
  }
  if (dim !== PLANE) {
    const principal = principalAxes(mu, count, dim);
    tensors["projection/pca"] = { shape: [count, AXES], data: projected(mu, count, dim, principal) };
    tensors["projection/pca/mean"] = { shape: [dim], data: Float32Array.from(principal.mean) };
    tensors["projection/pca/components"] = { shape: [AXES, dim], data: Float32Array.from(principal.components) };
  }
  const used = usedOf(meanKlOf(codes, dim, deterministic), deterministic);
  const { posterior, prior } = await inSlices(neighbourDistances(codes, dim, used, deterministic));
  tensors["neighbour_distance/posterior"] = { shape: [1, PERCENTILES], data: posterior };
  if (prior) tensors["neighbour_distance/prior"] = { shape: [1, PERCENTILES], data: prior };
  return writeSafetensors(tensors).buffer;
}

/**
 * @template T
 * @param {Map<string, Promise<T>>} memory
 * @param {string} key
 * @param {() => Promise<T>} make
 * @returns {Promise<T>}  what was made before; a failure is not kept
 */
function kept(memory, key, make) {
  const known = memory.get(key);
  if (known) return known;
  const pending = make();
  pending.catch(() => memory.delete(key));
  memory.set(key, pending);
  return pending;
}
