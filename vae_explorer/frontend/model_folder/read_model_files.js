/**
 * Reads a model folder in the page: one that it has made itself, but from a file or from IndexedDB, where anybody may have
 * changed it. `vae_explorer/storage/model_folder.py` reads all kinds; here are those that the page trains.
 *
 * @typedef {import("./model_files.js").ModelFiles} ModelFiles
 * @typedef {import("../training/mlp.js").Weights} Weights
 * @typedef {import("../network/safetensors.js").Tensor} Tensor
 *
 * @typedef {object} ReadModel
 * @property {string} name
 * @property {string} title
 * @property {string} teaches
 * @property {string} data       a name of DATA_SETS
 * @property {{latentDim: number, hidden: number, likelihood: "bce" | "mse", deterministic: boolean}} model
 * @property {number} beta       0 for a plain autoencoder
 * @property {Record<string, {value: number, unit: string}>} metrics
 * @property {Weights} weights
 * @property {Codes} codes
 *
 * @typedef {object} Codes
 * @property {number} count               N
 * @property {Float32Array} mu            (N, D)
 * @property {Float32Array} logVar        (N, D)
 * @property {Uint8Array} label           (N)
 * @property {Float32Array} reconstruction (N) nats
 * @property {Float32Array} kl            (N) nats
 * @property {Uint8Array | null} prediction           (N) a classifier's reading, if there is one
 * @property {Float32Array | null} predictionConfidence (N) 0…1
 */

import { FormatError, parseSafetensors } from "../network/safetensors.js";
import { DATA_SETS } from "../training/data_sets.js";
import { parameterShapes } from "../training/mlp.js";
import { ModelError } from "./model_error.js";

const TEXT = {
  /** @param {string} name */
  missing: (name) => `This is no model: it has no file ${name}.`,
  notModel:
    "This is no model of this program: its model.json says something else. Save the model again where it was trained.",
  /** @param {number} version */
  newer: (version) =>
    `This model is of format version ${version}, which this program does not know. Update the program.`,
  other:
    "A model of this kind cannot be opened from a file here. Unpack it in the folder “models” of the computer that the program runs on.",
  /** @param {string} file @param {string} what */
  damaged: (file, what) => `This model is damaged: ${what} in ${file}. Save it again where it was trained.`,
};

const FORMAT = "vae-explorer-model";
const VERSIONS = [2, 3, 4]; // of what a dense model is written as
const MOST_DIMENSIONS = 20;
const MOST_HIDDEN = 8192;
const LONGEST_TEXT = 500;
const LARGEST_CODE = 1000;
const LARGEST_NUMBER = 1e9;
const LARGEST_BETA = 1000;

/**
 * @param {ModelFiles} files
 * @returns {ReadModel}
 * @throws {ModelError}
 */
export function readModelFiles(files) {
  const about = readAbout(bodyOf(files, "model.json"));
  const { latentDim, hidden } = about.model;
  const { count, classes } = DATA_SETS[about.data];
  const stored = tensorsOf(files, "weights.safetensors");
  /** @type {Weights} */
  const weights = {};
  for (const [name, shape] of Object.entries(parameterShapes({ latentDim, hidden }))) {
    weights[name] = floats("weights.safetensors", stored, name, shape);
  }
  const codes = tensorsOf(files, "codes.safetensors");
  const file = "codes.safetensors";
  const hasPrediction = "prediction" in codes && "prediction_confidence" in codes;
  return {
    ...about,
    weights,
    codes: {
      count,
      mu: floats(file, codes, "mu", [count, latentDim], LARGEST_CODE),
      logVar: floats(file, codes, "log_var", [count, latentDim]),
      label: labels(file, codes, "label", count, classes.length),
      reconstruction: floats(file, codes, "reconstruction", [count]),
      kl: floats(file, codes, "kl", [count]),
      prediction: hasPrediction ? labels(file, codes, "prediction", count, classes.length) : null,
      predictionConfidence: hasPrediction ? floats(file, codes, "prediction_confidence", [count], 1) : null,
    },
  };
}

