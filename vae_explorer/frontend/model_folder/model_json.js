/**
 * What a model's `model.json` says, for a model that the page has trained; `vae_explorer/storage/model_json.py` reads it.
 *
 * @typedef {import("../training/data_sets.js").DataSet} DataSet
 * @typedef {import("./encode_pictures.js").Encoded} Encoded
 *
 * @typedef {object} Trained  what `export()` of a run gives
 * @property {import("../training/mlp.js").Weights} weights
 * @property {TrainedSettings} settings
 * @property {Record<string, number>[]} history  one row an epoch, with the names of `train`: `epoch`, `reconstruction`,
 *   `kl`, `test_reconstruction`, …
 * @property {{steps: number, epochs: number, pictures: number, drawings: number, seconds: number}} figures  how far it has
 *   come, epochs may have a fraction; how many training pictures of the data set were in, and how many of the visitor's own
 *
 * @typedef {object} TrainedSettings  those of a run that are told; beta as it was last
 * @property {number} latentDim
 * @property {number} hidden
 * @property {number} beta
 * @property {number} warmUp
 * @property {"bce" | "mse"} likelihood
 * @property {number} learningRate
 * @property {number} batchSize
 * @property {number} seed
 * @property {number[]} classes  that were in, by label
 * @property {string} data       a name of DATA_SETS
 * @property {boolean} [deterministic]
 * @property {number} drawings   how often each of the visitor's own was in an epoch, if there were any
 */

import { dimensionsText, formatCount } from "../text.js";
import { decoderCost } from "../training/mlp.js";

const TEXT = {
  /** @param {boolean} deterministic @param {string} dimensions */
  title: (deterministic, dimensions) => `${deterministic ? "My autoencoder" : "My VAE"}: ${dimensions}`,
  /** @param {{trainedOn: string, hidden: number, beta: number | null, epochs: number}} run */
  teaches: ({ trainedOn, hidden, beta, epochs }) =>
    `Trained in the browser on ${trainedOn}: ${formatCount(hidden)} hidden units, ` +
    `${beta === null ? "no KL" : `beta ${beta}`}, ${epochs === 1 ? "1 epoch" : `${epochs} epochs`}.`,
  /** @param {number} count @param {string} nouns */
  pictures: (count, nouns) => `${formatCount(count)} ${nouns}`,
  /** @param {number} count @param {number} times */
  drawings: (count, times) =>
    ` and ${count === 1 ? "1 drawing" : `${count} drawings`} of its maker's own` +
    (times === 1 ? "" : `, ${count === 1 ? "" : "each "}counted ${times} times`),
};

const FORMAT = "vae-explorer-model";
// Version 4 has settings that no model of the page has.
const FORMAT_VERSION = 3;
const SIGNIFICANT = 6;
const LONGEST_TITLE = 80;
const ACTIVE_VARIANCE = 0.01; // as in train/evaluate/metrics.py

/**
 * @param {Trained} run
 * @param {Encoded} encoded  its test pictures
 * @param {DataSet} data
 * @param {{name: string, title?: string}} called  `name` is the folder's; without a title the settings make one
 * @returns {string}
 */
export function modelJson({ settings, history, figures }, encoded, data, { name, title }) {
  const { latentDim, hidden, likelihood, deterministic = false } = settings;
  const { pictures, drawings } = figures;
  const epochs = Number(figures.epochs.toFixed(2));
  const beta = deterministic ? null : settings.beta;
  const about = {
    format: FORMAT,
    format_version: FORMAT_VERSION,
    name,
    title: oneLine(title ?? "") || TEXT.title(deterministic, dimensionsText(latentDim)),
    teaches: TEXT.teaches({
      trainedOn: TEXT.pictures(pictures, data.nouns) + (drawings ? TEXT.drawings(drawings, settings.drawings) : ""),
      hidden,
      beta,
      epochs,
    }),
    model: { architecture: "mlp", latent_dim: latentDim, hidden, likelihood, classes: 0, deterministic },
    data,
    pixels: { shape: [28, 28], range: [0, 1], order: "row-major, grey, ink is 1" },
    training: {
      epochs,
      steps: figures.steps,
      batch_size: settings.batchSize,
      learning_rate: settings.learningRate,
      schedule: "constant",
      beta: beta ?? 0,
      beta_warm_up: settings.warmUp,
      precision: "float32",
      seed: settings.seed,
      pictures,
      classes: settings.classes,
      ...(drawings ? { own_drawings: { count: drawings, times_in_an_epoch: settings.drawings } } : {}),
    },
    metrics: metrics(settings, encoded, data.count),
    made_by: { page: "Train", seconds: rounded(figures.seconds) },
  };
  // One epoch per line: they are many, and easiest to read in columns.
  const rows = history.map((epoch) => JSON.stringify(numbersOf(epoch))).join(",\n  ");
  return `${JSON.stringify(about, null, 1).slice(0, -2)},\n "history": [\n  ${rows}\n ]\n}\n`;
}

/** @param {string} text @returns {string}  on one line, with nothing in it that cannot be shown */
function oneLine(text) {
  // By whole characters: half of one cannot be written down.
  return Array.from(text.replace(/[\p{C}\p{Z}]+/gu, " ").trim())
    .slice(0, LONGEST_TITLE)
    .join("");
}

/**
 * As `model_metrics` of train/evaluate/metrics.py names them.
 *
 * @param {TrainedSettings} settings
 * @param {Encoded} encoded
 * @param {number} pictures
 */
function metrics(settings, { mu, reconstruction, kl, squaredError }, pictures) {
  const [cost, klMean] = [meanOf(reconstruction), meanOf(kl)];
  const ofPosterior = {
    test_negative_elbo: { value: rounded(cost + klMean), unit: "nats per image", pictures },
    test_kl: { value: rounded(klMean), unit: "nats per image", pictures },
  };
  return {
    ...(settings.deterministic ? {} : ofPosterior),
    test_reconstruction: { value: rounded(cost), unit: "nats per image", pictures },
    test_squared_error: { value: rounded(squaredError), unit: "per pixel, of the mean code's picture", pictures },
    active_units: { value: activeUnits(mu, settings.latentDim), unit: "dimensions", pictures },
    decoder_multiply_adds: { value: decoderCost(settings), unit: "multiply-adds per image" },
  };
}

/** @param {Float32Array} mu  (N, D) @param {number} dim */
function activeUnits(mu, dim) {
  let active = 0;
  for (let i = 0; i < dim; i++) {
    const values = Float64Array.from({ length: mu.length / dim }, (_, row) => mu[row * dim + i]);
    const mean = meanOf(values);
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    if (squares / (values.length - 1) > ACTIVE_VARIANCE) active++;
  }
  return active;
}

/** @param {Float32Array | Float64Array} values */
function meanOf(values) {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/**
 * JSON has no NaN: what is not known is left out.
 *
 * @param {Record<string, number>} row
 */
function numbersOf(row) {
  const known = Object.entries(row).filter(([, value]) => Number.isFinite(value));
  return Object.fromEntries(known.map(([name, value]) => [name, rounded(value)]));
}

/** @param {number} value @returns {number}  to six significant digits; a whole number as it is */
function rounded(value) {
  return Number.isInteger(value) ? value : Number(value.toPrecision(SIGNIFICANT));
}
