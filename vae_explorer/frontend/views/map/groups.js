// A selection as a text that a link can hold, and the dots that such a text names; `vae_explorer/text_settings.py` has
// the forms.

import { numbersIn, textOf } from "../../number_list.js";
import { misclassified } from "./colours.js";
import { projectionOf } from "./projections.js";
import { indicesWhere, isInside } from "./summary.js";
import { rounding } from "./view_text.js";

/** @typedef {import("../../model.js").Codes} Codes */
/** @typedef {import("../../types.js").Manifest} Manifest */
/** @typedef {import("./state.js").MapState} MapState */
/** @typedef {[number, number]} Position data coordinates */
/** @typedef {Pick<MapState, "off" | "misclassifiedOnly">} Filter */

/** The longest text of a selection; an address with two of them and a code can still be sent. */
export const LONGEST = 500;

const ALL = "all";
const LIST = "list";
const MISCLASSIFIED = "m";
// From fine to coarse: how far the line may be from where it was drawn, and how a corner is rounded; pixels.
const FINENESS = [
  { slack: 0, step: 0.001 },
  { slack: 0.5, step: 0.01 },
  { slack: 1, step: 0.1 },
  { slack: 2, step: 1 },
  { slack: 4, step: 1 },
];

/** Every dot that is shown. @param {Filter} filter */
export function allText(filter) {
  return [ALL, ...filterFields(filter)].join("!");
}

/**
 * Those inside a line. Its corners are rounded, so that the text selects exactly what was selected.
 *
 * @param {string} projection its name
 * @param {Filter} filter
 * @param {Position[]} line
 * @param {number} pixel the length of one on the map
 * @returns {string} "" if none is short enough
 */
export function lineText(projection, filter, line, pixel) {
  for (const { slack, step } of FINENESS) {
    const round = rounding(step * pixel);
    const corners = simplified(line, slack * pixel).map((corner) => corner.map(round).join(","));
    const text = [projection, ...filterFields(filter), corners.join("~")].join("!");
    if (text.length <= LONGEST && corners.length > 2) return text;
  }
  return "";
}

/** These ones. @param {Int32Array} indices in ascending order @returns {string} "" if they are too many */
export function listText(indices) {
  if (indices.length > LONGEST) return "";
  const steps = Array.from(indices, (index, at) => (at ? index - indices[at - 1] : index).toString(36));
  const text = `${LIST}!${steps.join(".")}`;
  return text.length <= LONGEST ? text : "";
}

/**
 * @param {string} text
 * @param {Codes} codes
 * @param {Manifest} manifest
 * @returns {Int32Array} none if the text names none of these codes
 */
export function indicesOf(text, codes, manifest) {
  const [kind, ...fields] = text.split("!");
  if (kind === LIST) {
    let index = 0;
    const indices = fields[0].split(".").map((step) => (index += parseInt(step, 36)));
    return Int32Array.from(indices.filter((one) => one < codes.count));
  }
  const [off = "", only = "", line = ""] = fields;
  const hidden = new Set(numbersIn(off));
  const shows = (/** @type {number} */ i) =>
    !hidden.has(codes.label[i]) && (only !== MISCLASSIFIED || misclassified(codes, i));
  if (kind === ALL) return indicesWhere(codes, shows);
  const { x, y } = projectionOf(manifest, kind).cloud(codes);
  const corners = line.split("~").map((corner) => /** @type {Position} */ (corner.split(",").map(Number)));
  return indicesWhere(codes, (i) => shows(i) && isInside(corners, x[i], y[i]));
}

/** @param {Filter} filter */
function filterFields({ off, misclassifiedOnly }) {
  return [textOf(off), misclassifiedOnly ? MISCLASSIFIED : ""];
}

/**
 * A line with fewer corners that stays within a distance of it: Douglas and Peucker 1973.
 *
 * @param {Position[]} line
 * @param {number} slack
 * @returns {Position[]}
 */
function simplified(line, slack) {
  const last = line.length - 1;
  if (last < 2) return line;
  let [farthest, at] = [-1, 0];
  for (let i = 1; i < last; i++) {
    const distance = distanceTo(line[0], line[last], line[i]);
    if (distance > farthest) [farthest, at] = [distance, i];
  }
  const straight = Number.EPSILON * 64 * Math.max(...[...line[0], ...line[last]].map(Math.abs));
  if (farthest <= Math.max(slack, straight)) return [line[0], line[last]];
  return [...simplified(line.slice(0, at + 1), slack), ...simplified(line.slice(at), slack).slice(1)];
}

/** From the segment between two points to a third. @param {Position} a @param {Position} b @param {Position} c */
function distanceTo([ax, ay], [bx, by], [cx, cy]) {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const share = length ? Math.min(1, Math.max(0, ((cx - ax) * dx + (cy - ay) * dy) / length)) : 0;
  return Math.hypot(cx - ax - share * dx, cy - ay - share * dy);
}
