/**
 * A canvas to draw on with a mouse, a finger or a pen: white ink on black, as the digits are.
 *
 * What is drawn is kept as strokes, so that it can be taken back and is sharp on every screen. The grey picture of it is
 * made on a canvas of its own, of the same size everywhere: the same strokes give the same picture.
 *
 * @typedef {import("./prepare.js").Grey} Grey
 *
 * @typedef {object} Stroke
 * @property {number[]} points  x and y by turns, 0…1 in the canvas
 * @property {number} width     a share of the canvas
 * @property {boolean} isErasing
 *
 * @typedef {Stroke | "clear"} Action
 */

import { element, oncePerFrame } from "../dom.js";
import { Surface } from "./surface.js";

// Of the grey picture: eight for each of the 28.
const GREY_SIDE = 224;

// The numbers of a pointer's buttons: the one to draw with, and the other end of a pen.
const CONTACT = 0;
const PEN_ERASER = 5;

export class Drawing {
  /** @type {Action[]} */
  #actions = [];
  /** @type {Stroke | null} */
  #stroke = null;
  #pointer = -1;
  /** @type {Grey | null} */
  #base = null;
  #screen;
  #sheet;
  #onChange;
  #frame = oncePerFrame(() => this.#onChange(this.grey()));
  #pixels = new Float32Array(GREY_SIDE * GREY_SIDE);
  #isStale = false; // whether the pixels are older than what was drawn
  #isEmpty = true;
  #resizing;

  /** A share of the canvas. */
  width = 0.08;
  isErasing = false;

  /**
   * @param {string} label  what the canvas is for
   * @param {(grey: Grey) => void} onChange  at most once a frame, while it is drawn on; its pixels are valid until
   *   more is drawn
   */
  constructor(label, onChange) {
    this.#onChange = onChange;
    this.canvas = element("canvas", {
      class: "vx-drawing",
      attributes: { role: "img", "aria-label": label },
      on: {
        pointerdown: (event) => this.#begin(event),
        pointermove: (event) => this.#move(event),
        pointerup: (event) => this.#end(event),
        // Whatever takes the pointer away: what was drawn so far stays.
        pointercancel: (event) => this.#end(event),
        lostpointercapture: (event) => this.#end(event),
      },
    });
    this.#screen = new Surface(this.canvas, false);
    this.#sheet = new Surface(document.createElement("canvas"), true);
    this.#sheet.resize(GREY_SIDE);
    this.#resizing = new ResizeObserver(() => this.#fitScreen());
    this.#resizing.observe(this.canvas);
  }

  destroy() {
    this.#resizing.disconnect();
    this.#frame.cancel();
  }

  /** Whether nothing has been drawn since the last `show`. */
  get isUntouched() {
    return this.#actions.length === 0;
  }

  /** Whether there is nothing to be seen. */
  get isEmpty() {
    this.grey();
    return this.#isEmpty;
  }

  /** @returns {Grey}  its pixels are valid until more is drawn */
  grey() {
    const pixels = this.#pixels;
    if (this.#isStale) {
      const rgba = this.#sheet.read();
      let brightest = 0;
      for (let i = 0; i < pixels.length; i++) {
        const byte = rgba[4 * i];
        pixels[i] = byte / 255;
        if (byte > brightest) brightest = byte;
      }
      this.#isEmpty = brightest === 0;
      this.#isStale = false;
    }
    return { pixels, width: GREY_SIDE, height: GREY_SIDE };
  }

  /**
   * Shows a picture to draw on, bright on dark, in place of all that was drawn.
   *
   * @param {Grey | null} base
   */
  show(base) {
    this.#stroke = null;
    this.#actions = [];
    this.#base = base;
    this.#paintAll();
  }

  /** Takes the last stroke back, or the last time that all was cleared. */
  undo() {
    if (this.#stroke || !this.#actions.pop()) return;
    this.#paintAll();
    this.#frame.request();
  }

  clear() {
    if (this.#stroke || this.isEmpty) return;
    this.#actions.push("clear");
    this.#paintAll();
    this.#frame.request();
  }

  /** @param {PointerEvent} event */
  #begin(event) {
    const isEraser = event.button === PEN_ERASER;
    if (this.#stroke || !event.isPrimary || !(isEraser || event.button === CONTACT)) return; // a second finger, say
    event.preventDefault(); // no text is selected, and nothing is dragged
    const root = /** @type {Document | ShadowRoot} */ (this.canvas.getRootNode());
    if (root.activeElement instanceof HTMLElement) root.activeElement.blur(); // a field would take Ctrl + Z for itself
    this.#pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    this.#stroke = { points: [], width: this.width, isErasing: this.isErasing || isEraser };
    this.#actions.push(this.#stroke);
    this.#add(event);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (!this.#stroke || event.pointerId !== this.#pointer) return;
    const between = event.getCoalescedEvents?.() ?? []; // a pen reports more often than a frame is drawn
    for (const each of between.length ? between : [event]) this.#add(each);
  }

  /** @param {PointerEvent} event */
  #end(event) {
    if (!this.#stroke || event.pointerId !== this.#pointer) return;
    for (const surface of [this.#screen, this.#sheet]) surface.finish(this.#stroke);
    this.#stroke = null;
    this.#changed();
  }

  /** @param {PointerEvent} event */
  #add({ clientX, clientY }) {
    const stroke = /** @type {Stroke} */ (this.#stroke);
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    const [x, y] = [(clientX - left) / width, (clientY - top) / height];
    if (!Number.isFinite(x + y)) return; // hidden meanwhile
    stroke.points.push(x, y);
    for (const surface of [this.#screen, this.#sheet]) surface.extend(stroke);
    this.#changed();
  }

  #changed() {
    this.#isStale = true;
    this.#frame.request();
  }

  #fitScreen() {
    const side = Math.round(this.canvas.clientWidth * devicePixelRatio);
    if (side && this.#screen.resize(side)) this.#paintOn(this.#screen);
  }

  #paintAll() {
    this.#isStale = true;
    this.#paintOn(this.#screen);
    this.#paintOn(this.#sheet);
  }

  /** @param {Surface} surface */
  #paintOn(surface) {
    const cleared = this.#actions.lastIndexOf("clear");
    surface.clear(cleared < 0 ? this.#base : null);
    for (const action of this.#actions.slice(cleared + 1)) {
      if (action === "clear") continue;
      surface.draw(action);
      if (action !== this.#stroke) surface.finish(action);
    }
  }
}
