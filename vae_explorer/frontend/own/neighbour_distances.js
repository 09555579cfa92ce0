/**
 * How far apart the codes of a model are that this browser keeps: as `vae_explorer/catalog/neighbour_distances.py`, which has
 * the reasons, with other noise.
 *
 * @typedef {import("../model_folder/read_model_files.js").Codes} Codes
 */

import { normalsFrom, randomIntegers } from "../space/random.js";
import { quantile } from "./quantile.js";

const SAMPLES = 1000;
const PERCENTILES = 101;
const LARGEST_LOG_VAR = 20; // a deviation of e^10 is beyond every mean
const SEED = 0;
const AT_ONCE = 20; // samples from one yield to the next

/**
 * @param {Codes} codes
 * @param {number} dim
 * @param {number[]} used          the dimensions that count
 * @param {boolean} deterministic  a plain autoencoder: its codes as they are, and no prior
 * @returns {Generator<number, {posterior: Float32Array, prior: Float32Array | null}>}  (101) each; yields the share done
 */
export function* neighbourDistances({ mu, logVar, count }, dim, used, deterministic) {
  const width = used.length;
  const means = new Float64Array(count * width);
  for (let row = 0; row < count; row++) {
    for (let i = 0; i < width; i++) means[row * width + i] = mu[row * dim + used[i]];
  }
  const next = randomIntegers(SEED);
  const normal = normalsFrom(next);
  const samples = Math.min(SAMPLES, count);
  const [posterior, prior] = [new Float64Array(samples), new Float64Array(samples)];
  const z = new Float64Array(width);
  const order = Array.from({ length: count }, (_, row) => row);
  for (let number = 0; number < samples; number++) {
    // Fisher and Yates: each picture once, at random.
    const other = number + (next() % (count - number));
    [order[number], order[other]] = [order[other], order[number]];
    const row = order[number];
    for (let i = 0; i < width; i++) {
      const deviation = deterministic ? 0 : Math.exp(Math.min(logVar[row * dim + used[i]], LARGEST_LOG_VAR) / 2);
      z[i] = means[row * width + i] + deviation * normal();
    }
    posterior[number] = nearest(z, means, row);
    if (!deterministic) {
      for (let i = 0; i < width; i++) z[i] = normal();
      prior[number] = nearest(z, means, -1);
    }
    if (number % AT_ONCE === AT_ONCE - 1) yield (number + 1) / samples;
  }
  return { posterior: percentiles(posterior), prior: deterministic ? null : percentiles(prior) };
}

/**
 * @param {Float64Array} z      (U)
 * @param {Float64Array} means  (N, U)
 * @param {number} but          a row that does not count
 * @returns {number}  the distance to the nearest
 */
function nearest(z, means, but) {
  const width = z.length;
  let least = Number.POSITIVE_INFINITY;
  for (let row = 0, start = 0; start < means.length; row++, start += width) {
    if (row === but) continue;
    let sum = 0;
    // Most rows are far away in the first few dimensions.
    for (let i = 0; i < width && sum < least; i++) sum += (z[i] - means[start + i]) ** 2;
    if (sum < least) least = sum;
  }
  return Math.sqrt(least);
}

/** @param {Float64Array} distances */
function percentiles(distances) {
  distances.sort();
  return Float32Array.from({ length: PERCENTILES }, (_, percent) => quantile(distances, percent / 100));
}
