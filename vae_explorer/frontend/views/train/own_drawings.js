/**
 * The visitor's own drawings among the training pictures: each with its class, how often they count, and the way to
 * Encode, where one draws.
 *
 * @typedef {import("../../own/drawings.js").Drawing} Drawing
 * @typedef {import("../../own/drawings.js").Drawings} Drawings
 * @typedef {import("../../training/settings.js").RunSettings} RunSettings
 *
 * @typedef {object} OwnDrawingsCallbacks
 * @property {(change: Partial<RunSettings>) => void} onSet
 * @property {() => void} onDraw
 */

import { button, element, setText } from "../../dom.js";
import { Painter, pictureContext } from "../../paint.js";
import { classColour } from "../../palette.js";
import { classNamed } from "../../text.js";
import { RANGES } from "../../training/settings.js";
import { DATA_SETS } from "../../training/data_sets.js";
import { NOUNS } from "./nouns.js";

const [LEAST, MOST] = RANGES.drawings;

/** @param {number} count */
const counted = (count) => (count === 1 ? "1 drawing" : `${count} drawings`);

const TEXT = {
  title: "Own drawings",
  draw: "Draw some on Encode",
  drawMore: "Draw more",
  removeAll: "Remove all",
  undo: "Undo",
  weight: "Own drawings, each counts as",
  /** @param {number} times */
  times: (times) => (times === 0 ? "0: left out" : times === 1 ? "1 picture" : `${times} pictures`),
  /** @param {number} number @param {string} name  of its class */
  remove: (number, name) => `Remove drawing ${number}, ${classNamed(name)}`,
  out: "Its class is left out",
  /** @param {number} count */
  removed: (count) => `${counted(count)} removed`,
  /** @param {number} count @param {string} nouns */
  others: (count, nouns) => `${counted(count)} of ${nouns}`,
  /** @param {string} nouns */
  switch: (nouns) => `Train on ${nouns}`,
};

export class OwnDrawings {
  #drawings;
  #painter = new Painter();
  /** By the drawing's id. @type {Map<number, HTMLButtonElement>} */
  #tiles = new Map();
  /** What was removed, to be put back. @type {Drawing[]} */
  #removed = [];
  /** The data set of the run. */
  #data = "";
  /** Another data set, whose drawings are offered. */
  #other = "";

