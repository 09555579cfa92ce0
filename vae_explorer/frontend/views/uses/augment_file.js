/**
 * Variations for a file: made with the same codes as those on the screen, in slices so that the page goes on.
 *
 * @typedef {import("../../model.js").Model} Model
 * @typedef {import("../../network/network.js").Network} Network
 * @typedef {import("./augment_plan.js").Plan} Plan
 *
 * @typedef {object} Order
 * @property {Plan} plan
 * @property {number} temperature
 * @property {number} count          how many are made
 * @property {boolean} keepsAgreeing  whether those are left out that the classifier takes for another class
 *
 * @typedef {object} Made  N variations, those that are kept
 * @property {number} count           N
 * @property {Float32Array<ArrayBuffer>} codes  (N, D)
 * @property {Float32Array} pixels    (N, 784) in 0…1
 */

import { decodeBatch } from "../../decoding/decode_batch.js";
import { PIXELS, SIDE } from "../../picture/size.js";
import { inNextFrame } from "../../timing/next_frame.js";
import { Painter, pictureContext } from "../../paint.js";
import { npzFile } from "./npz.js";
import { readingOf } from "../shared/reading.js";

const SLICE_MS = 8;
const SHAPE = 1.6; // of a sheet: so many times as wide as high
const LARGE = 4; // pixels to a pixel; fewer in a sheet of many
const MOST_LARGE = 200; // pictures

/**
 * @param {Model} model
 * @param {Network | null} classifier
 * @param {Order} order
 * @param {{signal: AbortSignal, onProgress: (share: number) => void}} options
 * @returns {Promise<Made>}
 * @throws {DOMException}  an AbortError, as the signal says
 */
export async function makeVariations(model, classifier, order, { signal, onProgress }) {
  const { plan, temperature, count } = order;
  const { latent_dim: dim, classes } = model.manifest;
  const reads = order.keepsAgreeing && plan.label !== null ? classifier : null;
  const steps = count * (reads ? 3 : 2);
  const codes = new Float32Array(count * dim);
  const code = new Float64Array(dim);
  await inSlices(count, signal, (index) => {
    codes.set(plan.codeOf(index, temperature, code), index * dim);
    onProgress(index / steps);
  });
  const pixels = await decodeBatch(model.manifest, model.baseUrl, codes, count, {
    label: classes ? plan.label : null,
    signal,
    onChunk: (_, start) => onProgress((count + start) / steps),
  });
  if (!reads) return { count, codes, pixels };
  /** @type {number[]} */
  const kept = [];
  await inSlices(count, signal, (index) => {
    const { label } = readingOf(reads.run(pixels.subarray(index * PIXELS, (index + 1) * PIXELS)));
    if (label === plan.label) kept.push(index);
    onProgress((2 * count + index) / steps);
  });
  return { count: kept.length, codes: rowsOf(codes, kept, dim), pixels: rowsOf(pixels, kept, PIXELS) };
}

/**
 * What `python -m train fit --data` reads, see train/data/own_pictures.py.
 *
 * @param {Made} made
 * @param {number | null} label  of all; null leaves labels out
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function npzOf({ count, codes, pixels }, label) {
  const images = new Uint8Array(new Uint8ClampedArray(pixels.map((value) => 255 * value)).buffer); // rounded, as painted
  const labels = label === null ? [] : [{ name: "labels", shape: [count], data: new Uint8Array(count).fill(label) }];
  return npzFile([
    { name: "images", shape: [count, SIDE, SIDE], data: images },
    ...labels,
    { name: "z", shape: [count, codes.length / count], data: codes },
  ]);
}

/**
 * @param {Made} made
 * @returns {HTMLCanvasElement}  all pictures side by side, in rows
 */
export function sheetOf({ count, pixels }) {
  const columns = Math.min(count, Math.ceil(Math.sqrt(SHAPE * count)));
  const side = SIDE * (count > MOST_LARGE ? LARGE / 2 : LARGE);
  const sheet = document.createElement("canvas");
  sheet.width = columns * side;
  sheet.height = Math.ceil(count / columns) * side;
  const context = /** @type {CanvasRenderingContext2D} */ (sheet.getContext("2d", { alpha: false }));
  context.imageSmoothingEnabled = false;
  const painter = new Painter();
  const one = pictureContext(document.createElement("canvas"));
  for (let index = 0; index < count; index++) {
    painter.paint(one, pixels, index * PIXELS);
    const [x, y] = [index % columns, Math.floor(index / columns)];
    context.drawImage(one.canvas, x * side, y * side, side, side);
  }
  return sheet;
}

/**
 * @param {number} count
 * @param {AbortSignal} signal
 * @param {(index: number) => void} work
 */
async function inSlices(count, signal, work) {
  let index = 0;
  while (index < count) {
    await inNextFrame(() => {
      const end = performance.now() + SLICE_MS;
      while (index < count && !signal.aborted && performance.now() < end) work(index++);
    });
    signal.throwIfAborted();
  }
}

/**
 * @param {Float32Array} rows  (n, width)
 * @param {number[]} chosen
 * @param {number} width
 */
function rowsOf(rows, chosen, width) {
  const found = new Float32Array(chosen.length * width);
  chosen.forEach((index, at) => {
    found.set(rows.subarray(index * width, (index + 1) * width), at * width);
  });
  return found;
}
