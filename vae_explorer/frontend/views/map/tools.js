// The tools over the map: what a drag does, and the zoom.

import { button, element } from "../../dom.js";

/** @typedef {"move" | "box" | "lasso"} Tool */

const TEXT = {
  group: "Drag mode",
  zoom: "Zoom",
  nearer: "Zoom in",
  farther: "Zoom out",
  whole: "Show the whole map",
};

/** @type {Record<Tool, {title: string, hint: string}>} */
const TOOLS = {
  move: { title: "Move", hint: "Drag to move or turn the map" },
  box: { title: "Box", hint: "Drag a box to select dots" },
  lasso: { title: "Lasso", hint: "Drag a line around dots to select them" },
};

const STEP = 1.4;

/**
 * @typedef {object} ToolCallbacks
 * @property {(tool: Tool) => void} use
 * @property {(factor: number) => void} zoom
 * @property {() => void} reset
 */

export class MapTools {
  /** @param {ToolCallbacks} callbacks */
  constructor(callbacks) {
    this.callbacks = callbacks;
    this.buttons = Object.entries(TOOLS).map(([name, { title, hint }]) =>
      button(title, () => this.#use(/** @type {Tool} */ (name)), { attributes: { title: hint, "data-name": name } }),
    );
    /** @param {string} sign @param {string} name @param {() => void} act */
    const small = (sign, name, act) => button(sign, act, { attributes: { "aria-label": name, title: name } });
    this.root = element(
      "div",
      { class: "vx-map-tools" },
      element(
        "div",
        { class: "vx-map-tool-group", attributes: { role: "group", "aria-label": TEXT.group } },
        ...this.buttons,
      ),
      element(
        "div",
        { class: "vx-map-tool-group", attributes: { role: "group", "aria-label": TEXT.zoom } },
        small("+", TEXT.nearer, () => callbacks.zoom(STEP)),
        small("−", TEXT.farther, () => callbacks.zoom(1 / STEP)),
        small("⌂", TEXT.whole, () => callbacks.reset()),
      ),
    );
    this.#use("move");
  }

  /** @param {Tool} tool */
  #use(tool) {
    for (const one of this.buttons) one.setAttribute("aria-pressed", String(one.dataset.name === tool));
    this.callbacks.use(tool);
  }
}
