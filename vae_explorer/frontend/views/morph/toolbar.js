/**
 * The row of buttons above the sliders, and the keys that undo and redo.
 *
 * @typedef {import("../../types.js").Manifest} Manifest
 * @typedef {import("../../history.js").CodeHistory} CodeHistory
 * @typedef {import("./play.js").Play} Play
 *
 * @typedef {object} ToolbarCallbacks
 * @property {() => void} onRandom
 * @property {() => void} onUndo
 * @property {() => void} onRedo
 * @property {() => void} onReset
 */

import { button, element } from "../../dom.js";
import { randomHint } from "../shared/random_hint.js";

const TEXT = {
  random: "Random",
  reset: "Reset",
  resetHint: "Sets every dimension that is not locked to 0",
  undo: "Undo",
  undoHint: "Back to the previous code (Ctrl+Z)",
  redo: "Redo",
  redoHint: "Forward again (Ctrl+Shift+Z)",
};

export class Toolbar {
  #callbacks;

  /**
   * @param {Manifest} manifest
   * @param {Play} play
   * @param {ToolbarCallbacks} callbacks
   */
  constructor(manifest, play, callbacks) {
    this.#callbacks = callbacks;
    this.undo = button(TEXT.undo, callbacks.onUndo, { attributes: { title: TEXT.undoHint } });
    this.redo = button(TEXT.redo, callbacks.onRedo, { attributes: { title: TEXT.redoHint } });
    this.root = element(
      "div",
      { class: "vx-toolbar" },
      button(TEXT.random, callbacks.onRandom, { attributes: { title: randomHint(manifest) } }),
      play.button,
      play.speed,
      this.undo,
      this.redo,
      button(TEXT.reset, callbacks.onReset, { attributes: { title: TEXT.resetHint } }),
    );
    document.addEventListener("keydown", this.#onKey);
  }

  destroy() {
    document.removeEventListener("keydown", this.#onKey);
  }

  /** @param {CodeHistory} history */
  show({ canUndo, canRedo }) {
    this.undo.disabled = !canUndo;
    this.redo.disabled = !canRedo;
  }

  /** @param {KeyboardEvent} event */
  #onKey = (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const [target] = event.composedPath();
    if (target instanceof HTMLInputElement && target.type === "text") return; // it has an undo of its own
    const key = event.key.toLowerCase();
    if (key === "y" || (key === "z" && event.shiftKey)) this.#callbacks.onRedo();
    else if (key === "z") this.#callbacks.onUndo();
    else return;
    event.preventDefault();
  };
}
