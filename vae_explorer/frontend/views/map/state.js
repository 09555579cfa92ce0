// What a visitor has set on the map of a model, kept while pages change. It lives in the page and goes with the tab.

/** @typedef {import("../../types.js").ViewProps} ViewProps */
/** @typedef {import("./colours.js").ColouringName} ColouringName */
/** @typedef {import("./summary.js").Summary} Summary */
/** @typedef {"a" | "b"} Slot */

/**
 * @typedef {object} MapMemory
 * @property {ColouringName} colouring
 * @property {Set<number>} off classes switched off
 * @property {boolean} misjudgedOnly
 * @property {"hand" | "mean"} rest where a place on the PCA plane takes the rest of its code from
 * @property {boolean} places whether each place is decoded, those with a dot too
 * @property {Record<Slot, Summary | null>} selections
 */

/** @type {Map<string, MapMemory>} */
const memories = new Map();

/**
 * The same object is returned each time; the view changes it.
 * @param {ViewProps} props
 * @returns {MapMemory}
 */
export function memoryOf({ manifest, session }) {
  // The address of the codes holds a hash of them: a selection is of these codes.
  const key = JSON.stringify([session, manifest.id, manifest.files.codes.url]);
  let memory = memories.get(key);
  if (!memory) {
    memory = {
      colouring: "class",
      off: new Set(),
      misjudgedOnly: false,
      rest: "hand",
      places: false,
      selections: { a: null, b: null },
    };
    memories.set(key, memory);
  }
  return memory;
}
