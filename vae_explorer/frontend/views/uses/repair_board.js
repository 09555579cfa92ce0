/**
 * The picture with what is erased of it, large, to erase more with a brush; and the presets.
 *
 * @typedef {import("./masks.js").Place} Place
 *
 * @typedef {object} BoardCallbacks
 * @property {(preset: string) => void} onPreset
 * @property {() => void} onBrush  the mask has been changed, at most once per frame
 */

import { button, buttonGroup, element, oncePerFrame, setPressed } from "../../dom.js";
import { PIXELS, SIDE } from "../../picture/size.js";
import { pictureContext } from "../../paint.js";
import { brush, missingIn, PRESETS, presetNamed } from "./masks.js";

const RADIUS = 1.75; // pixels of the picture
const CONTACT = 0; // a pointer's button

// What is missing, in two shades by turns: no grey, in light and dark themes alike.
const MISSING = [
  [94, 84, 190],
  [74, 64, 164],
];

const TEXT = {
  picture: "The picture with what is erased; erase more with a pointer or finger",
  brush: "Brush over the picture to",
  erase: "Erase",
  restore: "Bring back",
  presets: "What is erased",
  /** @param {number} count */
  count: (count) => `${count} of ${PIXELS} pixels erased (${Math.round((100 * count) / PIXELS)} %)`,
  /** @param {string} name  of the preset */
  own: (name) => `Changed with the brush. A link keeps no brush strokes: it opens with “${name}”.`,
};

export class Board {
  #context;
  #image = new ImageData(SIDE, SIDE);
  #bytes = this.#image.data.fill(255);
  #isRestoring = false;
  #pointer = -1;
  /** @type {Place | null} */
  #last = null;
  /** @type {Uint8Array} */
  #mask = new Uint8Array(PIXELS);
  #frame;

  /** @param {BoardCallbacks} callbacks */
  constructor({ onPreset, onBrush }) {
    this.#frame = oncePerFrame(onBrush);
    this.canvas = element("canvas", {
      class: "vx-repair-board",
      attributes: { role: "img", "aria-label": TEXT.picture },
      on: {
        pointerdown: (event) => this.#begin(event),
        pointermove: (event) => this.#move(event),
        pointerup: (event) => this.#end(event),
        pointercancel: (event) => this.#end(event),
        lostpointercapture: (event) => this.#end(event),
      },
    });
    this.#context = pictureContext(this.canvas);
    this.brushes = [TEXT.erase, TEXT.restore].map((text, index) =>
      button(text, () => {
        this.#isRestoring = index === 1;
        this.#showBrush();
      }),
    );
    this.presets = PRESETS.map(({ id, name }) => button(name, () => onPreset(id)));
    this.count = element("p", { class: "vx-note vx-reading" });
    this.own = element("p", { class: "vx-note" });
    this.root = element(
      "div",
      { class: "vx-repair-side" },
      this.canvas,
      this.count,
      element("div", { class: "vx-repair-choice" }, buttonGroup(TEXT.brush, this.brushes)),
      buttonGroup(TEXT.presets, this.presets),
      this.own,
    );
    this.#showBrush();
  }

  destroy() {
    this.#frame.cancel();
  }

  /**
   * @param {ArrayLike<number>} x   (784) in 0…1
   * @param {Uint8Array} mask       (784) which the brush changes
   * @param {string} preset         the last one that was chosen
   * @param {boolean} isBrushed     whether the brush has changed it since
   */
  show(x, mask, preset, isBrushed) {
    this.#mask = mask;
    const bytes = this.#bytes;
    for (let i = 0, at = 0; i < PIXELS; i++, at += 4) {
      const shade = MISSING[((i % SIDE) + Math.floor(i / SIDE)) % 2];
      for (let channel = 0; channel < 3; channel++) bytes[at + channel] = mask[i] ? shade[channel] : 255 * x[i];
    }
    this.#context.putImageData(this.#image, 0, 0);
    this.count.textContent = TEXT.count(missingIn(mask));
    setPressed(this.presets, (index) => !isBrushed && PRESETS[index].id === preset);
    this.own.hidden = !isBrushed;
    this.own.textContent = isBrushed ? TEXT.own(presetNamed(preset)) : "";
  }

  #showBrush() {
    setPressed(this.brushes, (index) => this.#isRestoring === (index === 1));
  }

  /** @param {PointerEvent} event */
  #begin(event) {
    if (this.#last || !event.isPrimary || event.button !== CONTACT) return;
    event.preventDefault(); // no text is selected
    this.#pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    this.#add(event);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (!this.#last || event.pointerId !== this.#pointer) return;
    const between = event.getCoalescedEvents?.() ?? [];
    for (const each of between.length ? between : [event]) this.#add(each);
  }

  /** @param {PointerEvent} event */
  #end(event) {
    if (event.pointerId === this.#pointer) this.#last = null;
  }

  /** @param {PointerEvent} event */
  #add({ clientX, clientY }) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    const place = { x: (SIDE * (clientX - left)) / width, y: (SIDE * (clientY - top)) / height };
    if (!Number.isFinite(place.x + place.y)) return; // hidden meanwhile
    if (brush(this.#mask, this.#last ?? place, place, RADIUS, !this.#isRestoring)) this.#frame.request();
    this.#last = place;
  }
}
