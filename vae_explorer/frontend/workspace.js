/**
 * What a visitor keeps of a model while pages change: bookmarks, locked dimensions, directions, steps to undo.
 *
 * It lives in the page and goes with the tab; the server hears nothing of it.
 *
 * @typedef {import("./types.js").ViewProps} ViewProps
 *
 * @typedef {{z: number[], label: number | null}} SavedCode  a code, as it was
 *
 * @typedef {object} Direction  a direction in code space, one more slider in Morph
 * @property {string} name       given by the person, never by the program
 * @property {Float64Array} step (D) what one unit of the slider adds to z
 *
 * @typedef {object} Workspace
 * @property {SavedCode[]} bookmarks
 * @property {Set<number>} locked      dimensions, from 0
 * @property {Direction[]} directions
 * @property {string} [inset]          what the inset of Morph was last set to show
 * @property {SavedCode | null} latest      the code that stood when a hand let go the last time
 * @property {SavedCode[]} done             the codes before it, the last one last
 * @property {SavedCode[]} undone           the codes that Redo brings back, the next one last
 */

export const MAX_BOOKMARKS = 24;
export const MAX_STEPS = 100;

/** @type {Map<string, Workspace>} */
const kept = new Map();

/**
 * The workspace of this session and model. The same object is returned each time; a view changes it.
 *
 * @param {ViewProps} props
 * @returns {Workspace}
 */
export function workspaceOf({ manifest, session }) {
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
 * @param {Workspace} workspace
 * @param {SavedCode} now
 */
export function settle(workspace, now) {
  const before = workspace.latest;
  if (before && isSame(before, now)) return;
  workspace.latest = now;
  if (!before) return;
  workspace.done.push(before);
  if (workspace.done.length > MAX_STEPS) workspace.done.shift();
  workspace.undone.length = 0;
}

/**
 * Takes steps back that were none of the person's: the clicks of a double click have moved a slider before it was one.
 *
 * @param {Workspace} workspace
 * @param {number} steps  that were settled last
 */
export function unsettle(workspace, steps) {
  for (const code of workspace.done.splice(Math.max(0, workspace.done.length - steps)).reverse())
    workspace.latest = code;
}

/**
 * @param {Workspace} workspace
 * @returns {SavedCode | null}  the code to go back to, null: there is none
 */
export function undo(workspace) {
  return step(workspace, workspace.done, workspace.undone);
}

/**
 * @param {Workspace} workspace
 * @returns {SavedCode | null}  the code that was undone, null: there is none
 */
export function redo(workspace) {
  return step(workspace, workspace.undone, workspace.done);
}

/**
 * @param {Workspace} workspace
 * @param {SavedCode[]} from
 * @param {SavedCode[]} to
 */
function step(workspace, from, to) {
  const code = from.pop();
  if (!code) return null;
  if (workspace.latest) to.push(workspace.latest);
  workspace.latest = code;
  return code;
}

/**
 * @param {SavedCode} one
 * @param {SavedCode} other
 */
function isSame(one, other) {
  return one.label === other.label && one.z.every((value, i) => Object.is(value, other.z[i]));
}
