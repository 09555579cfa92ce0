/**
 * The map of the test digits while a model is trained: a dot for each, in the colour of its class, and behind them what
 * the decoder draws there.
 *
 * @typedef {import("../../training/frames.js").Frame} Frame
 */

import { element, setText } from "../../dom.js";
import { classColour } from "../../palette.js";
import { withEqualUnits } from "../../space/placement.js";
import { FittedCanvas } from "../shared/canvas.js";
import { SIDE } from "../../picture/size.js";

const TEXT = {
  map: "Map of the test pictures",
  /** @param {string} nouns @param {number} dimensions @param {boolean} hasRing */
  about: (nouns, dimensions, hasRing) =>
    `2,000 test ${nouns}, never trained on: ${TEXT.axes[Math.min(dimensions, 3) - 1]}${hasRing ? TEXT.ring : ""}`,
  ring: "; the dashed ring holds 90 % of N(0, I)",
  axes: [
    "z1 across; up and down is only to keep dots apart",
    "z1 across, z2 up",
    "the plane on which their codes are spread most (PCA)",
  ],
};

const DOT = 3.5; // CSS pixels
const DOT_ON_PLANE = 3;
const OPACITY = 0.9;
const RING = Math.sqrt(-2 * Math.log(0.1)); // 90 % of a standard normal distribution in the plane is nearer

export class MapChart {
  #fitted;
  #plane = document.createElement("canvas");
  /** @type {number[][]} the indices of the digits by class, so that a colour is set ten times a picture */
  #classes = [];
  /** @type {Frame | null} */
  #frame = null;
  #dimensions = 2;

  constructor() {
    this.canvas = element("canvas", { attributes: { role: "img", "aria-label": TEXT.map, "data-frames": 0 } });
    /** What the KL pulls the codes into. */
    this.ring = element("div", { class: "vx-train-ring", attributes: { "aria-hidden": "true", hidden: true } });
    this.axes = element("span", { class: "vx-note" });
    this.#fitted = new FittedCanvas(this.canvas, () => this.#draw());
  }

  /** @param {Uint8Array} labels  of the test digits */
  set labels(labels) {
    this.#classes = Array.from({ length: Math.max(...labels) + 1 }, () => []);
    labels.forEach((label, index) => {
      this.#classes[label].push(index);
    });
  }

  /**
   * @param {Frame} frame
   * @param {number} dimensions  of the latent space
   * @param {string} nouns       what the pictures are of
   * @param {boolean} deterministic  a plain autoencoder, whose codes nothing pulls to N(0, I)
   */
  show(frame, dimensions, nouns, deterministic) {
    this.#frame = frame;
    this.#dimensions = dimensions;
    const hasRing = dimensions === 2 && !deterministic;
    this.ring.hidden = !hasRing;
    setText(this.axes, TEXT.about(nouns, dimensions, hasRing));
    this.#draw();
    this.canvas.dataset.frames = String(Number(this.canvas.dataset.frames) + 1);
  }

  #draw() {
    const fit = this.#frame && this.#fitted.clear();
    if (!this.#frame || !fit) return;
    const { context, width, height } = fit;
    const { positions, bounds, plane } = this.#frame;
    const extent = extentOf(bounds, this.#dimensions, width, height);
    const across = width / (extent.x[1] - extent.x[0]);
    const up = height / (extent.y[1] - extent.y[0]);
    this.ring.style.cssText =
      `left: ${(-RING - extent.x[0]) * across}px; top: ${(extent.y[1] - RING) * up}px;` +
      `width: ${2 * RING * across}px; height: ${2 * RING * up}px`;
    this.ring.classList.toggle("vx-train-ring-light", Boolean(plane));
    if (plane) this.#drawPlane(context, plane, bounds, extent, across, up);
    const size = plane ? DOT_ON_PLANE : DOT;
    context.globalAlpha = plane ? 1 : OPACITY;
    this.#classes.forEach((indices, label) => {
      context.fillStyle = classColour(label);
      for (const index of indices) {
        const x = (positions[2 * index] - extent.x[0]) * across;
        const y = (extent.y[1] - positions[2 * index + 1]) * up;
        context.fillRect(x - size / 2, y - size / 2, size, size);
      }
    });
    context.globalAlpha = 1;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {NonNullable<Frame["plane"]>} plane
   * @param {Frame["bounds"]} bounds  what it covers
   * @param {import("../../space/placement.js").Extent} extent
   * @param {number} across  pixels for a unit
   * @param {number} up
   */
  #drawPlane(context, { pixels, side }, [left, right, bottom, top], extent, across, up) {
    const pixelSide = side * SIDE;
    const canvas = this.#plane;
    if (canvas.width !== pixelSide) canvas.width = canvas.height = pixelSide;
    const target = canvas.getContext("2d", { alpha: false });
    if (!target) return;
    const image = new ImageData(pixelSide, pixelSide);
    const words = new Uint32Array(image.data.buffer);
    for (let i = 0; i < words.length; i++) words[i] = 0xff000000 | (pixels[i] * 0x010101);
    target.putImageData(image, 0, 0);
    context.drawImage(
      canvas,
      (left - extent.x[0]) * across,
      (extent.y[1] - top) * up,
      (right - left) * across,
      (top - bottom) * up,
    );
  }
}

/**
 * @param {Frame["bounds"]} bounds
 * @param {number} dimensions
 * @param {number} width   of the canvas
 * @param {number} height
 */
export function extentOf([left, right, bottom, top], dimensions, width, height) {
  /** @type {import("../../space/placement.js").Extent} */
  const extent = { x: [left, right], y: [bottom, top] };
  // With one dimension there is nothing up that would have a unit.
  return dimensions > 1 ? withEqualUnits(extent, width, height) : extent;
}
