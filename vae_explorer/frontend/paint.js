/** Grey pictures on a canvas, with fixed limits: 0 is black and 1 is white, in every picture. */

import { PIXELS, SIDE } from "./picture/size.js";

/**
 * Paints pictures of 28x28 onto canvases of that size; CSS makes them larger.
 */
export class Painter {
  #image = new ImageData(SIDE, SIDE);
  #bytes = this.#image.data.fill(255); // opaque; only the colours change from here on

  /**
   * @param {CanvasRenderingContext2D} context  of a canvas of 28x28, or of more with room for several
   * @param {ArrayLike<number>} pixels  grey values in 0…1
   * @param {number} [start]  where in `pixels` the picture begins
   * @param {number} [x]      where on the canvas it goes
   * @param {number} [y]
   */
  paint(context, pixels, start = 0, x = 0, y = 0) {
    const bytes = this.#bytes; // clamped: 255 * 1.2 is 255, not 50
    for (let i = 0, at = 0; i < PIXELS; i++, at += 4) {
      const grey = pixels[start + i] * 255;
      bytes[at] = grey;
      bytes[at + 1] = grey;
      bytes[at + 2] = grey;
    }
    context.putImageData(this.#image, x, y);
  }
}

/**
 * @param {HTMLCanvasElement} canvas  gets 28x28 pixels, black, for each picture
 * @param {number} [pictures]  side by side
 * @returns {CanvasRenderingContext2D}
 */
export function pictureContext(canvas, pictures = 1) {
  canvas.width = pictures * SIDE;
  canvas.height = SIDE;
  // 784 pixels written from memory at every frame: a canvas on the graphics card would only carry them there
  // and back, and 256 of those are slow to make.
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  if (!context) throw new Error("This browser could not create a canvas. Close some tabs and reload the page.");
  context.fillRect(0, 0, canvas.width, canvas.height); // until then it reads as transparent, opaque as it is
  return context;
}
