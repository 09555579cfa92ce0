// What a visitor has set on the map of a model, and the same as a link says it.

import { numbersIn, textOf } from "../../number_list.js";
import { rememberedUntilLink } from "../../session_memory.js";

/** @typedef {import("../../types.js").MapProps} MapProps */
/** @typedef {import("../../types.js").MapSettings} MapSettings */
/** @typedef {import("./colours.js").ColouringName} ColouringName */
/** @typedef {import("./summary.js").Summary} Summary */
/** @typedef {"a" | "b"} Slot */

/**
 * @typedef {object} MapState
 * @property {ColouringName} colouring
 * @property {Set<number>} off classes switched off
 * @property {boolean} misclassifiedOnly
 * @property {"current" | "mean"} rest which code completes a position on the PCA plane
 * @property {boolean} decodeEverywhere whether positions under a dot are decoded too
 * @property {string} extent what is in view of a map in two dimensions, see view_text.js; "" for the whole
 * @property {string} camera the same of a map in three
 * @property {Record<Slot, Summary | null>} selections
 * @property {Record<Slot, string>} groups how they were made, see groups.js; "" for none, or one too long for a link
 */

/** @type {(props: MapProps) => MapState} */
export const mapState = rememberedUntilLink(
  (props) => ({
    colouring: props.colour,
    off: new Set(numbersIn(props.hidden)),
    misclassifiedOnly: props.misclassified === "yes",
    rest: props.rest,
    decodeEverywhere: props.everywhere === "yes",
    extent: props.extent,
    camera: props.camera,
    selections: { a: null, b: null },
    groups: { a: props.groupA, b: props.groupB },
  }),
  ({ files }) => files.codes.url, // its address holds a hash: a selection is of exactly these codes
);

/** What links of all pages say of it. @param {MapState} state */
export function shortSettings({ colouring, off, misclassifiedOnly, rest, decodeEverywhere }) {
  /** @param {boolean} on @returns {"no" | "yes"} */
  const word = (on) => (on ? "yes" : "no");
  return {
    colour: colouring,
    hidden: textOf(off),
    misclassified: word(misclassifiedOnly),
    rest,
    everywhere: word(decodeEverywhere),
  };
}

/** What links of the map say of it besides. @param {MapState} state */
export function longSettings({ extent, camera, groups }) {
  const said = { extent, camera, groupA: groups.a, groupB: groups.b };
  return Object.fromEntries(Object.entries(said).map(([name, text]) => [name, text || null]));
}
