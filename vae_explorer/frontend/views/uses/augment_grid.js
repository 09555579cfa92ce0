/** The variations: pictures, each a button, with the classifier's reading below it. Arrow keys move between them. */

import { element } from "../../dom.js";
import { clamp } from "../../numbers.js";
import { Painter, pictureContext } from "../../paint.js";

const TEXT = {
  title: "Variations",
  /** @param {number} index */
  picture: (index) => `Variation ${index + 1}`,
  /** @param {number} index @param {string} reading @param {string} mark */
  read: (index, reading, mark) => `Variation ${index + 1}: ${reading}${mark}`,
  other: ", another class",
  refused: ", another class, left out",
  /** @param {number} share */
  share: (share) => `${Math.round(100 * share)} %`,
};

/**
 * @typedef {object} Cell
 * @property {HTMLButtonElement} node
 * @property {CanvasRenderingContext2D} context
 * @property {HTMLSpanElement} name
 * @property {HTMLSpanElement} share
 */

export class VariationGrid {
  #painter = new Painter();
  #onOpen;
  #classes;
  #current = 0;
  /** @type {Cell[]} */
  #cells;

  /**
   * @param {number} count
   * @param {string[]} classes  their names; none if nothing is read
   * @param {(index: number) => void} onOpen
   */
  constructor(count, classes, onOpen) {
    this.#onOpen = onOpen;
    this.#classes = classes;
    this.#cells = Array.from({ length: count }, (_, index) => this.#makeCell(index));
    this.root = element(
      "div",
      {
        class: "vx-variations",
        attributes: { role: "group", "aria-label": TEXT.title },
        on: { keydown: (event) => this.#onKey(event) },
      },
      ...this.#cells.map(({ node }) => node),
    );
  }

  /** @param {boolean} isBusy  pictures or readings are still to come */
  set busy(isBusy) {
    this.root.setAttribute("aria-busy", String(isBusy));
  }

  /**
   * @param {number} index
   * @param {Float32Array} pixels  (784) in 0…1
   */
  paint(index, pixels) {
    const { context, node } = this.#cells[index];
    this.#painter.paint(context, pixels);
    node.dataset.frames = String(Number(node.dataset.frames) + 1);
  }

  /**
   * @param {number} index
   * @param {{label: number, share: number} | null} reading  null: none yet
   * @param {number | null} wanted  the class that it should be of
   * @param {boolean} keepsAgreeing  whether what is read as another is left out
   */
  mark(index, reading, wanted, keepsAgreeing) {
    if (!reading) return;
    const { node, name, share } = this.#cells[index];
    const isOther = wanted !== null && reading.label !== wanted;
    const texts = [this.#classes[reading.label], TEXT.share(reading.share)];
    const label = TEXT.read(index, texts.join(" "), isOther ? (keepsAgreeing ? TEXT.refused : TEXT.other) : "");
    if (node.getAttribute("aria-label") === label) return;
    [name.textContent, share.textContent] = texts;
    node.setAttribute("aria-label", label);
    node.classList.toggle("vx-variation-other", isOther);
    node.classList.toggle("vx-variation-refused", isOther && keepsAgreeing);
  }

  /** @param {number} index @returns {Cell} */
  #makeCell(index) {
    const canvas = element("canvas", { attributes: { "aria-hidden": "true" } });
    const context = pictureContext(canvas);
    const name = element("span", { class: "vx-variation-name" });
    const share = element("span");
    const reading = this.#classes.length ? [element("span", { class: "vx-variation-reading" }, name, " ", share)] : [];
    const node = element(
      "button",
      {
        class: "vx-variation",
        attributes: {
          type: "button",
          "aria-label": TEXT.picture(index),
          "data-frames": 0,
          tabindex: index === 0 ? 0 : -1,
        },
        on: { click: () => this.#onOpen(index), focus: () => this.#moveTo(index, false) },
      },
      canvas,
      ...reading,
    );
    return { node, context, name, share };
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const last = this.#cells.length - 1;
    /** @type {Record<string, number>} */
    const targets = {
      ArrowLeft: this.#current - 1,
      ArrowRight: this.#current + 1,
      ArrowUp: this.#current - this.#columns(),
      ArrowDown: this.#current + this.#columns(),
      Home: 0,
      End: last,
    };
    const target = targets[event.key];
    if (target === undefined || event.altKey) return;
    event.preventDefault();
    this.#moveTo(clamp(target, 0, last), true);
  }

  /** As the style sheet has laid them out. */
  #columns() {
    const top = this.#cells[0].node.offsetTop;
    const second = this.#cells.findIndex(({ node }) => node.offsetTop !== top);
    return second < 0 ? this.#cells.length : second;
  }

  /**
   * Only one is in the tab order: the one last visited.
   *
   * @param {number} index
   * @param {boolean} focus
   */
  #moveTo(index, focus) {
    this.#cells[this.#current].node.tabIndex = -1;
    this.#current = index;
    this.#cells[index].node.tabIndex = 0;
    if (focus) this.#cells[index].node.focus();
  }
}
