// Selecting points of the map into A and B: which ones, and what the map shows of them.

import { MapSelection } from "./selection_panel.js";
import { pixelsOf } from "./points.js";
import { indicesWhere, isInside, summarise } from "./summary.js";

/** @typedef {import("../../types.js").MapProps} MapProps */
/** @typedef {import("./state.js").MapMemory} MapMemory */
/** @typedef {import("./state.js").Slot} Slot */
/** @typedef {import("./scene.js").MapScene} MapScene */

/** @type {Slot[]} */
const SLOTS = ["a", "b"];
const MOST_OUTLINED = 20_000; // more would hold every move of the map up

const TEXT = {
  /** @param {string} nouns */
  empty: (nouns) => `There are no ${nouns} in it: nothing is changed.`,
};

/**
 * @typedef {object} SelectingHands
 * @property {() => MapScene | null} scene null until the codes are there
 * @property {() => void} changed other points are selected
 * @property {(z: ArrayLike<number>, label: number | null) => void} open a code, in Morph
 */

export class MapSelecting {
  /**
   * @param {MapProps} props
   * @param {MapMemory} memory
   * @param {SelectingHands} hands
   */
  constructor(props, memory, hands) {
    this.memory = memory;
    this.hands = hands;
    const { classes, data } = props.manifest;
    this.classes = data.classes.length;
    this.nouns = data.nouns;
    this.panel = new MapSelection(props, {
      all: () => {
        const scene = hands.scene();
        if (scene) this.#select(scene, indicesWhere(scene.codes, scene.shows));
      },
      clear: (slot) => this.#keep(slot, null),
      open: ({ mean, commonest }) => hands.open(mean, classes ? commonest : null),
    });
  }

  /** @param {[number, number][]} corners pixels in the stage */
  selectInside(corners) {
    const scene = this.hands.scene();
    if (!scene) return;
    const frame = scene.chart.frame(),
      points = scene.chart.points();
    const line = corners.map(([x, y]) => /** @type {[number, number]} */ ([x - frame.left, y - frame.top]));
    const inside = (/** @type {number} */ i) => scene.shows(i) && isInside(line, ...pixelsOf(frame, points.place(i)));
    this.#select(scene, indicesWhere(scene.codes, inside));
  }

  /** Says anew what is selected. @param {MapScene} scene */
  show(scene) {
    this.panel.show(this.memory.selections, scene.whole.spread);
  }

  /** What the map shows of the selections. @param {MapScene} scene */
  outlines(scene) {
    const points = scene.chart.points();
    return SLOTS.flatMap((slot) => {
      const summary = this.memory.selections[slot];
      if (!summary) return [];
      const outlined = summary.indices.length > MOST_OUTLINED ? [] : Array.from(summary.indices);
      return [
        {
          letter: slot.toUpperCase(),
          mean: scene.placeOf(summary.mean),
          points: outlined.map((index) => points.place(index)),
        },
      ];
    });
  }

  destroy() {
    this.panel.destroy();
  }

  /** @param {MapScene} scene @param {Int32Array} indices */
  #select(scene, indices) {
    if (!indices.length) return this.panel.say(TEXT.empty(this.nouns));
    this.#keep(this.panel.target, summarise(scene.codes, indices, this.classes));
  }

  /** @param {Slot} slot @param {import("./summary.js").Summary | null} summary */
  #keep(slot, summary) {
    this.memory.selections[slot] = summary;
    const scene = this.hands.scene();
    if (scene) this.show(scene);
    this.hands.changed();
  }
}
