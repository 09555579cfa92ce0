// The codes that the toolbar's buttons go to; dimensions that are locked stay.

import { deviationOf } from "../../model.js";
import { freshSeed, standardNormals } from "../../space/random.js";

/** @typedef {import("../../types.js").Manifest} Manifest */
/** @typedef {import("../../history.js").SavedCode} SavedCode */

/** @param {Manifest} manifest @param {SavedCode} code @param {Set<number>} locked @returns {SavedCode} */
export function randomCode(manifest, { z, label }, locked) {
  const normal = standardNormals(freshSeed());
  return { z: z.map((value, i) => (locked.has(i) ? value : normal() * deviationOf(manifest, i))), label };
}

/** @param {SavedCode} code @param {Set<number>} locked @returns {SavedCode} */
export function resetCode({ z, label }, locked) {
  return { z: z.map((value, i) => (locked.has(i) ? value : 0)), label };
}