  /**
   * @param {Drawings} drawings
   * @param {boolean} canDraw  whether what is drawn on Encode can be trained on
   * @param {OwnDrawingsCallbacks} callbacks
   */
  constructor(drawings, canDraw, { onSet, onDraw }) {
    this.#drawings = drawings;
    const hidden = !canDraw;
    this.draw = button(TEXT.draw, onDraw, { attributes: { hidden } });
    this.drawMore = button(TEXT.drawMore, onDraw, { attributes: { hidden } });
    this.removeAll = button(TEXT.removeAll, () => this.#remove(drawings.of(this.#data)));
    this.tiles = element("div", { class: "vx-train-drawings" });
    this.weight = element(
      "select",
      { class: "vx-field", on: { change: () => onSet({ drawings: this.weight.selectedIndex + LEAST }) } },
      ...Array.from({ length: MOST - LEAST + 1 }, (_, i) => element("option", { text: TEXT.times(LEAST + i) })),
    );
    this.weighing = element(
      "label",
      { class: "vx-train-line-up" },
      element("span", { class: "vx-caption", text: TEXT.weight }),
      this.weight,
    );
    this.none = element(
      "div",
      { class: "vx-train-line-up" },
      element("span", { class: "vx-caption", text: TEXT.title }),
      this.draw,
    );
    this.changing = element("div", { class: "vx-train-line-up" }, this.drawMore, this.removeAll);
    this.said = element("span", { class: "vx-note", attributes: { role: "status" } });
    this.undo = button(TEXT.undo, () => {
      drawings.restore(this.#removed);
      this.#removed = [];
    });
    this.undoing = element("div", { class: "vx-train-line-up" }, this.said, this.undo);
    this.others = element("span", { class: "vx-note" });
    this.switch = button("", () => onSet({ data: this.#other }));
    this.switching = element("div", { class: "vx-train-line-up" }, this.others, this.switch);
    this.fault = element("p", { class: "vx-note", attributes: { role: "status" } });
    this.root = element(
      "section",
      { class: "vx-train-own", attributes: { "aria-label": TEXT.title } },
      this.none,
      this.switching,
      this.weighing,
      this.tiles,
      this.undoing,
      this.changing,
      this.fault,
    );
  }

  /** @param {RunSettings} settings */
  show({ data, classes, drawings: times }) {
    if (data !== this.#data) this.#removed = [];
    this.#data = data;
    const drawings = this.#drawings.of(data);
    const canDraw = !this.draw.hidden;
    this.#other = Object.keys(DATA_SETS).find((name) => name !== data && this.#drawings.of(name).length) ?? "";
    const others = drawings.length ? 0 : this.#drawings.of(this.#other).length;
    this.root.hidden = !(canDraw || drawings.length || others || this.#removed.length);
    this.none.hidden = drawings.length > 0;
    this.changing.hidden = this.tiles.hidden = this.weighing.hidden = !drawings.length;
    this.weight.selectedIndex = times - LEAST;
    this.#showTiles(drawings, times ? classes : []);
    this.undoing.hidden = !this.#removed.length;
    if (this.#removed.length) setText(this.said, TEXT.removed(this.#removed.length));
    this.switching.hidden = !others;
    if (others) {
      const nouns = NOUNS[this.#other];
      setText(this.others, TEXT.others(others, nouns));
      setText(this.switch, TEXT.switch(nouns));
    }
    setText(this.fault, this.#drawings.fault);
    this.fault.hidden = !this.#drawings.fault;
  }

  /** @param {Drawing[]} drawings @param {number[]} classes  that are in */
  #showTiles(drawings, classes) {
    const before = [...this.#tiles.values()];
    const focused = before.findIndex((tile) => tile.matches(":focus"));
    const names = DATA_SETS[this.#data].classes;
    this.tiles.classList.toggle(
      "vx-train-short",
      names.every(({ length }) => length === 1),
    );
    const tiles = drawings.map((drawing, index) => {
      const tile = this.#tiles.get(drawing.id) ?? this.#tile(drawing, names[drawing.label]);
      tile.ariaLabel = TEXT.remove(index + 1, names[drawing.label]);
      const isOut = !classes.includes(drawing.label);
      tile.classList.toggle("vx-train-out", isOut);
      tile.title = isOut ? `${tile.ariaLabel}. ${TEXT.out}` : tile.ariaLabel;
      return tile;
    });
    if (tiles.length === before.length && tiles.every((tile, i) => tile === before[i])) return;
    this.#tiles = new Map(drawings.map(({ id }, i) => [id, tiles[i]]));
    this.tiles.replaceChildren(...tiles);
    // Whoever removes one with the keyboard is at the next one then.
    if (focused >= 0) (tiles[Math.min(focused, tiles.length - 1)] ?? this.undo).focus({ preventScroll: true });
  }

  /** @param {Drawing} drawing @param {string} name  of its class */
  #tile(drawing, name) {
    const canvas = element("canvas");
    this.#painter.paint(
      pictureContext(canvas),
      Float32Array.from(drawing.pixels, (grey) => grey / 255),
    );
    const tile = button("", () => this.#remove([drawing]), { class: "vx-cell vx-train-drawing" });
    tile.style.setProperty("--vx-class", classColour(drawing.label));
    tile.append(canvas, element("span", { class: "vx-between" }, element("span", { text: name })));
    return tile;
  }

  /** @param {Drawing[]} drawings */
  #remove(drawings) {
    this.#removed.push(...drawings);
    this.#drawings.remove(drawings);
  }
}
