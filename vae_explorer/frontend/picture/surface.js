/**
 * A square canvas that strokes are painted on, piece by piece as they are drawn, or whole: with the same result.
 *
 * @typedef {import("./prepare.js").Grey} Grey
 * @typedef {import("./drawing.js").Stroke} Stroke
 */

const INK = "#fff";
const PAPER = "#000";

// Up to here the pixels of a picture that is shown are squares, above they are blended.
const SMALL = 64;

export class Surface {
  #canvas;
  #context;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {boolean} isRead  whether its pixels are read back: then it does not belong on the graphics card
   */
  constructor(canvas, isRead) {
    const context = canvas.getContext("2d", { alpha: false, willReadFrequently: isRead });
    if (!context) throw new Error("This browser could not create a canvas. Close some tabs and reload the page.");
    this.#canvas = canvas;
    this.#context = context;
  }

  /** @param {number} side  pixels @returns {boolean}  whether it is another one now, and blank */
  resize(side) {
    if (this.#canvas.width === side && this.#canvas.height === side) return false;
    this.#canvas.width = this.#canvas.height = side;
    this.clear(null);
    return true;
  }

  read() {
    const { width, height } = this.#canvas;
    return this.#context.getImageData(0, 0, width, height).data;
  }

  /** @param {Grey | null} base  a picture to begin with, in the middle */
  clear(base) {
    const side = this.#canvas.width;
    const context = this.#context;
    context.resetTransform();
    context.fillStyle = PAPER;
    context.fillRect(0, 0, side, side);
    if (base) {
      const scale = side / Math.max(base.width, base.height);
      const [width, height] = [base.width * scale, base.height * scale];
      context.imageSmoothingEnabled = Math.max(base.width, base.height) > SMALL;
      context.imageSmoothingQuality = "high";
      context.drawImage(canvasOf(base), (side - width) / 2, (side - height) / 2, width, height);
    }
    context.scale(side, side);
    context.lineCap = context.lineJoin = "round";
  }

  /**
   * The piece up to a stroke's last point: a curve from the middle between two points to the next such middle, with the
   * point between as its handle. So there are no corners, however far apart a fast pointer's places are.
   *
   * @param {Stroke} stroke
   * @param {number} [count]  of its numbers, up to that point
   */
  extend({ points, width, isErasing }, count = points.length) {
    const context = this.#begin(width, isErasing);
    const [x, y] = [points[count - 2], points[count - 1]];
    if (count === 2) {
      context.arc(x, y, width / 2, 0, 2 * Math.PI); // a tap is a dot
      context.fill();
      return;
    }
    const [handleX, handleY] = [points[count - 4], points[count - 3]];
    const [startX, startY] =
      count === 4 ? [handleX, handleY] : [(points[count - 6] + handleX) / 2, (points[count - 5] + handleY) / 2];
    context.moveTo(startX, startY);
    context.quadraticCurveTo(handleX, handleY, (handleX + x) / 2, (handleY + y) / 2);
    context.stroke();
  }

  /** All pieces of a stroke. @param {Stroke} stroke */
  draw(stroke) {
    for (let count = 2; count <= stroke.points.length; count += 2) this.extend(stroke, count);
  }

  /** What is left up to a stroke's end, once it is known that it is the end. @param {Stroke} stroke */
  finish({ points, width, isErasing }) {
    const count = points.length;
    if (count < 4) return;
    const context = this.#begin(width, isErasing);
    const [x, y] = [points[count - 2], points[count - 1]];
    context.moveTo((points[count - 4] + x) / 2, (points[count - 3] + y) / 2);
    context.lineTo(x, y);
    context.stroke();
  }

  /** @param {number} width @param {boolean} isErasing */
  #begin(width, isErasing) {
    const context = this.#context;
    context.lineWidth = width;
    context.strokeStyle = context.fillStyle = isErasing ? PAPER : INK;
    context.beginPath();
    return context;
  }
}

/** @param {Grey} grey @returns {HTMLCanvasElement} */
function canvasOf({ pixels, width, height }) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const image = new ImageData(width, height);
  const rgba = image.data.fill(255);
  for (let i = 0, at = 0; i < pixels.length; i++, at += 4) rgba[at] = rgba[at + 1] = rgba[at + 2] = pixels[i] * 255;
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  return canvas;
}