/** @param {Uint8Array} body @returns {Omit<ReadModel, "weights" | "codes">} */
function readAbout(body) {
  /** @type {any} */
  let about;
  try {
    about = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw new ModelError(TEXT.damaged("model.json", "no readable JSON"));
  }
  if (about?.format !== FORMAT) throw new ModelError(TEXT.notModel);
  /** @param {boolean} isRight @param {string} field */
  const check = (isRight, field) => {
    if (!isRight) throw new ModelError(TEXT.damaged("model.json", `the field ${field} has no right value`));
  };
  check(Number.isSafeInteger(about.format_version), "format_version");
  if (!VERSIONS.includes(about.format_version)) throw new ModelError(TEXT.newer(about.format_version));
  const { model, data, training } = about;
  const known = typeof data?.name === "string" && Object.hasOwn(DATA_SETS, data.name) ? DATA_SETS[data.name] : null;
  const isPlain = model?.architecture === "mlp" && model.classes === 0;
  if (!isPlain || !known || data.sha256 !== known.sha256 || (data.split ?? "test") !== "test") {
    throw new ModelError(TEXT.other);
  }
  const { latent_dim: latentDim, hidden, likelihood, deterministic } = model;
  // Right, but more sliders than such a model may have.
  if (isWhole(latentDim, 1, Number.MAX_SAFE_INTEGER) && latentDim > MOST_DIMENSIONS) throw new ModelError(TEXT.other);
  check(isWhole(latentDim, 1, MOST_DIMENSIONS), "model.latent_dim");
  check(isWhole(hidden, 1, MOST_HIDDEN), "model.hidden");
  check(likelihood === "bce" || likelihood === "mse", "model.likelihood");
  check(typeof deterministic === "boolean", "model.deterministic");
  for (const field of ["name", "title", "teaches"]) check(isLine(about[field]), field);
  check(isObject(about.metrics) && Object.values(about.metrics).every(isMetric), "metrics");
  const { name, title, teaches, metrics } = about;
  // 1 where its maker has not said so, as that is −ELBO.
  const beta = deterministic ? 0 : isNumber(training?.beta, 0, LARGEST_BETA) ? training.beta : 1;
  return {
    name,
    title,
    teaches,
    data: data.name,
    model: { latentDim, hidden, likelihood, deterministic },
    beta,
    metrics,
  };
}

/** @param {ModelFiles} files @param {string} name */
function bodyOf(files, name) {
  const body = files.get(name);
  if (!body) throw new ModelError(TEXT.missing(name));
  return body;
}

/** @param {ModelFiles} files @param {string} name @returns {Record<string, Tensor>} */
function tensorsOf(files, name) {
  const body = bodyOf(files, name);
  try {
    return parseSafetensors(body.slice().buffer).tensors;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new ModelError(TEXT.damaged(name, "no readable numbers"));
  }
}

/**
 * @param {string} file
 * @param {Record<string, Tensor>} tensors
 * @param {string} name
 * @param {number[]} shape
 * @param {number} [most]
 * @returns {Float32Array}
 */
function floats(file, tensors, name, shape, most = LARGEST_NUMBER) {
  const tensor = Object.hasOwn(tensors, name) ? tensors[name] : null;
  const data = tensor?.data;
  if (!(data instanceof Float32Array) || tensor?.shape.join() !== shape.join()) {
    throw new ModelError(TEXT.damaged(file, `${name} is missing or of a wrong size`));
  }
  if (!data.every((value) => Math.abs(value) <= most)) {
    throw new ModelError(TEXT.damaged(file, `a number out of range under ${name}`));
  }
  return data;
}

/**
 * @param {string} file
 * @param {Record<string, Tensor>} tensors
 * @param {string} name
 * @param {number} count
 * @param {number} classes
 * @returns {Uint8Array}
 */
function labels(file, tensors, name, count, classes) {
  const data = Object.hasOwn(tensors, name) ? tensors[name].data : null;
  if (!(data instanceof Uint8Array) || data.length !== count || !data.every((label) => label < classes)) {
    throw new ModelError(TEXT.damaged(file, `${name} is missing or of a wrong size`));
  }
  return data;
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether it can be shown, as Python's `isprintable` has it: what the server would not take must not be kept. @param {unknown} value */
const isLine = (value) =>
  typeof value === "string" && value.length <= LONGEST_TEXT && /^(?:[^\p{C}\p{Z}]| )+$/u.test(value);

/** @param {unknown} value @param {number} low @param {number} high @returns {boolean} */
const isNumber = (value, low, high) => typeof value === "number" && value >= low && value <= high;

/** @param {unknown} value @param {number} low @param {number} high @returns {boolean} */
const isWhole = (value, low, high) => Number.isSafeInteger(value) && isNumber(value, low, high);

/** @param {unknown} entry */
const isMetric = (entry) =>
  isObject(entry) && isNumber(entry.value, -Number.MAX_VALUE, Number.MAX_VALUE) && isLine(entry.unit);
