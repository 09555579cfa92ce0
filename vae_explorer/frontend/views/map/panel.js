// What stands beside the points: what their colour says, which of them are in view, what a place is decoded with.

import { button, buttonGroup, element } from "../../dom.js";
import { classColour } from "../../palette.js";
import { COLOURINGS } from "./colours.js";
import { MapKey } from "./colour_key.js";
import { PROJECTIONS } from "./projections.js";

/** @typedef {import("../../model.js").Codes} Codes */
/** @typedef {import("../../types.js").Manifest} Manifest */
/** @typedef {import("./colours.js").ColouringName} ColouringName */
/** @typedef {import("./state.js").MapMemory} MapMemory */
/** @typedef {import("./projections.js").ProjectionName} ProjectionName */

const TEXT = {
  colour: "Colour",
  classes: "Classes",
  all: "All",
  none: "None",
  misjudged: "Misclassified reconstructions only",
  misjudgedHint: "What a classifier takes for another class than the original is of",
  places: "Decode under the dots too",
  placesHint: "The place under the pointer is decoded everywhere, not only between the dots",
  rest: "Rest of z from",
  restHint: "A place on this plane fixes two directions of z; the others are taken from here",
  hand: "code in Morph",
  mean: "mean code",
};

/**
 * @typedef {object} PanelHands
 * @property {(colouring: ColouringName) => void} colour
 * @property {(off: Set<number>) => void} show every class but these
 * @property {(only: boolean) => void} showMisjudged
 * @property {(on: boolean) => void} decodePlaces
 * @property {(rest: "hand" | "mean") => void} rest
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
    this.colour = choice(TEXT.colour, "", (value) => hands.colour(/** @type {ColouringName} */ (value)));
    this.key = new MapKey(manifest);

    const labels = manifest.data.classes.map((_, label) => label);
    this.classes = manifest.data.classes.map((name, label) =>
      button(name, () => hands.show(this.#toggled(label)), {
        class: "vx-map-class",
        attributes: { style: `--vx-class: ${classColour(label)}` },
      }),
    );
    const all = button(TEXT.all, () => hands.show(new Set()));
    const none = button(TEXT.none, () => hands.show(new Set(labels)));
    this.legend = buttonGroup(TEXT.classes, [...this.classes, all, none]);

    this.misjudged = check(TEXT.misjudged, TEXT.misjudgedHint, hands.showMisjudged);
    this.places = check(TEXT.places, TEXT.placesHint, hands.decodePlaces);
    this.rest = choice(TEXT.rest, TEXT.restHint, (value) => hands.rest(value === "mean" ? "mean" : "hand"));
    this.rest.select.append(option("hand", TEXT.hand), option("mean", TEXT.mean));
    this.slot = element("div", { class: "vx-map-slot" }); // for what a map can do besides
    this.root = element(
      "div",
      { class: "vx-map-panel" },
      element("div", { class: "vx-group" }, this.colour.root, this.key.root),
      this.legend,
      element("div", { class: "vx-map-checks" }, this.misjudged.root, this.places.root, this.rest.root),
    );
  }

  /**
   * @param {ProjectionName} projection
   * @param {MapMemory} memory
   * @param {Codes | null} codes null while they are on their way
   */
  show(projection, memory, codes) {
    this.#off = memory.off;
    this.classes.forEach((item, label) => item.setAttribute("aria-pressed", String(!memory.off.has(label))));
    this.legend.classList.toggle("vx-map-plain", memory.colouring !== "class");
    this.misjudged.input.checked = memory.misjudgedOnly;
    this.places.input.checked = memory.places;
    this.rest.select.value = memory.rest;
    const { decode, takesRest } = PROJECTIONS[projection];
    this.places.root.hidden = decode === null;
    this.rest.root.hidden = !takesRest || this.manifest.latent_dim <= 2;
    this.misjudged.root.hidden = !codes?.judgeClass;
    if (!codes) return;
    const { select } = this.colour;
    if (!select.options.length) {
      for (const [name, { title, has }] of Object.entries(COLOURINGS)) {
        if (has(codes, this.manifest)) select.append(option(name, title));
      }
    }
    select.value = memory.colouring;
    this.key.show(COLOURINGS[memory.colouring], codes);
  }

  /** @param {number} label */
  #toggled(label) {
    const off = new Set(this.#off);
    if (!off.delete(label)) off.add(label);
    return off;
  }
}

/**
 * A list to choose from, with its name before it.
 * @param {string} name
 * @param {string} hint
 * @param {(value: string) => void} onChoice
 */
function choice(name, hint, onChoice) {
  const select = element("select", {
    class: "vx-field",
    attributes: { "aria-label": name }, // the label alone would count the choices among its words
    on: { change: () => onChoice(select.value) },
  });
  const root = element("label", { class: "vx-map-choice", attributes: { title: hint } }, name, select);
  return { root, select };
}

/** @param {string} value @param {string} text */
function option(value, text) {
  return element("option", { text, attributes: { value } });
}

/**
 * @param {string} name
 * @param {string} hint
 * @param {(on: boolean) => void} onChange
 */
function check(name, hint, onChange) {
  const input = element("input", { attributes: { type: "checkbox" }, on: { change: () => onChange(input.checked) } });
  const root = element("label", { class: "vx-map-check", attributes: { title: hint } }, input, name);
  return { root, input };
}
