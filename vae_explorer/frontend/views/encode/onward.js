/**
 * Where to go on with the code: to Morph, to a path, to the bookmarks, to somebody else.
 *
 * @typedef {import("../../history.js").SavedCode} SavedCode
 *
 * @typedef {object} OnwardCallbacks
 * @property {() => SavedCode | null} code  null if there is none to take along
 * @property {(code: SavedCode) => void} onOpen
 * @property {(code: SavedCode) => void} onUse  as a stop in Interpolate
 * @property {() => string} link
 * @property {() => string} missing         what it lacks, as CopyLink takes it
 * @property {() => void} onCompare         the table of other models is to be opened or closed
 */

import { button, element } from "../../dom.js";
import { MAX_BOOKMARKS } from "../../workspace.js";
import { CopyLink } from "../shared/copy_link.js";

const TEXT = {
  open: "Open in Morph",
  use: "Use in Interpolate",
  useHint: "Puts this code on the path there; the next one becomes the stop after it",
  keep: "Keep",
  compare: "Compare models",
  keepHint: "Keeps this code as a bookmark, on every page, as long as this tab is open",
  /** @param {number} count */
  kept: (count) => `Bookmark ${count}: in Morph, and for paths in Interpolate`,
  full: `There are ${MAX_BOOKMARKS} bookmarks. Remove one in Morph to keep another.`,
};

export class Onward {
  #bookmarks;
  #callbacks;

  /**
   * @param {SavedCode[]} bookmarks  changed here
   * @param {OnwardCallbacks} callbacks
   */
  constructor(bookmarks, callbacks) {
    this.#bookmarks = bookmarks;
    this.#callbacks = callbacks;
    this.copyLink = new CopyLink(callbacks.link, callbacks.missing);
    this.compare = button(TEXT.compare, () => callbacks.onCompare(), { attributes: { "aria-pressed": "false" } });
    this.status = element("p", { class: "vx-note", attributes: { role: "status" } });
    this.open = button(TEXT.open, () => this.#with(callbacks.onOpen));
    this.use = button(TEXT.use, () => this.#with(callbacks.onUse), { attributes: { title: TEXT.useHint } });
    this.keep = button(TEXT.keep, () => this.#keep(), { attributes: { title: TEXT.keepHint } });
    this.root = element(
      "div",
      { class: "vx-enc-onward" },
      this.open,
      this.use,
      this.keep,
      this.compare,
      this.copyLink.root,
      this.status,
    );
    this.show(false);
  }

  destroy() {
    this.copyLink.destroy();
  }

  /** @param {boolean} hasCode */
  show(hasCode) {
    if (this.open.disabled !== hasCode) return;
    this.open.disabled = this.use.disabled = this.keep.disabled = !hasCode;
  }

  #keep() {
    this.#with((code) => {
      const isFull = this.#bookmarks.length >= MAX_BOOKMARKS;
      if (!isFull) this.#bookmarks.push(code);
      this.status.textContent = isFull ? TEXT.full : TEXT.kept(this.#bookmarks.length);
    });
  }

  /** @param {(code: SavedCode) => void} act */
  #with(act) {
    const code = this.#callbacks.code();
    if (code) act(code);
  }
}
