/**
 * What the server is told of a model that this browser keeps: `vae_explorer/catalog/facts.py` checks it, and makes of it
 * what pages get. Each number is what the server finds itself for a folder, in `storage/mean_kl.py` and
 * `catalog/start_code.py`.
 *
 * @typedef {import("../model_folder/read_model_files.js").ReadModel} ReadModel
 * @typedef {import("../model_folder/read_model_files.js").Codes} Codes
 *
 * @typedef {object} Facts
 * @property {string} id
 * @property {string} name
 * @property {string} title
 * @property {string} teaches
 * @property {string} data
 * @property {number} latent_dim
 * @property {boolean} deterministic
 * @property {"bce" | "mse"} likelihood
 * @property {number} beta
 * @property {number} reach       what all but one in two hundred numbers in the codes do not exceed, without their sign
 * @property {number[]} mean_kl   (D) nats; in a plain autoencoder the codes' variance
 * @property {number[]} start     (D) the code to open with
 * @property {number} start_label
 * @property {number[]} shares    of the codes' variance on two and on three principal axes
 */

import { klOf } from "../network/elbo.js";
import { roundedToHundredths } from "../numbers.js";
import { principalAxes, projected } from "../space/pca.js";
import { quantile } from "./quantile.js";

/** What the addresses and links of such models begin with. */
export const OWN = "mine/";

const REACHED = 0.995;
const LEAST_KL = 0.01; // from which a dimension counts as used
const BEST = 0.1; // the share of pictures that are reconstructed best
const SURE = 0.99; // of a classifier
const LARGEST_LOG_VAR = 80; // beyond it, e^x says enough

/**
 * @param {ReadModel} read
 * @returns {Omit<Facts, "id">}
 */
export function factsOf({ name, title, teaches, data, model, beta, codes }) {
  const { latentDim: dim, deterministic, likelihood } = model;
  const meanKl = meanKlOf(codes, dim, deterministic);
  const start = startOf(codes, dim, usedOf(meanKl, deterministic));
  return {
    name: name.replace(/[^a-z0-9-]+/g, "-").slice(0, 40) || "mine",
    title,
    teaches,
    data,
    latent_dim: dim,
    deterministic,
    likelihood,
    beta,
    reach: quantile(codes.mu.map(Math.abs).sort(), REACHED),
    mean_kl: meanKl,
    start: Array.from(codes.mu.subarray(start * dim, (start + 1) * dim), roundedToHundredths),
    start_label: codes.label[start],
    shares: sharesOf(codes, dim),
  };
}

/**
 * The dimensions that the decoder has a use for, most informative first; all, if every one has collapsed.
 *
 * @param {number[]} meanKl  (D)
 * @param {boolean} deterministic
 */
export function usedOf(meanKl, deterministic) {
  const order = meanKl.map((_, dim) => dim).sort((one, other) => meanKl[other] - meanKl[one]);
  const used = order.filter((dim) => deterministic || meanKl[dim] >= LEAST_KL);
  return used.length ? used : order;
}

/**
 * @param {Codes} codes
 * @param {number} dim
 * @param {boolean} deterministic
 * @returns {number[]}  (D)
 */
export function meanKlOf({ mu, logVar, count }, dim, deterministic) {
  return Array.from({ length: dim }, (_, i) => {
    let sum = 0;
    let kl = 0;
    let squares = 0;
    for (let at = i; at < count * dim; at += dim) {
      sum += mu[at];
      squares += mu[at] ** 2;
      kl += klOf(mu[at], Math.min(logVar[at], LARGEST_LOG_VAR));
    }
    const mean = sum / count;
    const value = deterministic ? Math.max(0, squares / count - mean * mean) : kl / count;
    return Math.min(1e9, Math.round(value * 1e6) / 1e6);
  });
}

/**
 * The picture to open with: reconstructed clearly, and near the middle of them all. The class that is reconstructed best of
 * all does not count: ones, where there is little to see.
 *
 * @param {Codes} codes
 * @param {number} dim
 * @param {number[]} used
 * @returns {number}
 */
function startOf({ mu, label, reconstruction, prediction, predictionConfidence, count }, dim, used) {
  const rows = Array.from({ length: count }, (_, row) => row);
  /** @param {number[]} chosen */
  const sorted = (chosen) => Float64Array.from(chosen, (row) => reconstruction[row]).sort();
  const classes = [...new Set(label)].sort((one, other) => one - other);
  const medians = classes.map((each) => quantile(sorted(rows.filter((row) => label[row] === each)), 0.5));
  const easiest = classes.length > 1 ? classes[medians.indexOf(Math.min(...medians))] : null;
  const others = rows.filter((row) => label[row] !== easiest);
  const most = quantile(sorted(others), BEST);
  const best = others.filter((row) => reconstruction[row] <= most);
  const sure = best.filter(
    (row) => prediction && predictionConfidence && prediction[row] === label[row] && predictionConfidence[row] > SURE,
  );
  const centre = used.map((i) => rows.reduce((sum, row) => sum + mu[row * dim + i], 0) / count);
  let [nearest, least] = [best[0], Number.POSITIVE_INFINITY];
  for (const row of sure.length ? sure : best) {
    const distance = used.reduce((sum, i, at) => sum + (mu[row * dim + i] - centre[at]) ** 2, 0);
    if (distance < least) [nearest, least] = [row, distance];
  }
  return nearest;
}

/**
 * @param {Codes} codes
 * @param {number} dim
 * @returns {number[]}
 */
function sharesOf({ mu, count }, dim) {
  const points = projected(mu, count, dim, principalAxes(mu, count, dim));
  const whole = variances(mu, count, dim).reduce((sum, each) => sum + each, 0);
  const [first, second, third] = variances(points, count, 3);
  return [first + second, first + second + third].map((sum) => (whole > 0 ? Math.min(1, sum / whole) : 1));
}

/** @param {ArrayLike<number>} values  (N, columns) @param {number} count @param {number} columns */
function variances(values, count, columns) {
  return Array.from({ length: columns }, (_, column) => {
    let mean = 0;
    for (let row = 0; row < count; row++) mean += values[row * columns + column] / count;
    let sum = 0;
    for (let row = 0; row < count; row++) sum += (values[row * columns + column] - mean) ** 2;
    return sum / count;
  });
}
