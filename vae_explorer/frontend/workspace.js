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
 * @property {Set<number>} locked      dimensions, from 0
 * @property {Direction[]} directions
 * @property {CodeHistory} history
 * @property {string} [inset]          what the inset of Morph was last set to show
 */

import { CodeHistory } from "./history.js";
import { remembered } from "./session_memory.js";

/** @type {(props: ViewProps) => Workspace} */
export const workspaceOf = remembered(() => ({
  bookmarks: [],
  locked: new Set(),
  directions: [],
  history: new CodeHistory(),
}));
