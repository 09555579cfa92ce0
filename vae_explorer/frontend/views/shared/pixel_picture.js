/** Where in the picture a quantity is, nats lost or a variance: from black to orange, with fixed limits. */

import { PIXELS, SIDE } from "../../picture/size.js";

/**
 * What a pixel loses at full colour, nats: for cross entropy, one that is drawn with a twentieth of its ink; for squared
 * error, one that is off by half the range of grey.
 */
export const FULL = { bce: 3, mse: 12.5 };

const COLOUR = [255, 150, 40]; // on black, in light and dark themes alike

export class PixelPicture {
  #context;
  #image = new ImageData(SIDE, SIDE);
  #bytes = this.#image.data.fill(255);

  /** @param {CanvasRenderingContext2D} context  of a canvas of 28x28 */
  constructor(context) {
    this.#context = context;
  }

  /**
   * @param {Float64Array} values  (784)
   * @param {number} least         what is painted black
   * @param {number} full          what is painted in full colour, above that
   */
  paint(values, least, full) {
    const bytes = this.#bytes;
    for (let i = 0, at = 0; i < PIXELS; i++, at += 4) {
      const share = (values[i] - least) / full;
      bytes[at] = share * COLOUR[0];
      bytes[at + 1] = share * COLOUR[1];
      bytes[at + 2] = share * COLOUR[2];
    }
    this.#context.putImageData(this.#image, 0, 0);
  }
}
