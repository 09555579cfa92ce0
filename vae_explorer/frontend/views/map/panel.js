// The panel beside the map: what the colours mean, which points are in view, how positions are decoded.

import { button, buttonGroup, element, setPressed } from "../../dom.js";
import { classColour } from "../../palette.js";
import { ColourKey } from "./colour_key.js";
import { COLOURINGS } from "./colours.js";

/** @typedef {import("../../model.js").Codes} Codes */
/** @typedef {import("../../types.js").Manifest} Manifest */
/** @typedef {import("./colours.js").ColouringName} ColouringName */
/** @typedef {import("./state.js").MapState} MapState */
/** @typedef {import("./projections.js").Projection} Projection */

const TEXT = {
  colour: "Colour",
  classes: "Classes",
  all: "All",
  none: "None",
  misclassified: "Misclassified reconstructions only",
  misclassifiedHint: "Those that a classifier reads as a class other than that of the original",
  everywhere: "Decode under the dots too",
  everywhereHint: "Decodes the point under the pointer everywhere, not only between the dots",
  rest: "Other dimensions from",
  restHint: "A point on this plane fixes z along two axes only; the rest of z is taken from here",
  current: "code in Morph",
  mean: "mean code",
};

/**
 * @typedef {object} PanelCallbacks
 * @property {(colouring: ColouringName) => void} colour
 * @property {(off: Set<number>) => void} show every class except these
 * @property {(only: boolean) => void} showMisclassified
 * @property {(on: boolean) => void} decodeEverywhere
 * @property {(rest: "current" | "mean") => void} rest
 */

export class MapPanel {
  /** @type {Set<number>} */
  #off = new Set();

  /**
   * @param {Manifest} manifest
   * @param {PanelCallbacks} callbacks
   */
  constructor(manifest, callbacks) {
    this.manifest = manifest;
    this.colour = choice(TEXT.colour, "", (value) => callbacks.colour(/** @type {ColouringName} */ (value)));
    this.key = new ColourKey(manifest);

    const labels = manifest.data.classes.map((_, label) => label);
    this.classes = manifest.data.classes.map((name, label) =>
      button(name, () => callbacks.show(this.#toggled(label)), {
        class: "vx-map-class",
        attributes: { style: `--vx-class: ${classColour(label)}` },
      }),
    );
    const all = button(TEXT.all, () => callbacks.show(new Set()));
    const none = button(TEXT.none, () => callbacks.show(new Set(labels)));
    this.legend = buttonGroup(TEXT.classes, [...this.classes, all, none]);

    this.misclassified = check(TEXT.misclassified, TEXT.misclassifiedHint, callbacks.showMisclassified);
    this.everywhere = check(TEXT.everywhere, TEXT.everywhereHint, callbacks.decodeEverywhere);
    this.rest = choice(TEXT.rest, TEXT.restHint, (value) => callbacks.rest(value === "mean" ? "mean" : "current"));
    this.rest.select.append(option("current", TEXT.current), option("mean", TEXT.mean));
    this.slot = element("div", { class: "vx-map-slot" }); // for t-SNE and downloads
    this.root = element(
      "div",
      { class: "vx-map-panel" },
      element("div", { class: "vx-group" }, this.colour.root, this.key.root),
      this.legend,
      element("div", { class: "vx-map-checks" }, this.misclassified.root, this.everywhere.root, this.rest.root),
    );
  }

  /**
   * @param {Projection} projection
   * @param {MapState} state
   * @param {Codes | null} codes null while they are loading
   */
  show(projection, state, codes) {
    this.#off = state.off;
    setPressed(this.classes, (label) => !state.off.has(label));
    this.legend.classList.toggle("vx-map-plain", state.colouring !== "class");
    this.misclassified.input.checked = state.misclassifiedOnly;
    this.everywhere.input.checked = state.decodeEverywhere;
    this.rest.select.value = state.rest;
    const { decode, needsRest } = projection;
    this.everywhere.root.hidden = decode === null;
    this.rest.root.hidden = !needsRest || this.manifest.latent_dim <= 2;
    this.misclassified.root.hidden = !codes?.predictedClass;
    if (!codes) return;
    const { select } = this.colour;
    if (!select.options.length) {
      for (const [name, { title, has }] of Object.entries(COLOURINGS)) {
        if (has(codes, this.manifest)) select.append(option(name, title));
      }
    }
    select.value = state.colouring;
    this.key.show(COLOURINGS[state.colouring], codes);
  }

  /** @param {number} label */
  #toggled(label) {
    const off = new Set(this.#off);
    if (!off.delete(label)) off.add(label);
    return off;
  }
}

/**
 * A labelled list of options.
 * @param {string} name
 * @param {string} hint
 * @param {(value: string) => void} onChoice
 */
function choice(name, hint, onChoice) {
  const select = element("select", {
    class: "vx-field",
    attributes: { "aria-label": name }, // the label's own text would include the options
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
