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
 * @property {string} [inset]          what the inset of Morph was last set to show
 * @property {Kept | null} latest      the code that stood when a hand let go the last time
 * @property {Kept[]} done             the codes before it, the last one last
 * @property {Kept[]} undone           the codes that Redo brings back, the next one last
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
    found = { bookmarks: [], locked: new Set(), directions: [], latest: null, done: [], undone: [] };
    kept.set(key, found);
  }
  return found;
}

/**
 * Takes a code down as the one that stands now; if it is another one than before, that is one more step to undo.
 *
 * @param {Keepsakes} keepsakes
 * @param {Kept} now
 */
export function settle(keepsakes, now) {
  const before = keepsakes.latest;
  if (before && isSame(before, now)) return;
  keepsakes.latest = now;
  if (!before) return;
  keepsakes.done.push(before);
  if (keepsakes.done.length > MOST_STEPS) keepsakes.done.shift();
  keepsakes.undone.length = 0;
}

/**
 * Takes steps back that were none of the person's: the clicks of a double click have moved a slider before it was one.
 *
 * @param {Keepsakes} keepsakes
 * @param {number} steps  that were settled last
 */
export function unsettle(keepsakes, steps) {
  for (const code of keepsakes.done.splice(Math.max(0, keepsakes.done.length - steps)).reverse())
    keepsakes.latest = code;
}

/**
 * @param {Keepsakes} keepsakes
 * @returns {Kept | null}  the code to go back to, null: there is none
 */
export function undo(keepsakes) {
  return step(keepsakes, keepsakes.done, keepsakes.undone);
}

/**
 * @param {Keepsakes} keepsakes
 * @returns {Kept | null}  the code that was undone, null: there is none
 */
export function redo(keepsakes) {
  return step(keepsakes, keepsakes.undone, keepsakes.done);
}

/**
 * @param {Keepsakes} keepsakes
 * @param {Kept[]} from
 * @param {Kept[]} to
 */
function step(keepsakes, from, to) {
  const code = from.pop();
  if (!code) return null;
  if (keepsakes.latest) to.push(keepsakes.latest);
  keepsakes.latest = code;
  return code;
}

/**
 * @param {Kept} one
 * @param {Kept} other
 */
function isSame(one, other) {
  return one.label === other.label && one.z.every((value, i) => Object.is(value, other.z[i]));
}
