/**
 * From the files of a model, new from a run or from a zip file, to one that this browser keeps.
 *
 * @typedef {import("../model_folder/model_files.js").ModelFiles} ModelFiles
 * @typedef {import("./own_models.js").OwnModel} OwnModel
 * @typedef {import("../model_folder/read_model_files.js").ReadModel} ReadModel
 * @typedef {import("./facts.js").Facts} Facts
 */

import { ModelError } from "../model_folder/model_error.js";
import { openOwnModels } from "./own_models.js";
import { readModelFiles } from "../model_folder/read_model_files.js";
import { unzip } from "../zip.js";
import { factsOf, OWN } from "./facts.js";
import { dimensionsText } from "../text.js";

// The largest that the page trains takes 3 MB; a folder that `train` has added maps to, some more.
const LIMITS = { files: 20, bytes: 64 * 2 ** 20 };

const TEXT = {
  /** @param {string} value */
  elbo: (value) => `−ELBO ${value} nats`,
  /** @param {string} value */
  reconstruction: (value) => `reconstruction ${value} nats`,
  several: "This zip file holds more than one model. Pack each into a zip file of its own.",
  large: `This file is larger than a model that was trained in a browser: at most ${LIMITS.bytes / 2 ** 20} MB were expected.`,
  none: "This zip file holds no model: no model.json is in it.",
};

const ABOUT = "model.json";

/**
 * @param {ModelFiles} files
 * @returns {Promise<Facts>}
 * @throws {ModelError | import("./own_models.js").StoreError}
 */
export async function keepModel(files) {
  const read = readModelFiles(files);
  const store = await openOwnModels();
  try {
    return factsToTell(await store.add({ figures: figuresOf(read), facts: factsOf(read) }, files));
  } finally {
    store.close();
  }
}

/**
 * @param {string} id
 * @returns {Promise<Facts | {absent: string}>}  whether this browser keeps it, as the server is told
 */
export async function answerTo(id) {
  try {
    const store = await openOwnModels();
    const model = await store.get(id.slice(OWN.length)).finally(() => store.close());
    return model ? factsToTell(model) : { absent: id };
  } catch {
    return { absent: id };
  }
}

/** @param {OwnModel} model @returns {Facts} */
export function factsToTell({ id, facts }) {
  return { ...facts, id: `${OWN}${id}` };
}

/**
 * @param {Blob} file  a zip file with a model folder in it
 * @returns {Promise<ModelFiles>}
 * @throws {ModelError | import("../zip.js").ZipError}
 */
export async function filesOfZip(file) {
  if (file.size > LIMITS.bytes) throw new ModelError(TEXT.large);
  const found = await unzip(new Uint8Array(await file.arrayBuffer()), LIMITS);
  const places = [...found.keys()].filter((path) => path === ABOUT || path.endsWith(`/${ABOUT}`));
  if (places.length !== 1) throw new ModelError(places.length ? TEXT.several : TEXT.none);
  const folder = places[0].slice(0, -ABOUT.length);
  const files = [...found].filter(([path]) => path.startsWith(folder) && !path.slice(folder.length).includes("/"));
  return new Map(files.map(([path, body]) => [path.slice(folder.length), body]));
}

/** @param {ReadModel} read @returns {string[]}  as `vae_explorer/ui/chooser.py` has them */
function figuresOf({ model, metrics }) {
  const { test_negative_elbo: elbo, test_reconstruction: reconstruction } = metrics;
  const figures = [dimensionsText(model.latentDim)];
  if (!model.deterministic && elbo) figures.push(TEXT.elbo(elbo.value.toFixed(1)));
  if (model.deterministic && reconstruction) figures.push(TEXT.reconstruction(reconstruction.value.toFixed(1)));
  return figures;
}
