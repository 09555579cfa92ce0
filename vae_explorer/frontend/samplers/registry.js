/**
 * Draws random codes: one module per sampler of `vae_explorer/samplers`, under the name that it has there. Another one
 * is another line.
 *
 * @typedef {import("../types.js").Manifest} Manifest
 * @typedef {import("../network/safetensors.js").Tensor} Tensor
 *
 * @typedef {object} Sampler
 * @property {string} formula  of a code, for the caption
 * @property {(manifest: Manifest) => string} about  what codes are drawn from, a sentence for the caption
 * @property {(tensors: Record<string, Tensor>, draws: Draws) => Float64Array} draw
 *   codes (count, D), the same on every machine; a larger count continues where a smaller one ends
 *
 * @typedef {{count: number, dim: number, temperature: number, seed: number}} Draws
 *   `temperature` scales how far codes stray; which numbers are drawn does not depend on it.
 */

import { mixture } from "./mixture.js";
import { prior } from "./prior.js";

/** @type {Record<string, Sampler>} */
export const SAMPLERS = { prior, mixture };
