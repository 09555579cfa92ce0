/**
 * What is erased of a picture: the presets of `train/evaluate/masks.py`, by the same names, and a brush.
 *
 * A mask is (784) bytes, 1 where a pixel is missing.
 */

import { PIXELS, SIDE } from "../../picture/size.js";
import { randomIntegers } from "../../space/random.js";

const HALF = SIDE / 2;
const QUARTER = SIDE / 4;
const SEED = 1401; // the same pixels whenever a link is opened; those of 30 % are among those of 60 %

/** @typedef {{id: string, name: string, isMissing: (row: number, column: number, random: number) => boolean}} Preset
 *   `random` is uniform in 0…1, another one for each pixel */

/** @type {Preset[]} */
export const PRESETS = [
  { id: "left-half", name: "Left half", isMissing: (_, column) => column < HALF },
  { id: "bottom-half", name: "Bottom half", isMissing: (row) => row >= HALF },
  {
    id: "centre",
    name: "Centre",
    isMissing: (row, column) => [row, column].every((each) => each >= QUARTER && each < SIDE - QUARTER),
  },
  { id: "every-second-row", name: "Every second row", isMissing: (row) => row % 2 === 1 },
  { id: "random-30", name: "30 % at random", isMissing: (_, __, random) => random < 0.3 },
  { id: "random-60", name: "60 % at random", isMissing: (_, __, random) => random < 0.6 },
  { id: "random-90", name: "90 % at random", isMissing: (_, __, random) => random < 0.9 },
  { id: "nothing", name: "Nothing", isMissing: () => false },
];

/** @param {string} id  of a preset, perhaps one that is not known here */
export function presetNamed(id) {
  return PRESETS.find((preset) => preset.id === id)?.name ?? id;
}

/**
 * @param {string} id  of a preset; of any other, nothing is erased
 * @returns {Uint8Array}  a new mask
 */
export function maskOf(id) {
  const mask = new Uint8Array(PIXELS);
  const preset = PRESETS.find((each) => each.id === id);
  if (!preset) return mask;
  const next = randomIntegers(SEED);
  return mask.map((_, i) => Number(preset.isMissing(Math.floor(i / SIDE), i % SIDE, next() / 2 ** 32)));
}

/**
 * @param {Uint8Array} mask
 * @returns {number}  how many pixels are missing
 */
export function missingIn(mask) {
  return mask.reduce((sum, each) => sum + each, 0);
}

/**
 * Erases, or brings back, what a round brush passes over on a straight line.
 *
 * @param {Uint8Array} mask  changed
 * @param {Place} from
 * @param {Place} to
 * @param {number} radius    pixels
 * @param {boolean} isMissing  what becomes of the pixels whose middle it covers
 * @returns {boolean}  whether any has changed
 *
 * @typedef {{x: number, y: number}} Place  in pixels from the picture's upper left corner
 */
export function brush(mask, from, to, radius, isMissing) {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const square = dx * dx + dy * dy;
  let hasChanged = false;
  for (let i = 0; i < PIXELS; i++) {
    const [x, y] = [(i % SIDE) + 0.5 - from.x, Math.floor(i / SIDE) + 0.5 - from.y];
    const along = square ? Math.max(0, Math.min(1, (x * dx + y * dy) / square)) : 0;
    if ((x - along * dx) ** 2 + (y - along * dy) ** 2 > radius * radius || mask[i] === Number(isMissing)) continue;
    mask[i] = Number(isMissing);
    hasChanged = true;
  }
  return hasChanged;
}
