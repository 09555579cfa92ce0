/**
 * The decoded manifold of a code with one or two dimensions: what the decoder draws at each position, as one picture
 * made of many. It is decoded in the background and drawn as it arrives.
 *
 * @typedef {import("../../types.js").Manifest} Manifest
 */

import { decodeBatch } from "../../decoding/decode_batch.js";
import { PIXELS, SIDE } from "../../picture/size.js";
import { Painter, pictureContext } from "../../paint.js";

const PLANE_CELLS = 20; // per side
const LINE_CELLS = 10; // of a one-dimensional code: fewer, or they would be too small to see

export class Manifold {
  #manifest;
  #baseUrl;
  /** @type {AbortController | null} */
  #drawing = null;

  /**
   * @param {Manifest} manifest
   * @param {string} baseUrl
   */
  constructor(manifest, baseUrl) {
    this.#manifest = manifest;
    this.#baseUrl = baseUrl;
  }

  /** Cells across and down. @returns {[number, number]} */
  get cells() {
    return this.#manifest.latent_dim > 1 ? [PLANE_CELLS, PLANE_CELLS] : [LINE_CELLS, 1];
  }

  /**
   * Draws the pictures of all cells; what an earlier call has not drawn yet is dropped. The middle of a cell is where
   * its picture is exact; y goes up.
   *
   * @param {HTMLCanvasElement} canvas  resized to 28 pixels per cell
   * @param {number | null} label       the class that the decoder is conditioned on
   * @returns {Promise<void>}  when all are drawn; rejected with an AbortError if a later call or `cancel` came first
   */
  async draw(canvas, label) {
    this.cancel();
    this.#drawing = new AbortController();
    const [columns, rows] = this.cells;
    const { latent_dim: dim, limit } = this.#manifest;
    canvas.width = columns * SIDE;
    canvas.height = rows * SIDE;
    const context = canvas.getContext("2d", { alpha: false });
    if (!context) return; // the rest of the page still works
    const tile = document.createElement("canvas");
    const tileContext = pictureContext(tile);
    const painter = new Painter();

    const codes = new Float32Array(columns * rows * dim);
    for (let cell = 0; cell < columns * rows; cell++) {
      codes[cell * dim] = middle(cell % columns, columns, limit);
      if (dim > 1) codes[cell * dim + 1] = -middle(Math.floor(cell / columns), rows, limit);
    }
    await decodeBatch(this.#manifest, this.#baseUrl, codes, columns * rows, {
      label,
      signal: this.#drawing.signal,
      onChunk: (pixels, start) => {
        for (let i = 0; i < pixels.length / PIXELS; i++) {
          painter.paint(tileContext, pixels, i * PIXELS);
          const cell = start + i;
          context.drawImage(tile, (cell % columns) * SIDE, Math.floor(cell / columns) * SIDE);
        }
      },
    });
  }

  cancel() {
    this.#drawing?.abort();
    this.#drawing = null;
  }
}

/**
 * @param {number} index
 * @param {number} count
 * @param {number} limit
 * @returns {number}  the middle of part `index` of -limit…limit, cut into `count` parts
 */
function middle(index, count, limit) {
  return limit * ((2 * index + 1) / count - 1);
}
