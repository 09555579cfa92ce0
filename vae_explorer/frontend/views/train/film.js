/**
 * What was recorded of a run as an animated GIF: the map above the test digits, their reconstructions and the samples.
 * A frame is a table of palette entries; the server's route makes the file.
 *
 * @typedef {import("../../training/frames.js").Frame} Frame
 * @typedef {import("../../training/settings.js").RunSettings} RunSettings
 *
 * @typedef {object} Film
 * @property {number} count   recorded states
 * @property {(index: number) => Promise<Frame>} frame
 * @property {Uint8Array} labels     of the test digits
 * @property {Uint8Array} originals  (8, 784)
 * @property {RunSettings} used
 */

import { gifFrom } from "../../gif.js";
import { PIXELS, SIDE } from "../../picture/size.js";
import { CLASS_COLOURS } from "../../palette.js";
import { extentOf } from "./map_chart.js";
import { ROW } from "./picture_rows.js";

const WIDTH = ROW * SIDE;
const MAP = WIDTH; // as high as wide
const HEIGHT = MAP + 3 * SIDE;
const SCALE = 2;
const DELAY = 100; // milliseconds
// The server makes GIFs of at most 16 million pixels.
const MOST = 56;
const LAST_STAYS = 8; // frames

const GREYS = 64;
const WHITE = GREYS - 1;
const PALETTE = [
  ...Array.from({ length: GREYS }, (_, grey) => {
    const level = Math.round((255 * grey) / WHITE)
      .toString(16)
      .padStart(2, "0");
    return `#${level}${level}${level}`;
  }),
  ...CLASS_COLOURS,
];

/**
 * @param {Film} film
 * @param {string} url  of the route that makes GIFs
 * @returns {Promise<Blob>}
 * @throws {Error} the message is written for the visitor
 */
export async function filmGif({ count, frame, labels, originals, used }, url) {
  const states = Math.min(count, MOST - LAST_STAYS);
  const body = new Uint8Array((states + LAST_STAYS) * WIDTH * HEIGHT);
  for (let i = 0; i < states; i++) {
    const index = states > 1 ? Math.round((i * (count - 1)) / (states - 1)) : 0;
    paint(body.subarray(i * WIDTH * HEIGHT), await frame(index), labels, originals, used.latentDim);
  }
  for (let i = states; i < states + LAST_STAYS; i++) {
    body.copyWithin(i * WIDTH * HEIGHT, (states - 1) * WIDTH * HEIGHT, states * WIDTH * HEIGHT);
  }
  return gifFrom(body, { width: WIDTH, height: HEIGHT, scale: SCALE, delay: DELAY, colours: PALETTE }, url);
}

/**
 * @param {Uint8Array} into       a frame and more
 * @param {Frame} frame
 * @param {Uint8Array} labels
 * @param {Uint8Array} originals
 * @param {number} dimensions     of the latent space
 */
function paint(into, { positions, bounds, digits, samples }, labels, originals, dimensions) {
  into.fill(WHITE, 0, MAP * WIDTH);
  const { x, y } = extentOf(bounds, dimensions, WIDTH, MAP);
  labels.forEach((label, i) => {
    const across = Math.floor(((positions[2 * i] - x[0]) / (x[1] - x[0])) * WIDTH);
    const down = Math.floor(((y[1] - positions[2 * i + 1]) / (y[1] - y[0])) * MAP);
    const isInside = across >= 0 && across < WIDTH - 1 && down >= 0 && down < MAP - 1;
    if (!isInside) return;
    // Two by two.
    for (const at of [down * WIDTH + across, (down + 1) * WIDTH + across]) into.fill(GREYS + label, at, at + 2);
  });
  [originals, digits, samples].forEach((pixels, row) => {
    for (let picture = 0; picture < ROW; picture++) {
      for (let i = 0; i < PIXELS; i++) {
        const at = (MAP + row * SIDE + Math.floor(i / SIDE)) * WIDTH + picture * SIDE + (i % SIDE);
        into[at] = pixels[picture * PIXELS + i] >> 2;
      }
    }
  });
}
