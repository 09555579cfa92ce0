/** A row of decoded pictures on one canvas, each a button; arrow keys move between them. */

import { element } from "../../dom.js";
import { PIXELS, SIDE } from "../../picture/size.js";
import { Painter } from "../../paint.js";

/** @type {Record<string, (at: number, last: number) => number>} */
const KEYS = {
  ArrowLeft: (at) => Math.max(0, at - 1),
  ArrowRight: (at, last) => Math.min(last, at + 1),
  Home: () => 0,
  End: (_, last) => last,
};

const COLUMNS = { wide: 13, narrow: 7 };
const NARROW = 576; // pixels, as in the style sheets

export class Filmstrip {
  #painter = new Painter();
  #marked = -1;
  #context;
  #buttons;

  /**
   * @param {string} name       of the row
   * @param {string[]} labels   of the pictures
   * @param {(index: number) => void} onOpen
   */
  constructor(name, labels, onOpen) {
    this.name = name;
    this.canvas = element("canvas", {
      attributes: { width: labels.length * SIDE, height: SIDE, "aria-hidden": "true" },
    });
    const context = this.canvas.getContext("2d", { alpha: false, willReadFrequently: true });
    if (!context) throw new Error("This browser could not create a canvas. Close some tabs and reload the page.");
    this.#context = context;
    this.#buttons = labels.map((label, index) =>
      element("button", {
        class: "vx-filmstrip-cell",
        attributes: { type: "button", "aria-label": label, title: label, tabindex: index ? -1 : 0 },
        on: { click: () => onOpen(index), focus: () => this.#visit(index) },
      }),
    );
    const cells = element(
      "div",
      {
        class: "vx-filmstrip-cells",
        attributes: { role: "group", "aria-label": name },
        on: { keydown: (event) => this.#onKey(event) },
      },
      ...this.#buttons,
    );
    this.root = element("div", { class: "vx-filmstrip", attributes: { "aria-busy": "true" } }, this.canvas, cells);
    this.root.style.setProperty("--vx-count", String(labels.length));
  }

  /**
   * @param {ArrayLike<number>} pixels  pictures, (…, 784)
   * @param {number} from   the first of them to show
   * @param {number} count  how many
   * @param {number} at     where in the row the first goes
   */
  show(pixels, from, count, at) {
    for (let n = 0; n < count; n++) {
      this.#painter.paint(this.#context, pixels, (from + n) * PIXELS, (at + n) * SIDE);
    }
  }

  /** @param {boolean} busy  whether pictures are being decoded */
  set busy(busy) {
    this.root.setAttribute("aria-busy", String(busy));
  }

  /** @param {number} index  the picture to be outlined */
  mark(index) {
    if (index === this.#marked) return;
    this.#buttons[this.#marked]?.classList.remove("vx-marked");
    this.#buttons[index].classList.add("vx-marked");
    this.#marked = index;
  }

  /** @param {number} index */
  focus(index) {
    this.#buttons[index].focus();
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const go = KEYS[event.key];
    if (!go || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const at = this.#buttons.indexOf(/** @type {HTMLButtonElement} */ (event.target));
    this.focus(go(at, this.#buttons.length - 1));
  }

  /**
   * Only the picture last visited is in the tab order.
   *
   * @param {number} index
   */
  #visit(index) {
    this.#buttons.forEach((node, at) => {
      node.tabIndex = at === index ? 0 : -1;
    });
  }
}

/**
 * How many pictures a row may have, so that each stays large enough to see.
 *
 * @param {number} width  of the page's part, in pixels
 */
export function columnsFor(width) {
  return width < NARROW ? COLUMNS.narrow : COLUMNS.wide;
}

/**
 * @param {number[]} values  of the pictures of a row
 * @param {number} wanted
 * @returns {number}  the index of the nearest
 */
export function nearest(values, wanted) {
  return values.reduce((best, value, i) => (Math.abs(value - wanted) < Math.abs(values[best] - wanted) ? i : best), 0);
}
