/**
 * Eight test digits above what becomes of them, and eight samples of the prior.
 *
 * @typedef {import("../../training/frames.js").Frame} Frame
 */

import { element, setText } from "../../dom.js";
import { PIXELS, SIDE } from "../../picture/size.js";

const TEXT = {
  /** @param {string} nouns */
  pictures: (nouns) => `Test ${nouns}, and their reconstructions`,
  originals: "Eight test pictures",
  reconstructions: "The same pictures, encoded and decoded",
  samples: "Samples of the prior, always of the same eight codes",
  samplesOfCodes: "Eight random codes, decoded: no prior was trained here",
  samplesRow: "Eight random codes, decoded",
};

export const ROW = 8; // pictures

export class PictureRows {
  #originals = new Row(TEXT.originals);
  #reconstructions = new Row(TEXT.reconstructions);
  #samples = new Row(TEXT.samplesRow);

  constructor() {
    this.caption = element("div", { class: "vx-caption" });
    this.samplesCaption = element("div", { class: "vx-caption" });
    this.root = element(
      "div",
      { class: "vx-train-pictures" },
      this.caption,
      this.#originals.canvas,
      this.#reconstructions.canvas,
      this.samplesCaption,
      this.#samples.canvas,
    );
  }

  /**
   * @param {Uint8Array} originals  (8, 784)
   * @param {Frame} frame
   * @param {string} nouns           what the pictures are of
   * @param {boolean} deterministic  a plain autoencoder, which no prior was trained into
   */
  show(originals, { digits, samples }, nouns, deterministic) {
    setText(this.caption, TEXT.pictures(nouns));
    this.#originals.show(originals);
    this.#reconstructions.show(digits);
    this.#samples.show(samples);
    setText(this.samplesCaption, deterministic ? TEXT.samplesOfCodes : TEXT.samples);
  }
}

/** Pictures side by side on one canvas; CSS makes them larger. */
class Row {
  #image = new ImageData(ROW * SIDE, SIDE);
  #words = new Uint32Array(this.#image.data.buffer);
  #context;
  /** @type {Uint8Array | null} */
  #shown = null;

  /** @param {string} label */
  constructor(label) {
    this.canvas = element("canvas", { class: "vx-train-row", attributes: { role: "img", "aria-label": label } });
    this.canvas.width = ROW * SIDE;
    this.canvas.height = SIDE;
    this.#context = this.canvas.getContext("2d", { alpha: false });
  }

  /** @param {Uint8Array} pixels  (8, 784) */
  show(pixels) {
    if (pixels === this.#shown) return;
    this.#shown = pixels;
    for (let picture = 0; picture < ROW; picture++) {
      for (let i = 0; i < PIXELS; i++) {
        const at = Math.floor(i / SIDE) * ROW * SIDE + picture * SIDE + (i % SIDE);
        this.#words[at] = 0xff000000 | (pixels[picture * PIXELS + i] * 0x010101);
      }
    }
    this.#context?.putImageData(this.#image, 0, 0);
  }
}
