/**
 * Codes that the visitor has kept, as thumbnails.
 *
 * @typedef {import("../../history.js").SavedCode} SavedCode
 *
 * @typedef {object} BookmarkCallbacks
 * @property {() => SavedCode} now                  the code to keep
 * @property {(code: SavedCode) => void} onGo
 * @property {(code: SavedCode) => Float32Array | null} decode  (784); null: the decoder has not loaded yet
 */

import { button, element } from "../../dom.js";
import { Painter, pictureContext } from "../../paint.js";
import { MAX_BOOKMARKS } from "../../workspace.js";

const TEXT = {
  title: "Bookmarks",
  keep: "Keep",
  keepHint: "Keeps this code, on every page, as long as this tab is open",
  full: `There are ${MAX_BOOKMARKS} bookmarks. Remove one to keep another.`,
  none: "Press Keep to save this picture here.",
  /** @param {number} number */
  go: (number) => `Bookmark ${number}`,
  /** @param {number} number */
  remove: (number) => `Remove bookmark ${number}`,
};

export class Bookmarks {
  #bookmarks;
  #callbacks;
  #painter = new Painter();

  /**
   * @param {SavedCode[]} bookmarks  changed here
   * @param {BookmarkCallbacks} callbacks
   */
  constructor(bookmarks, callbacks) {
    this.#bookmarks = bookmarks;
    this.#callbacks = callbacks;
    this.keep = button(TEXT.keep, () => this.#keep());
    this.list = element("div", { class: "vx-bookmark-list" });
    this.root = element(
      "div",
      { class: "vx-bookmarks", attributes: { role: "group", "aria-label": TEXT.title } },
      element(
        "div",
        { class: "vx-between" },
        element("span", { class: "vx-caption", text: TEXT.title, attributes: { "aria-hidden": "true" } }),
        this.keep,
      ),
      this.list,
    );
    this.show();
  }

  /** To be called again when the decoder has loaded. */
  show() {
    const full = this.#bookmarks.length >= MAX_BOOKMARKS;
    this.keep.disabled = full;
    this.keep.title = full ? TEXT.full : TEXT.keepHint;
    this.list.replaceChildren(...this.#bookmarks.map((code, index) => this.#thumbnail(code, index + 1)));
    if (!this.#bookmarks.length) this.list.append(element("p", { class: "vx-note", text: TEXT.none }));
  }

  #keep() {
    this.#bookmarks.push(this.#callbacks.now());
    this.show();
  }

  /**
   * @param {SavedCode} code
   * @param {number} number
   */
  #thumbnail(code, number) {
    const canvas = element("canvas");
    const context = pictureContext(canvas);
    const pixels = this.#callbacks.decode(code);
    if (pixels) this.#painter.paint(context, pixels);
    const go = element(
      "button",
      {
        class: "vx-cell",
        attributes: { type: "button", "aria-label": TEXT.go(number), title: TEXT.go(number) },
        on: { click: () => this.#callbacks.onGo(code) },
      },
      canvas,
    );
    const remove = element("button", {
      class: "vx-remove",
      text: "×",
      attributes: { type: "button", "aria-label": TEXT.remove(number), title: TEXT.remove(number) },
      on: { click: () => this.#remove(code) },
    });
    return element("div", { class: "vx-bookmark" }, go, remove);
  }

  /** @param {SavedCode} code */
  #remove(code) {
    this.#bookmarks.splice(this.#bookmarks.indexOf(code), 1);
    this.show();
    this.keep.focus(); // the button that had the focus is gone
  }
}
