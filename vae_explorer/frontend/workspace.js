/**
 * What a visitor sets up for a model and finds again when pages change.
 *
 * @typedef {import("./types.js").ViewProps} ViewProps
 * @typedef {import("./history.js").SavedCode} SavedCode
 *
 * @typedef {object} Direction  a direction in code space: one more slider in Morph
 * @property {string} name       given by the visitor, never by the program
 * @property {Float64Array} step (D) what one unit of the slider adds to z
 *
 * @typedef {object} Workspace
 * @property {SavedCode[]} bookmarks
 * @property {SavedCode | null} stop   of Encode, for the path in Interpolate, which has not been opened since
 * @property {Set<number>} locked      dimensions, from 0
 * @property {Direction[]} directions
 * @property {CodeHistory} history
 * @property {string} inset            what the inset of Morph was last set to show, "" if nothing yet
 * @property {number} speed            of Play
 */

import { CodeHistory } from "./history.js";
import { numbersIn, textOf } from "./number_list.js";
import { remembered, rememberedUntilLink } from "./session_memory.js";

export const MAX_BOOKMARKS = 24;

/** @type {(props: ViewProps) => Workspace} */
export const workspaceOf = remembered(() => ({
  bookmarks: [],
  stop: null,
  locked: new Set(),
  directions: [],
  history: new CodeHistory(),
  inset: "",
  speed: 1,
}));

/** To be set once for every link. @type {(props: import("./types.js").MorphProps) => {isFollowed: boolean}} */
const linked = rememberedUntilLink(() => ({ isFollowed: false }));

/**
 * The same in Morph, with what a link says of it.
 *
 * @param {import("./types.js").MorphProps} props
 */
export function morphWorkspace(props) {
  const workspace = workspaceOf(props);
  const link = linked(props);
  if (!link.isFollowed) {
    workspace.inset = props.inset;
    workspace.speed = props.speed;
    workspace.locked.clear();
    for (const number of numbersIn(props.locked)) workspace.locked.add(number - 1);
  }
  link.isFollowed = true;
  return workspace;
}

/** @param {Workspace} workspace @returns what a link says of it */
export function workspaceSettings({ locked, speed, inset }) {
  return { locked: textOf(Array.from(locked, (dimension) => dimension + 1)), speed, inset };
}
