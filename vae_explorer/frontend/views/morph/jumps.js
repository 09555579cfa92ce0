/** Codes to go to at once: what is locked stays as it is. */

import { deviationOf } from "../../model.js";
import { freshSeed, standardNormals } from "../../space/random.js";

/** @typedef {import("../../history.js").SavedCode} SavedCode */

/**
 * @param {import("../../types.js").Manifest} manifest
 * @param {ReadonlySet<number>} locked
 * @param {SavedCode} from
 * @returns {SavedCode}
 */
export function randomCode(manifest, locked, { z, label }) {
  const normal = standardNormals(freshSeed());
  return { z: z.map((value, i) => (locked.has(i) ? value : normal() * deviationOf(manifest, i))), label };
}

/** @param {ReadonlySet<number>} locked @param {SavedCode} from @returns {SavedCode} */
export function originCode(locked, { z, label }) {
  return { z: z.map((value, i) => (locked.has(i) ? value : 0)), label };
}
