/**
 * What one slider of Morph moves: a latent dimension, or a direction in code space that the person has named.
 *
 * @typedef {import("../../types.js").Manifest} Manifest
 * @typedef {import("../../workspace.js").Direction} Direction
 *
 * @typedef {object} Axis
 * @property {string} name
 * @property {number} dimension    from 0; -1 for a direction
 * @property {number} limit        the slider goes from -limit to limit
 * @property {number} keyStep      how far an arrow key goes; with Shift a tenth of it
 * @property {number[]} stops      the values of the filmstrip's frames
 * @property {(z: ArrayLike<number>) => number} valueOf
 * @property {(z: Float64Array, value: number) => void} move  changes z so that `valueOf` gives the value
 */

import { deviationOf } from "../../model.js";

const STOPS = [-3, -2, -1, 0, 1, 2, 3];

// What a mean KL has to reach for a dimension to count as used, nats.
const LEAST_KL = 0.01;

const KEY_STEP = 0.1;
const KEYS_TO_LIMIT = 60;
const ROUND = [1, 2, 5];

/**
 * @param {Manifest} manifest
 * @param {number} dimension  from 0
 * @returns {Axis}
 */
export function dimensionAxis(manifest, dimension) {
  // The prior's deviation is 1. A plain autoencoder has no prior: its codes may spread over any width.
  const unit = deviationOf(manifest, dimension);
  return {
    name: `z${dimension + 1}`,
    dimension,
    limit: manifest.limit,
    keyStep: keyStepOf(manifest),
    stops: STOPS.map((stop) => twoDecimals(stop * unit)),
    valueOf: (z) => z[dimension],
    move: (z, value) => (z[dimension] = value),
  };
}

/**
 * A direction's value is where z lies along it, in lengths of `step` from the origin: the coefficient of the
 * projection. It is a function of z alone, as the value of a dimension is, so both always tell the truth about
 * each other, and moving it leaves what lies across the direction as it is.
 *
 * @param {Manifest} manifest
 * @param {Direction} direction  its step is not zero
 * @returns {Axis}
 */
export function directionAxis(manifest, { name, step }) {
  const square = step.reduce((sum, part) => sum + part * part, 0);
  const length = Math.sqrt(square);
  const limit = Math.max(0.01, twoDecimals(manifest.limit / length));
  /** @param {ArrayLike<number>} z */
  const valueOf = (z) => step.reduce((sum, part, i) => sum + part * z[i], 0) / square;
  return {
    name,
    dimension: -1,
    limit,
    keyStep: keyStepOf({ ...manifest, limit }),
    stops: STOPS.map((stop) => twoDecimals((stop * deviationAlong(manifest, step)) / length)),
    valueOf,
    move(z, value) {
      const more = value - valueOf(z);
      step.forEach((part, i) => (z[i] += more * part));
    },
  };
}

/**
 * How far an arrow key goes: a tenth of the prior's deviation. The codes of a plain autoencoder may spread over any
 * width: there it is 1, 2 or 5 times a power of ten, at least a sixtieth of the way from 0 to the end of the slider.
 *
 * @param {{limit: number, deterministic: boolean}} manifest
 * @returns {number}
 */
export function keyStepOf({ limit, deterministic }) {
  const least = deterministic ? limit / KEYS_TO_LIMIT : 0;
  if (least <= KEY_STEP) return KEY_STEP;
  const power = 10 ** Math.floor(Math.log10(least));
  return power * (ROUND.find((factor) => factor * power >= least) ?? 10);
}

/**
 * @param {Manifest} manifest
 * @param {Float64Array} step
 */
function deviationAlong(manifest, step) {
  const square = step.reduce((sum, part) => sum + part * part, 0);
  return Math.sqrt(step.reduce((sum, part, i) => sum + (part * deviationOf(manifest, i)) ** 2, 0) / square);
}

/**
 * The dimensions in the order of what they carry, the unused ones apart.
 *
 * @param {Manifest} manifest
 * @returns {{used: number[], unused: number[]}}  a plain autoencoder has no KL that would tell unused ones apart
 */
export function dimensionsByUse({ mean_kl: carried, deterministic }) {
  const order = carried.map((_, i) => i).sort((i, j) => carried[j] - carried[i]);
  const used = order.filter((i) => deterministic || carried[i] >= LEAST_KL);
  // Where everything has collapsed there is nothing to fold away from.
  return used.length ? { used, unused: order.slice(used.length) } : { used: order, unused: [] };
}

/** @param {number} value */
function twoDecimals(value) {
  return Math.round(value * 100) / 100 + 0; // + 0: never -0
}
