/**
 * What one slider of Morph moves: a latent dimension, or a direction in code space that the visitor has named.
 *
 * @typedef {import("../../types.js").Manifest} Manifest
 * @typedef {import("../../workspace.js").Direction} Direction
 *
 * @typedef {object} Axis
 * @property {string} name
 * @property {number} dimension    from 0; -1 for a direction
 * @property {number} limit        the slider goes from -limit to limit
 * @property {number} keyStep      the step of an arrow key; a tenth of it with Shift
 * @property {number[]} stops      the values of the filmstrip's frames, from -limit to limit
 * @property {(z: ArrayLike<number>) => number} valueIn  where z lies on this axis
 * @property {(z: Float64Array, value: number) => void} move  changes z so that `valueIn` returns the value
 */

import { roundedToHundredths } from "../../numbers.js";

const FRAMES = 7; // an odd number: the middle one is at 0

const KEY_STEP = 0.1;
const KEYS_TO_LIMIT = 60;
const ROUND = [1, 2, 5];

/**
 * @param {Manifest} manifest
 * @param {number} dimension  from 0
 * @returns {Axis}
 */
export function dimensionAxis(manifest, dimension) {
  return {
    name: `z${dimension + 1}`,
    dimension,
    limit: manifest.limit,
    keyStep: keyStepOf(manifest),
    stops: stopsTo(manifest.limit),
    valueIn: (z) => z[dimension],
    move: (z, value) => (z[dimension] = value),
  };
}

/**
 * A direction's value is the coefficient of the projection of z onto it: where z lies along it, in lengths of `step`
 * from the origin. Like the value of a dimension it is a function of z alone, so no slider ever shows a stale value;
 * and moving it leaves the components at right angles as they are.
 *
 * @param {Manifest} manifest
 * @param {Direction} direction  its step is not zero
 * @returns {Axis}
 */
export function directionAxis(manifest, { name, step }) {
  const square = step.reduce((sum, part) => sum + part * part, 0);
  const length = Math.sqrt(square);
  const limit = Math.max(0.01, roundedToHundredths(manifest.limit / length));
  /** @param {ArrayLike<number>} z */
  const valueIn = (z) => step.reduce((sum, part, i) => sum + part * z[i], 0) / square;
  return {
    name,
    dimension: -1,
    limit,
    keyStep: keyStepOf({ ...manifest, limit }),
    stops: stopsTo(limit),
    valueIn,
    move(z, value) {
      const more = value - valueIn(z);
      step.forEach((part, i) => {
        z[i] += more * part;
      });
    },
  };
}

/**
 * The step of an arrow key: a tenth of the prior's standard deviation. The codes of a plain autoencoder may have any
 * spread: there it is 1, 2 or 5 times a power of ten, and at least a sixtieth of the distance from 0 to the limit.
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
 * As far apart as the places of the slider's thumb that they lie above.
 *
 * @param {number} limit
 */
function stopsTo(limit) {
  return Array.from({ length: FRAMES }, (_, frame) => roundedToHundredths(limit * ((2 * frame) / (FRAMES - 1) - 1)));
}

/**
 * The dimensions that the decoder has no use for, most informative first.
 *
 * @param {Manifest} manifest
 * @returns {number[]}  from 0
 */
export function unusedDims({ mean_kl: meanKl, used }) {
  const unused = meanKl.map((_, i) => i).filter((i) => !used.includes(i));
  return unused.sort((i, j) => meanKl[j] - meanKl[i]);
}
