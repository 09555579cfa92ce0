/**
 * Codes that a person has kept, as thumbnails.
 *
 * @typedef {import("../../workspace.js").Kept} Kept
 *
 * @typedef {object} BookmarkEvents
 * @property {() => Kept} now                  the code that "Keep" keeps
 * @property {(code: Kept) => void} onGo
 * @property {(code: Kept) => Float32Array | null} decode  (784); null: the decoder is not there yet
 */

import { button, element } from "../../dom.js";
import { MOST_BOOKMARKS } from "../../workspace.js";
import { Painter, pictureContext } from "../../paint.js";

const TEXT = {
  title: "Bookmarks",
  keep: "Keep",
  keepHint: "Keeps this code while this tab is open, also while pages change",
  full: `${MOST_BOOKMARKS} are kept. Remove one to keep another.`,
  none: "“Keep” puts the code that you see here.",
  /** @param {number} number */
  go: (number) => `Bookmark ${number}`,
  /** @param {number} number */
  remove: (number) => `Remove bookmark ${number}`,
};

export class Bookmarks {
  #bookmarks;
  #events;
  #painter = new Painter();

  /**
   * @param {Kept[]} bookmarks  changed here
   * @param {BookmarkEvents} events
   */
  constructor(bookmarks, events) {
    this.#bookmarks = bookmarks;
    this.#events = events;
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

  /** To be called again when the decoder has come. */
  show() {
    const full = this.#bookmarks.length >= MOST_BOOKMARKS;
    this.keep.disabled = full;
    this.keep.title = full ? TEXT.full : TEXT.keepHint;
    this.list.replaceChildren(...this.#bookmarks.map((code, index) => this.#thumbnail(code, index + 1)));
    if (!this.#bookmarks.length) this.list.append(element("p", { class: "vx-note", text: TEXT.none }));
  }

  #keep() {
    this.#bookmarks.push(this.#events.now());
    this.show();
  }

  /**
   * @param {Kept} code
   * @param {number} number
   */
  #thumbnail(code, number) {
    const canvas = element("canvas");
    const context = pictureContext(canvas);
    const pixels = this.#events.decode(code);
    if (pixels) this.#painter.paint(context, pixels);
    const go = element(
      "button",
      {
        class: "vx-cell",
        attributes: { type: "button", "aria-label": TEXT.go(number), title: TEXT.go(number) },
        on: { click: () => this.#events.onGo(code) },
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

  /** @param {Kept} code */
  #remove(code) {
    this.#bookmarks.splice(this.#bookmarks.indexOf(code), 1);
    this.show();
    this.keep.focus(); // the button that had the focus is gone
  }
}
