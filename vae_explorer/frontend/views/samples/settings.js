/**
 * What can be set on the Samples page, and what of it is valid.
 *
 * @typedef {import("../../types.js").SamplesProps} SamplesProps
 * @typedef {import("../../types.js").SampleSettings} SampleSettings
 */

import { clamp } from "../../numbers.js";

export const SIZES = [4, 8, 12, 16];
export const TEMPERATURE = { min: 0, max: 2, step: 0.05 };
export const DEFAULT_TEMPERATURE = 1;
export const DEFAULT_SEED = 1;
export const MAX_SEED = 2 ** 32 - 1;

/**
 * @param {SamplesProps} props
 * @returns {SampleSettings}
 */
export function validSettings({ manifest, sampler, size, temperature, seed }) {
  const names = manifest.samplers.map(({ name }) => name);
  return {
    sampler: names.includes(sampler) ? sampler : names[0],
    size: SIZES.includes(size) ? size : 8,
    temperature: temperature >= TEMPERATURE.min && temperature <= TEMPERATURE.max ? temperature : DEFAULT_TEMPERATURE,
    seed: validSeed(seed, DEFAULT_SEED),
  };
}

/**
 * @param {number} value
 * @param {number} fallback
 * @returns {number}
 */
export function validSeed(value, fallback) {
  return Number.isFinite(value) ? clamp(Math.round(value), 0, MAX_SEED) : fallback;
}
