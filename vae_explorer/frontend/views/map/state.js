// What a visitor has set on the map of a model.

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

/** @type {Map<string, MapState>} */
const MEMORIES = new Map();

/**
 * The same object is returned each time; the view changes it.
 * @param {ViewProps} props
 * @returns {MapState}
 */
export function mapState({ manifest, session }) {
  // The address of the codes holds a hash of them: a selection is of these codes.
  const key = JSON.stringify([session, manifest.id, manifest.files.codes.url]);
  let state = MEMORIES.get(key);
  if (!state) {
    state = {
      colouring: "class",
      off: new Set(),
      misclassifiedOnly: false,
      rest: "current",
      decodeEverywhere: false,
      selections: { a: null, b: null },
    };
    MEMORIES.set(key, state);
  }
  return state;
}
