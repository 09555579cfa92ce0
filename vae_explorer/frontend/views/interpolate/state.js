/**
 * What a visitor has set on the Interpolate page, and the same as a text for links.
 *
 * @typedef {import("../../types.js").InterpolateProps} InterpolateProps
 * @typedef {import("../../types.js").Manifest} Manifest
 * @typedef {import("../../workspace.js").Workspace} Workspace
 *
 * @typedef {object} InterpolateState  codes are held as their sources, see code_sources.js
 * @property {string} tab            the open tab
 * @property {string[]} stops        of the path, as sources
 * @property {number} stop           the one that the picker changes
 * @property {boolean} closed        whether the path returns to its first stop
 * @property {number | null} label   the class that a conditional model decodes the path with; null: the first stop's
 * @property {number} position       of the scrubber, 0 at the first stop, 1 at the second…
 * @property {string[]} terms        the sources A, B and C; empty until the labels are known
 * @property {number} term           the one that the picker changes
 * @property {number | null} sumLabel  the class for A - B + C; null: that of A
 */

import { codeSource } from "../../code_sources.js";
import { rememberedUntilLink } from "../../session_memory.js";

export const MIN_STOPS = 2;
export const MAX_STOPS = 6;
export const PATHS_TAB = "paths";
const TERMS = 3;
const CLOSED = "closed";

/** @type {(props: InterpolateProps) => InterpolateState} */
export const interpolateState = rememberedUntilLink(({ manifest, path }) => parseState(path, manifest));

/**
 * Two test pictures, to begin with.
 *
 * @param {Manifest} manifest
 * @returns {string[]}
 */
export function firstStops({ data }) {
  return ["t0", data.count > 1 ? "t1" : "r1"];
}

/**
 * The code that Encode has given takes the place of the chosen stop, and the next stop is chosen: two that are given one
 * after the other become the ends of a path.
 *
 * @param {InterpolateState} state
 * @param {Workspace} workspace
 */
export function takeStop(state, workspace) {
  const { stop: code } = workspace;
  if (!code) return;
  workspace.stop = null;
  state.tab = PATHS_TAB;
  state.stops = state.stops.map((before, index) => (index === state.stop ? codeSource("e", code) : before));
  state.stop = (state.stop + 1) % state.stops.length;
}

/**
 * The state as a text that `parseState` reads, such as `paths!t0~t1~r5!closed!!0.5`.
 *
 * @param {InterpolateState} state
 * @returns {string}
 */
export function stateText({ tab, stops, stop, closed, label, position, terms, term, sumLabel }) {
  const path = [tab, stops.join("~"), closed ? CLOSED : "", label ?? "", position];
  const fields = [...path, terms.join("~"), sumLabel ?? "", stop || "", term || ""];
  return fields.join("!").replace(/!+$/, "");
}

/**
 * @param {string} text  from a link, so it may hold anything
 * @param {Manifest} manifest
 * @returns {InterpolateState}
 */
function parseState(text, manifest) {
  const [
    tab = "",
    stops = "",
    closed = "",
    label = "",
    position = "",
    terms = "",
    sumLabel = "",
    stop = "",
    term = "",
  ] = text.split("!");
  /** @param {string} value */
  const classOf = (value) => (/^\d{1,3}$/.test(value) && Number(value) < manifest.classes ? Number(value) : null);
  const linkedStops = stops ? stops.split("~").slice(0, MAX_STOPS) : [];
  const linkedTerms = terms ? terms.split("~") : [];
  const shownStops = linkedStops.length >= MIN_STOPS ? linkedStops : firstStops(manifest);
  return {
    tab,
    stops: shownStops,
    stop: Number(stop) < shownStops.length ? Number(stop) : 0,
    closed: closed === CLOSED,
    label: classOf(label),
    position: position && Number.isFinite(Number(position)) ? Number(position) : 0.5,
    terms: linkedTerms.length === TERMS ? linkedTerms : [],
    term: Number(term) < TERMS ? Number(term) : 0,
    sumLabel: classOf(sumLabel),
  };
}
