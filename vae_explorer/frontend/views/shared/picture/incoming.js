/**
 * How a picture comes from outside: chosen, photographed, pasted or dropped. It is handed on as a file, and stays in the
 * page.
 *
 * @typedef {(file: File) => void} OnFile
 */

import { button, element } from "../../../dom.js";

const TEXT = {
  choose: "Choose a file",
  photo: "Take a photo",
  hint: "or paste, or drop a picture here",
  drop: "Drop the picture here",
};

export class Incoming {
  #onFile;
  #listening = new AbortController();
  #leaving = 0;

  /**
   * @param {HTMLElement} target  where a picture can be dropped
   * @param {OnFile} onFile
   */
  constructor(target, onFile) {
    this.#onFile = onFile;
    this.root = element(
      "div",
      { class: "vx-incoming" },
      ...this.#chooser(TEXT.choose, {}),
      ...this.#chooser(TEXT.photo, { capture: "environment" }, "vx-photo"),
      element("span", { class: "vx-note vx-incoming-hint", text: TEXT.hint }),
    );
    this.target = element("div", {
      class: "vx-drop-target",
      text: TEXT.drop,
      attributes: { "aria-hidden": "true", hidden: true },
    });
    target.append(this.target);
    this.#listen(target);
  }

  destroy() {
    this.#listening.abort();
    clearTimeout(this.#leaving);
  }

  /**
   * @param {string} text
   * @param {Record<string, string>} attributes
   * @param {string} [className]
   */
  #chooser(text, attributes, className) {
    const input = element("input", {
      attributes: { type: "file", accept: "image/*", hidden: true, tabindex: -1, "aria-label": text, ...attributes },
      on: {
        change: () => {
          this.#take(input.files);
          input.value = ""; // or the same file could not be chosen again
        },
      },
    });
    return [input, button(text, () => input.click(), { class: className })];
  }

  /** @param {HTMLElement} target */
  #listen(target) {
    const { signal } = this.#listening;
    document.addEventListener(
      "paste",
      (event) => {
        if (!this.#take(event.clipboardData?.files)) return; // text, for a field
        event.preventDefault();
      },
      { signal },
    );
    // Everywhere: a file that misses the target would be opened by the browser in place of the app.
    document.addEventListener(
      "dragover",
      (event) => {
        if (!event.dataTransfer?.types.includes("Files")) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = event.composedPath().includes(target) ? "copy" : "none";
        this.#showTarget();
      },
      { signal },
    );
    document.addEventListener(
      "drop",
      (event) => {
        this.target.hidden = true;
        if (!event.dataTransfer?.types.includes("Files")) return;
        event.preventDefault();
        if (event.composedPath().includes(target)) this.#take(event.dataTransfer.files);
      },
      { signal },
    );
  }

  /** As long as something is dragged over the page, which is reported several times a second. */
  #showTarget() {
    this.target.hidden = false;
    clearTimeout(this.#leaving);
    this.#leaving = window.setTimeout(() => {
      this.target.hidden = true;
    }, 700);
  }

  /** @param {FileList | null | undefined} files  of several, the first is taken @returns {boolean} whether there is one */
  #take(files) {
    if (!files?.length) return false;
    this.#onFile(files[0]);
    return true;
  }
}
