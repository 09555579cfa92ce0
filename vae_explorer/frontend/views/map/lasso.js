// A sheet over the map that takes drags while a selection tool is active: a box, or a line around points.

import { element } from "../../dom.js";

/** @typedef {import("./tools.js").Tool} Tool */
/** @typedef {[number, number]} Pixel from the upper left corner of the stage */

const SLACK = 5; // a shorter drag is a click, pixels
const STEP = 3; // between two corners of the line, pixels
const WHEEL = 0.0015;

export class MapLasso {
  /** @type {Tool} */
  #tool = "move";
  /** @type {Pixel[]} where the drag has been, empty while there is none */
  #path = [];

  /**
   * @param {(corners: Pixel[]) => void} onDone
   * @param {(factor: number) => void} onZoom
   */
  constructor(onDone, onZoom) {
    this.onDone = onDone;
    this.line = document.createElementNS("http://www.w3.org/2000/svg", "polygon");
    const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    drawing.append(this.line);
    this.sheet = element("div", {
      class: "vx-map-sheet",
      attributes: { hidden: true },
      on: {
        pointerdown: (event) => this.#begin(event),
        pointermove: (event) => this.#extend(event),
        pointerup: () => this.#end(true),
        pointercancel: () => this.#end(false),
        // As the chart under the sheet would.
        wheel: (/** @type {WheelEvent} */ event) => {
          event.preventDefault();
          onZoom(Math.exp(-event.deltaY * WHEEL));
        },
      },
    });
    this.sheet.append(drawing);
  }

  /** @param {Tool} tool */
  use(tool) {
    this.#tool = tool;
    this.sheet.hidden = tool === "move";
    this.#end(false);
  }

  /** @param {PointerEvent} event */
  #begin(event) {
    if (!event.isPrimary || event.button !== 0) return;
    this.sheet.setPointerCapture(event.pointerId);
    this.#path = [this.#pixel(event)];
  }

  /** @param {PointerEvent} event */
  #extend(event) {
    const last = this.#path[this.#path.length - 1];
    if (!last || !event.isPrimary) return;
    const here = this.#pixel(event);
    if (Math.hypot(here[0] - last[0], here[1] - last[1]) < STEP) return;
    this.#path.push(here);
    this.line.setAttribute("points", this.#corners().join(" "));
  }

  /** @param {boolean} done */
  #end(done) {
    const corners = this.#corners();
    const first = this.#path[0];
    const far = this.#path.some(([x, y]) => Math.hypot(x - first[0], y - first[1]) > SLACK);
    this.#path = [];
    this.line.removeAttribute("points");
    if (done && far) this.onDone(corners);
  }

  /** @returns {Pixel[]} */
  #corners() {
    if (this.#tool !== "box" || !this.#path.length) return this.#path;
    const [x0, y0] = this.#path[0],
      [x1, y1] = this.#path[this.#path.length - 1];
    return [
      [x0, y0],
      [x1, y0],
      [x1, y1],
      [x0, y1],
    ];
  }

  /** @param {PointerEvent} event @returns {Pixel} */
  #pixel(event) {
    const box = this.sheet.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }
}
