// Selecting points of the map into A and B, and outlining them on the map.

import { pixelsOf } from "./points.js";
import { SelectionPanel } from "./selection_panel.js";
import { indicesWhere, isInside, summarise } from "./summary.js";

/** @typedef {import("../../types.js").MapProps} MapProps */
/** @typedef {import("./state.js").MapState} MapState */
/** @typedef {import("./state.js").Slot} Slot */
/** @typedef {import("./scene.js").MapScene} MapScene */

/** @type {Slot[]} */
const SLOTS = ["a", "b"];
const MAX_OUTLINED = 20_000; // more would slow every move of the map down

const TEXT = {
  /** @param {string} nouns */
  empty: (nouns) => `There are no ${nouns} inside: the selection stays as it was.`,
};

/**
 * @typedef {object} SelectionsCallbacks
 * @property {() => MapScene | null} scene null until the codes are there
 * @property {() => void} changed the selections have changed
 * @property {(z: ArrayLike<number>, label: number | null) => void} open a code, in Morph
 */

export class MapSelections {
  /**
   * @param {MapProps} props
   * @param {MapState} state
   * @param {SelectionsCallbacks} callbacks
   */
  constructor(props, state, callbacks) {
    this.state = state;
    this.callbacks = callbacks;
    const { classes, data } = props.manifest;
    this.classes = data.classes.length;
    this.nouns = data.nouns;
    this.panel = new SelectionPanel(props, {
      all: () => {
        const scene = callbacks.scene();
        if (scene) this.#select(scene, indicesWhere(scene.codes, scene.shows));
      },
      clear: (slot) => this.#set(slot, null),
      open: ({ mean, commonest }) => callbacks.open(mean, classes ? commonest : null),
    });
  }

  /** @param {[number, number][]} corners pixels in the stage */
  selectInside(corners) {
    const scene = this.callbacks.scene();
    if (!scene) return;
    const frame = scene.chart.frame();
    const points = scene.chart.points();
    const line = corners.map(([x, y]) => /** @type {[number, number]} */ ([x - frame.left, y - frame.top]));
    const inside = (/** @type {number} */ i) =>
      scene.shows(i) && isInside(line, ...pixelsOf(frame, points.position(i)));
    this.#select(scene, indicesWhere(scene.codes, inside));
  }

  /** Shows the selections in the panel. @param {MapScene} scene */
  show(scene) {
    this.panel.show(this.state.selections, scene.whole.spread);
  }

  /** The outlines of the selections on the map, of what is shown there. @param {MapScene} scene */
  outlines(scene) {
    const points = scene.chart.points();
    return SLOTS.flatMap((slot) => {
      const summary = this.state.selections[slot];
      if (!summary) return [];
      const shown = Array.from(summary.indices).filter((index) => scene.shows(index));
      if (!shown.length) return [];
      const outlined = shown.length > MAX_OUTLINED ? [] : shown;
      return [
        {
          letter: slot.toUpperCase(),
          mean: scene.positionOf(summary.mean),
          points: outlined.map((index) => points.position(index)),
        },
      ];
    });
  }

  destroy() {
    this.panel.destroy();
  }

  /** @param {MapScene} scene @param {Int32Array} indices */
  #select(scene, indices) {
    if (!indices.length) return this.panel.showNotice(TEXT.empty(this.nouns));
    this.#set(this.panel.nextSlot, summarise(scene.codes, indices, this.classes));
  }

  /** @param {Slot} slot @param {import("./summary.js").Summary | null} summary */
  #set(slot, summary) {
    this.state.selections[slot] = summary;
    const scene = this.callbacks.scene();
    if (scene) this.show(scene);
    this.callbacks.changed();
  }
}
