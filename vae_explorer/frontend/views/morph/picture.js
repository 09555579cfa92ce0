/**
 * The large picture of Morph: loads the decoder, and paints the current code at most once per frame.
 *
 * @typedef {import("../../model.js").Model} Model
 * @typedef {import("../../network/network.js").Network} Network
 * @typedef {{z: ArrayLike<number>, label: number | null}} Code
 *
 * @typedef {object} PictureCallbacks
 * @property {() => Code} code     the code to paint
 * @property {() => void} onLoad   the decoder has loaded, and the first picture is painted
 * @property {(pixels: Float32Array, number: number) => void} onPaint
 *   (784) in 0…1, the decoder's own buffer, valid until the next picture; and how many have been painted
 */

import { element, errorBox, oncePerFrame } from "../../dom.js";
import { decoderInput } from "../../model.js";
import { Painter, pictureContext } from "../../paint.js";

const TEXT = {
  picture: "Decoded picture", // true of every data set
  original: "Original",
  loading: "Loading the decoder…",
  retry: "Try again",
};

export class Picture {
  #model;
  #callbacks;
  #input;
  #context;
  #originalContext;
  #painter = new Painter();
  #frame = oncePerFrame(() => this.#paint());
  #painted = 0;
  #isDestroyed = false;
  /** @type {Network | null} */
  #decoder = null;

  /**
   * @param {Model} model
   * @param {PictureCallbacks} callbacks
   */
  constructor(model, callbacks) {
    this.#model = model;
    this.#callbacks = callbacks;
    this.#input = new Float32Array(model.manifest.latent_dim + model.manifest.classes);
    this.canvas = element("canvas", { attributes: { role: "img", "aria-label": TEXT.picture, "data-frames": 0 } });
    this.#context = pictureContext(this.canvas);
    this.loading = element("p", { class: "vx-veil", text: TEXT.loading, attributes: { role: "status" } });
    this.originalCanvas = element("canvas", { attributes: { role: "img" } });
    this.#originalContext = pictureContext(this.originalCanvas);
    this.original = element(
      "figure",
      { class: "vx-original", attributes: { hidden: true } },
      this.originalCanvas,
      element("figcaption", { text: TEXT.original }),
    );
    this.root = element("div", { class: "vx-picture" }, this.canvas, this.original, this.loading);
  }

  /**
   * Shows what the picture is a reconstruction of, in its corner.
   *
   * @param {((context: CanvasRenderingContext2D) => void) | null} draw  on 28x28; null: it is none
   * @param {string} name
   */
  showOriginal(draw, name) {
    this.original.hidden = !draw;
    this.originalCanvas.setAttribute("aria-label", name);
    draw?.(this.#originalContext);
  }

  destroy() {
    this.#isDestroyed = true;
    this.#frame.cancel();
  }

  async load() {
    try {
      const decoder = await this.#model.decoder();
      if (this.#isDestroyed) return;
      this.#decoder = decoder;
      this.loading.hidden = true;
      this.#paint(); // at once: the page has waited for this one
      this.#callbacks.onLoad();
    } catch (error) {
      if (this.#isDestroyed) return;
      this.loading.hidden = true;
      const box = errorBox(error, TEXT.retry, () => {
        box.remove();
        this.loading.hidden = false;
        this.load();
      });
      this.root.append(box);
    }
  }

  /** The code has changed. */
  request() {
    this.#frame.request();
  }

  /**
   * @param {Code} code
   * @returns {Float32Array | null}  (784) in 0…1, the decoder's own buffer, valid until the next picture; null while loading
   */
  decode({ z, label }) {
    return this.#decoder?.run(decoderInput(this.#model.manifest, z, label, this.#input)) ?? null;
  }

  #paint() {
    const pixels = this.decode(this.#callbacks.code());
    if (!pixels) return;
    this.#painter.paint(this.#context, pixels);
    this.canvas.dataset.frames = String(++this.#painted);
    this.#callbacks.onPaint(pixels, this.#painted);
  }
}
