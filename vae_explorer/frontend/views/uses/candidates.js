/**
 * Codes for chains to start from, many of the aggregate posterior, decoded once per model, and which of them explain what
 * is visible of a picture best: as `train/evaluate/pseudo_gibbs.py` finds them.
 *
 * @typedef {import("../../model.js").Model} Model
 * @typedef {import("../../types.js").Manifest} Manifest
 *
 * @typedef {object} Start
 * @property {Float32Array} pixels   (784) the decoded code, in 0…1
 * @property {Float64Array} z        (D)
 * @property {number | null} label   the class that it was decoded as; null if the model has none
 * @property {number} logLikelihood  log p(visible pixels|z) in nats; for a Gaussian without a constant
 */

import { decodeBatch } from "../../decoding/decode_batch.js";
import { PIXELS } from "../../picture/size.js";
import { MSE_SIGMA } from "../../network/elbo.js";
import { SAMPLERS } from "../../samplers/registry.js";

export const CANDIDATES = 2000;
export const SEED = 2014;

// Of float32: a probability closer to 1 is 1, whose opposite would have no logarithm.
const LEAST = 2 ** -24;

/** Decoded codes. As they arrive from the worker, they can already be compared. */
export class Candidates {
  #manifest;
  #codes;
  // The log-likelihood of a pixel x is slope * x + offset, up to what all codes have in common: for a Bernoulli with
  // mean p, x logit(p) + log(1 - p); for a Gaussian, (x p - p² / 2) / sigma².
  #slopes;
  #offsets;
  #decoded;
  #count;
  /** How many have been decoded. */
  decoded = 0;

  /**
   * @param {Pick<Manifest, "latent_dim" | "classes" | "likelihood">} manifest
   * @param {Float64Array} codes  (K, D); the classes of a conditional model come by turns
   */
  constructor(manifest, codes) {
    this.#manifest = manifest;
    this.#codes = codes;
    this.#count = codes.length / manifest.latent_dim;
    this.#slopes = new Float32Array(this.#count * PIXELS);
    this.#offsets = new Float32Array(this.#count * PIXELS);
    this.#decoded = new Uint8Array(this.#count);
  }

  get count() {
    return this.#count;
  }

  get isComplete() {
    return this.decoded === this.#count;
  }

  /** @param {number} index @returns {number | null} */
  label(index) {
    const { classes } = this.#manifest;
    return classes ? index % classes : null;
  }

  /**
   * @param {number} index
   * @param {ArrayLike<number>} pixels  (…) decoded, in 0…1
   * @param {number} [start]            where in `pixels` it begins
   */
  add(index, pixels, start = 0) {
    const isBernoulli = this.#manifest.likelihood === "bce";
    for (let i = 0, at = index * PIXELS; i < PIXELS; i++, at++) {
      const mean = pixels[start + i];
      if (isBernoulli) {
        const p = Math.max(LEAST, Math.min(1 - LEAST, mean));
        this.#offsets[at] = Math.log1p(-p);
        this.#slopes[at] = Math.log(p) - this.#offsets[at];
      } else {
        this.#slopes[at] = mean / MSE_SIGMA ** 2;
        this.#offsets[at] = (-mean * mean) / (2 * MSE_SIGMA ** 2);
      }
    }
    this.decoded += 1 - this.#decoded[index];
    this.#decoded[index] = 1;
  }

  /**
   * @param {number} index
   * @returns {Float32Array}  (784) in 0…1
   */
  pixels(index) {
    const slopes = this.#slopes.subarray(index * PIXELS, (index + 1) * PIXELS);
    if (this.#manifest.likelihood === "mse") return slopes.map((slope) => slope * MSE_SIGMA ** 2);
    return slopes.map((slope) => 1 / (1 + Math.exp(-slope)));
  }

  /**
   * The best so far, the best one first.
   *
   * @param {Float32Array} x       (784) the picture
   * @param {Uint8Array} missing   (784) 1 where it is not to be seen
   * @param {number} most
   * @param {number} [slice]       codes to compare between two `yield`s
   * @returns {Generator<undefined, Start[]>}
   */
  *best(x, missing, most, slice = this.#count) {
    const visible = Uint16Array.from({ length: PIXELS }, (_, i) => i).filter((i) => !missing[i]);
    const shown = Float64Array.from(visible, (i) => x[i]);
    /** @type {{index: number, logLikelihood: number}[]} */
    const found = [];
    for (let index = 0; index < this.#count; index++) {
      if (index % slice === slice - 1) yield;
      if (!this.#decoded[index]) continue;
      const logLikelihood = this.#logLikelihood(index, visible, shown);
      if (found.length === most && logLikelihood <= found[most - 1].logLikelihood) continue;
      const place = found.findIndex((each) => logLikelihood > each.logLikelihood);
      found.splice(place < 0 ? found.length : place, 0, { index, logLikelihood });
      found.length = Math.min(found.length, most);
    }
    const { latent_dim: dim } = this.#manifest;
    return found.map(({ index, logLikelihood }) => ({
      pixels: this.pixels(index),
      z: this.#codes.slice(index * dim, (index + 1) * dim),
      label: this.label(index),
      logLikelihood,
    }));
  }

  /** @param {number} index @param {Uint16Array} visible @param {Float64Array} shown */
  #logLikelihood(index, visible, shown) {
    const [slopes, offsets] = [this.#slopes, this.#offsets];
    const start = index * PIXELS;
    let sum = 0;
    for (let i = 0; i < visible.length; i++) {
      const at = start + visible[i];
      sum += slopes[at] * shown[i] + offsets[at];
    }
    return sum;
  }
}

/** Those of the model that was looked at last: some megabytes. @type {{key: string, candidates: Candidates | null}} */
const kept = { key: "", candidates: null };

/**
 * Codes of a model's last sampler: the mixture, whose codes are more like those of pictures; the prior where there is
 * none.
 *
 * @param {Model} model
 * @param {AbortSignal} signal
 * @param {(candidates: Candidates) => void} onProgress  more of them are decoded, or all
 * @returns {Promise<void>}  when all are
 */
export async function findCandidates(model, signal, onProgress) {
  const { manifest, baseUrl } = model;
  const { name } = samplerOf(manifest);
  const key = new URL(manifest.files.decoder.url, baseUrl).href;
  if (kept.key !== key || !kept.candidates) {
    const tensors = await model.samplerTensors(name);
    const dim = manifest.latent_dim;
    const codes = SAMPLERS[name].draw(tensors, { count: CANDIDATES, dim, temperature: 1, seed: SEED });
    const candidates = new Candidates(manifest, codes);
    const turns = Math.max(1, manifest.classes);
    await Promise.all(
      Array.from({ length: turns }, (_, turn) => {
        const own = Array.from({ length: candidates.count }, (_, index) => index).filter((i) => i % turns === turn);
        const ownCodes = Float64Array.from(own.flatMap((index) => [...codes.subarray(index * dim, (index + 1) * dim)]));
        return decodeBatch(manifest, baseUrl, ownCodes, own.length, {
          label: candidates.label(turn),
          signal,
          onChunk(pixels, start) {
            for (let i = 0; i < pixels.length / PIXELS; i++) candidates.add(own[start + i], pixels, i * PIXELS);
            if (!candidates.isComplete) onProgress(candidates);
          },
        });
      }),
    );
    kept.key = key;
    kept.candidates = candidates;
  }
  signal.throwIfAborted();
  onProgress(kept.candidates);
}

/** @param {Manifest} manifest */
export function samplerOf({ samplers }) {
  return samplers.filter(({ name }) => name in SAMPLERS).slice(-1)[0];
}
