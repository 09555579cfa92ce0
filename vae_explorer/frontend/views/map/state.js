// What a visitor has set on the map of a model.

import { remembered } from "../../session_memory.js";

/** @typedef {import("../../types.js").ViewProps} ViewProps */
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
 * @property {Record<Slot, Summary | null>} selections
 */

/** @type {(props: ViewProps) => MapState} */
export const mapState = remembered(
  () => ({
    colouring: "class",
    off: new Set(),
    misclassifiedOnly: false,
    rest: "current",
    decodeEverywhere: false,
    selections: { a: null, b: null },
  }),
  ({ files }) => files.codes.url, // its address holds a hash: a selection is of exactly these codes
);
