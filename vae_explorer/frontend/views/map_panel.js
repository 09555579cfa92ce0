// What stands beside the points: the choice of projection and classes, and the words under it.

import { button, buttonGroup, element } from "../dom.js";
import { classColour } from "../palette.js";
import { PROJECTIONS } from "./map_projections.js";

/** @typedef {import("../model.js").Codes} Codes */
/** @typedef {import("../types.js").Manifest} Manifest */
/** @typedef {import("./map_projections.js").ProjectionName} ProjectionName */

/** @param {number} value */
const whole = (value) => value.toLocaleString("en");

const TEXT = {
  projection: "Projection",
  classes: "Classes",
  all: "All",
  none: "None",
  /** @param {number} shown @param {number} count @param {string} nouns */
  counts: (shown, count, nouns) =>
    shown === count ? `${whole(count)} test ${nouns}` : `${whole(shown)} of ${whole(count)} test ${nouns}`,
  /** @param {string} noun */
  mean: (noun) => `A dot is the mean mu that the encoder gives for a test ${noun}.`,
  /** @param {string} noun */
  code: (noun) => `A dot is the code of a test ${noun}.`,
  /** @param {string} noun */
  hands: (noun) => `Point at a dot to see its ${noun}, click to open that in Morph. Scroll to zoom, drag to move.`,
  /** @param {string} noun */
  fingers: (noun) => `Tap a dot to see its ${noun}, tap again to open that in Morph. Drag to move, + and − zoom.`,
};

/**
 * @typedef {object} PanelHands
 * @property {(projection: ProjectionName) => void} project
 * @property {(off: Set<number>) => void} show every class but these
 */

export class MapPanel {
  /** @type {Set<number>} */
  #off = new Set();

  /**
   * @param {Manifest} manifest
   * @param {PanelHands} hands
   */
  constructor(manifest, hands) {
    this.manifest = manifest;
    const labels = manifest.data.classes.map((_, label) => label);
    this.projections = Object.entries(PROJECTIONS).map(([name, { title }]) =>
      button(title, () => hands.project(/** @type {ProjectionName} */ (name)), { attributes: { "data-name": name } }),
    );
    this.classes = manifest.data.classes.map((name, label) =>
      button(name, () => hands.show(this.#toggled(label)), {
        class: "vx-map-class",
        attributes: { style: `--vx-class: ${classColour(label)}` },
      }),
    );
    const all = button(TEXT.all, () => hands.show(new Set()));
    const none = button(TEXT.none, () => hands.show(new Set(labels)));
    this.controls = element(
      "div",
      { class: "vx-map-controls" },
      buttonGroup(TEXT.projection, this.projections),
      buttonGroup(TEXT.classes, [...this.classes, all, none]),
    );
    this.counts = element("p", { class: "vx-caption", attributes: { role: "status" } });
    this.words = element("div", { class: "vx-map-words vx-note" });
    this.slot = element("div", { class: "vx-map-slot" }); // for what a map can do besides
    this.caption = element("div", { class: "vx-map-caption" }, this.counts, this.words, this.slot);
  }

  /**
   * @param {ProjectionName} projection
   * @param {Set<number>} off classes switched off
   * @param {Codes | null} codes null while they are on their way
   */
  show(projection, off, codes) {
    this.#off = off;
    for (const item of this.projections) {
      item.setAttribute("aria-pressed", String(item.dataset.name === projection));
    }
    this.classes.forEach((item, label) => item.setAttribute("aria-pressed", String(!off.has(label))));
    if (!codes) return;

    const { data, deterministic } = this.manifest;
    const shown = codes.label.reduce((sum, label) => sum + (off.has(label) ? 0 : 1), 0);
    this.counts.textContent = TEXT.counts(shown, codes.count, data.nouns);
    const { about, marker } = PROJECTIONS[projection];
    const touch = window.matchMedia("(hover: none)").matches;
    const sentences = [
      `${about(codes)} ${deterministic ? TEXT.code(data.noun) : TEXT.mean(data.noun)}`,
      marker,
      (touch ? TEXT.fingers : TEXT.hands)(data.noun),
    ];
    this.words.replaceChildren(...sentences.map((text) => element("p", { text })));
  }

  /** @param {number} label */
  #toggled(label) {
    const off = new Set(this.#off);
    if (!off.delete(label)) off.add(label);
    return off;
  }
}
