// Selecting points of the map into A and B, and outlining them on the map.

import { allText, indicesOf, lineText, listText } from "./groups.js";
import { pixelsOf, placeOf } from "./points.js";
import { SelectionPanel } from "./selection_panel.js";
import { indicesWhere, isInside, summarise } from "./summary.js";
import { capitalise } from "../../text.js";

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
  /** @param {string} letter @param {string} nouns */
  emptyInLink: (letter, nouns) => `The link’s selection ${letter} has no ${nouns} in it.`,
  /** @param {string} letters */
  tooLong: (letters) =>
    `selection ${letters} takes more than an address can hold: a link, or a reload, comes without it.`,
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
    this.manifest = props.manifest;
    const { classes, data } = props.manifest;
    this.classes = data.classes.length;
    this.nouns = data.nouns;
    this.panel = new SelectionPanel(props, {
      all: () => {
        const scene = callbacks.scene();
        if (scene) this.#select(scene, allText(state));
      },
      clear: (slot) => this.#set(slot, null, ""),
      open: ({ mean, commonest }) => callbacks.open(mean, classes ? commonest : null),
    });
  }

  /** @param {[number, number][]} corners pixels in the stage */
  selectInside(corners) {
    const scene = this.callbacks.scene();
    if (!scene) return;
    const frame = scene.chart.frame();
    const pixel = (frame.x[1] - frame.x[0]) / frame.width;
    // Of what is on the screen, and not on a plane that a link could name, only the dots can be named.
    if (!scene.hasDepth && !scene.isOwnTsne) {
      const line = corners.map(([x, y]) => placeOf(frame, x, y));
      const text = lineText(scene.projection.name, this.state, line, pixel);
      if (text) return this.#select(scene, text);
    }
    const points = scene.chart.points();
    const line = corners.map(([x, y]) => /** @type {[number, number]} */ ([x - frame.left, y - frame.top]));
    const inside = (/** @type {number} */ i) =>
      scene.shows(i) && isInside(line, ...pixelsOf(frame, points.position(i)));
    const indices = indicesWhere(scene.codes, inside);
    this.#select(scene, listText(indices), indices);
  }

  /** Shows the selections in the panel, those of a link too. @param {MapScene} scene */
  show(scene) {
    /** @type {Slot[]} */
    const empty = [];
    for (const slot of SLOTS) {
      const text = this.state.groups[slot];
      if (!text || this.state.selections[slot]) continue;
      const indices = indicesOf(text, scene.codes, this.manifest);
      if (indices.length) this.state.selections[slot] = summarise(scene.codes, indices, this.classes);
      else empty.push(slot);
    }
    this.panel.show(this.state.selections, scene.whole.spread);
    const notes = empty.map((slot) => TEXT.emptyInLink(slot.toUpperCase(), this.nouns));
    for (const slot of empty) this.state.groups[slot] = "";
    this.panel.showNotice([...notes, capitalise(this.tooLong())].filter(Boolean).join(" "));
  }

  /** What a link leaves out, as the end of a sentence; "" if nothing. */
  tooLong() {
    const { selections, groups } = this.state;
    const letters = SLOTS.filter((slot) => selections[slot] && !groups[slot]).map((slot) => slot.toUpperCase());
    return letters.length ? TEXT.tooLong(letters.join(" and ")) : "";
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

  /**
   * @param {MapScene} scene
   * @param {string} text of the selection
   * @param {Int32Array} [indices] where the text does not say them
   */
  #select(scene, text, indices = indicesOf(text, scene.codes, this.manifest)) {
    if (!indices.length) return this.panel.showNotice(TEXT.empty(this.nouns));
    this.#set(this.panel.nextSlot, summarise(scene.codes, indices, this.classes), text);
  }

  /** @param {Slot} slot @param {import("./summary.js").Summary | null} summary @param {string} text */
  #set(slot, summary, text) {
    this.state.selections[slot] = summary;
    this.state.groups[slot] = text;
    const scene = this.callbacks.scene();
    if (scene) this.show(scene);
    this.callbacks.changed();
  }
}
