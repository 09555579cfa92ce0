/**
 * What a visitor keeps of a model while pages change: bookmarks, locked dimensions, directions, steps to undo.
 *
 * It lives in the page and goes with the tab; the server hears nothing of it.
 *
 * @typedef {import("./types.js").ViewProps} ViewProps
 *
 * @typedef {{z: number[], label: number | null}} Kept  a code, as it was
 *
 * @typedef {object} Direction  a direction in code space, one more slider in Morph
 * @property {string} name       given by the person, never by the program
 * @property {Float64Array} step (D) what one unit of the slider adds to z
 *
 * @typedef {object} Keepsakes
 * @property {Kept[]} bookmarks
 * @property {Set<number>} locked      dimensions, from 0
 * @property {Direction[]} directions
 * @property {Kept[]} undone           the steps that Redo takes again, the next one last
 * @property {Kept[]} done             the codes before, the latest last
 */

export const MOST_BOOKMARKS = 24;
export const MOST_STEPS = 100;

/** @type {Map<string, Keepsakes>} */
const kept = new Map();

/**
 * The keepsakes of this session and model. The same object is returned each time; a view changes it.
 *
 * @param {ViewProps} props
 * @returns {Keepsakes}
 */
export function keepsakesOf({ manifest, session }) {
  const key = JSON.stringify([session, manifest.id, manifest.latent_dim]);
  let found = kept.get(key);
  if (!found) {
    found = { bookmarks: [], locked: new Set(), directions: [], undone: [], done: [] };
    kept.set(key, found);
  }
  return found;
}

/**
 * Notes the code that a change starts from, so that `undo` can go back to it.
 *
 * @param {Keepsakes} keepsakes
 * @param {Kept} before
 */
export function note(keepsakes, before) {
  keepsakes.done.push(before);
  if (keepsakes.done.length > MOST_STEPS) keepsakes.done.shift();
  keepsakes.undone.length = 0;
}

/**
 * @param {Keepsakes} keepsakes
 * @param {Kept} now
 * @returns {Kept | null}  the code to go back to
 */
export function undo(keepsakes, now) {
  const before = keepsakes.done.pop();
  if (!before) return null;
  keepsakes.undone.push(now);
  return before;
}

/**
 * @param {Keepsakes} keepsakes
 * @param {Kept} now
 * @returns {Kept | null}  the code that was undone
 */
export function redo(keepsakes, now) {
  const after = keepsakes.undone.pop();
  if (!after) return null;
  keepsakes.done.push(now);
  return after;
}
