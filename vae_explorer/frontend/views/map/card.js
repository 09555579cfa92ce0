// The card beside the target of the pointer: a test picture with its reconstruction, or a decoded position; and the test
// pictures with the nearest codes.

import { button, element } from "../../dom.js";
import { Painter, pictureContext } from "../../paint.js";

/** @typedef {import("../../model.js").Atlas} Atlas */

const TEXT = {
  open: "Open in Morph",
  original: "original",
  reconstruction: "reconstruction",
  decoded: "decoded",
  nearest: "nearest codes",
};

export const NEIGHBOURS = 5;

/**
 * @typedef {object} CardContent
 * @property {string} title
 * @property {string} detail
 * @property {string[]} lines
 * @property {string | null} colour of its class, null for a position, which has none
 * @property {number} index of the test picture, -1 for a position
 */

export class MapCard {
  /**
   * @param {HTMLElement} stage
   * @param {() => void} onOpen the card's button was pressed
   */
  constructor(stage, onOpen) {
    this.painter = new Painter();
    const [original, originalBox] = framed("vx-map-picture", TEXT.original);
    const [decoded, decodedBox] = framed("vx-map-decoded", TEXT.reconstruction);
    this.original = pictureContext(original);
    this.originalBox = originalBox;
    this.decoded = pictureContext(decoded);
    this.decodedLabel = /** @type {HTMLElement} */ (decodedBox.lastChild);
    this.thumbs = Array.from({ length: NEIGHBOURS }, () => element("canvas", { class: "vx-map-thumb" }));
    this.nearest = this.thumbs.map((canvas) => pictureContext(canvas));

    this.title = element("strong");
    this.detail = element("span", { class: "vx-note" });
    this.lines = element("span", { class: "vx-map-lines vx-note" });
    this.button = button(TEXT.open, onOpen);
    this.root = element(
      "div",
      { class: "vx-map-card", attributes: { hidden: true } },
      element(
        "div",
        { class: "vx-map-card-head" },
        originalBox,
        decodedBox,
        element("div", { class: "vx-map-names" }, this.title, this.detail, this.lines),
      ),
      element(
        "div",
        { class: "vx-map-nearest", attributes: { "aria-hidden": "true" } },
        element("span", { class: "vx-note", text: TEXT.nearest }),
        ...this.thumbs,
      ),
      this.button,
    );
    stage.append(this.root);
  }

  /** The text, at once; the pictures follow in the next frame. @param {CardContent} content */
  fill({ title, detail, lines, colour, index }) {
    this.title.textContent = title;
    this.detail.textContent = detail;
    this.lines.textContent = lines.join("\n");
    this.root.style.setProperty("--vx-class", colour ?? "var(--vx-line)");
    this.originalBox.hidden = index < 0;
    this.decodedLabel.textContent = index < 0 ? TEXT.decoded : TEXT.reconstruction;
  }

  /**
   * @param {Atlas | null} atlas null while it is loading
   * @param {number} index of the test picture, -1 for a position
   * @param {ArrayLike<number> | null} pixels the decoded picture, (784) in 0…1; null while the decoder is loading
   * @param {number[]} nearest test pictures
   */
  draw(atlas, index, pixels, nearest) {
    drawTile(this.original, atlas, index);
    if (pixels) this.painter.paint(this.decoded, pixels);
    else drawTile(this.decoded, null, -1);
    this.nearest.forEach((context, n) => {
      drawTile(context, atlas, nearest[n] ?? -1);
    });
  }

  /** The text for screen readers. */
  get text() {
    return [this.title, this.detail, this.lines].map((one) => one.textContent).join(", ");
  }

  destroy() {
    this.root.remove();
  }
}

/**
 * A picture with a label under it.
 * @param {string} name
 * @param {string} label
 * @returns {[HTMLCanvasElement, HTMLElement]}
 */
function framed(name, label) {
  const canvas = element("canvas", { class: name, attributes: { "aria-hidden": "true" } });
  return [
    canvas,
    element("div", { class: "vx-map-framed" }, canvas, element("span", { class: "vx-note", text: label })),
  ];
}

/** @param {CanvasRenderingContext2D} context @param {Atlas | null} atlas @param {number} index */
function drawTile(context, atlas, index) {
  context.fillStyle = "#000";
  context.fillRect(0, 0, context.canvas.width, context.canvas.height);
  if (atlas && index >= 0) atlas.draw(context, index, 0, 0, context.canvas.width);
}
