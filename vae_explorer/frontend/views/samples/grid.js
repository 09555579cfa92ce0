/** A square grid of pictures, each a button; arrow keys move between them. */

import { element } from "../../dom.js";
import { SIDE } from "../../picture/size.js";
import { clamp } from "../../numbers.js";
import { Painter, pictureContext } from "../../paint.js";
import { savePng } from "../../save.js";

const TEXT = {
  /** @param {number} index */
  cell: (index) => `Sample ${index + 1}`,
};

const PNG_SCALE = 4; // an integer, so that a pixel stays square

export class SampleGrid {
  #size = 0;
  #current = 0;
  #painter = new Painter();
  #onOpen;
  /** @type {{node: HTMLButtonElement, context: CanvasRenderingContext2D}[]} */
  #cells = [];

  /**
   * @param {string} name
   * @param {(index: number) => void} onOpen
   */
  constructor(name, onOpen) {
    this.#onOpen = onOpen;
    this.root = element("div", {
      class: "vx-grid",
      attributes: { role: "grid", "aria-label": name },
      on: { keydown: (event) => this.#onKey(event) },
    });
  }

  /**
   * @param {number} size  pictures per side; those that stay are not redrawn
   */
  resize(size) {
    if (size === this.#size) return;
    this.#size = size;
    this.#current = 0;
    const previous = this.#cells;
    this.#cells = Array.from({ length: size * size }, (_, index) => previous[index] ?? this.#makeCell(index));
    this.#cells.forEach(({ node }, index) => {
      node.tabIndex = index === 0 ? 0 : -1;
    });
    this.root.style.setProperty("--vx-size", String(size));
    this.root.setAttribute("aria-rowcount", String(size));
    this.root.setAttribute("aria-colcount", String(size));
    this.root.replaceChildren(
      ...Array.from({ length: size }, (_, row) =>
        element(
          "div",
          { class: "vx-grid-row", attributes: { role: "row" } },
          ...this.#cells.slice(row * size, (row + 1) * size).map((cell) => cell.node),
        ),
      ),
    );
  }

  /** Pictures are being decoded. */
  begin() {
    this.root.setAttribute("aria-busy", "true");
  }

  /** All pictures are there, or decoding has stopped. */
  end() {
    this.root.setAttribute("aria-busy", "false");
  }

  /**
   * @param {Float32Array} pixels  (n, 784)
   * @param {number} start         index of the first
   */
  show(pixels, start) {
    const count = pixels.length / (SIDE * SIDE);
    for (let n = 0; n < count; n++) {
      this.#painter.paint(this.#cells[start + n].context, pixels, n * SIDE * SIDE);
    }
  }

  /** @param {string} fileName */
  download(fileName) {
    const side = SIDE * PNG_SCALE;
    const sheet = document.createElement("canvas");
    sheet.width = sheet.height = this.#size * side;
    const context = /** @type {CanvasRenderingContext2D} */ (sheet.getContext("2d", { alpha: false }));
    context.imageSmoothingEnabled = false;
    this.#cells.forEach((cell, index) => {
      const [x, y] = [index % this.#size, Math.floor(index / this.#size)];
      context.drawImage(cell.context.canvas, x * side, y * side, side, side);
    });
    savePng(sheet, fileName);
  }

  /** @param {number} index */
  #makeCell(index) {
    const canvas = element("canvas", { attributes: { "aria-hidden": "true" } });
    const context = pictureContext(canvas);
    const node = element(
      "button",
      {
        class: "vx-cell",
        attributes: { type: "button", role: "gridcell", "aria-label": TEXT.cell(index) },
        on: { click: () => this.#onOpen(index), focus: () => this.#moveTo(index, false) },
      },
      canvas,
    );
    return { node, context };
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const size = this.#size;
    const column = this.#current % size;
    const row = Math.floor(this.#current / size);
    const whole = event.ctrlKey || event.metaKey;
    /** @type {Record<string, [number, number]>} */
    const targets = {
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column],
      Home: [whole ? 0 : row, 0],
      End: [whole ? size - 1 : row, size - 1],
    };
    const target = targets[event.key];
    if (!target || event.altKey) return;
    event.preventDefault();
    const [y, x] = target.map((at) => clamp(at, 0, size - 1));
    this.#moveTo(y * size + x, true);
  }

  /**
   * Only one cell is in the tab order: the one last visited.
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
