/**
 * Reads a picture of many digits and their labels, as `vae_explorer/storage/labelled_atlas.py` makes it: a hundred
 * digits a row, and below them a pixel for the label of each, 25 times as bright as its class is high.
 *
 * @typedef {object} Digits
 * @property {Uint8Array} pixels  (N, 784) grey values, 0 black
 * @property {Uint8Array} labels  (N) classes, from 0
 *
 * @typedef {(top: number, height: number) => ArrayLike<number>} Rows
 *   rows of a picture that is 2,800 pixels wide, as RGBA
 */

import { fetchChecked } from "../files.js";
import { FormatError } from "../network/safetensors.js";
import { PIXELS, SIDE } from "../picture/size.js";

const COLUMNS = 100;
const WIDTH = COLUMNS * SIDE;
const LABEL_STEP = 25;
// Some browsers change what a page reads from a picture by a grey or two, so that it cannot be recognised by it.
const LABEL_TOLERANCE = 5;

const TEXT = {
  damaged: "The picture of the digits could not be read. Reload the page; if it happens again, restart the app.",
  /** @param {number} width @param {number} height @param {number} count */
  size: (width, height, count) =>
    `The picture of the digits is ${width} x ${height}, not that of ${count} digits. Reload the page.`,
  altered:
    "This browser alters what a page reads from a picture, so the digits cannot be read. Allow this site to read its canvases, and reload the page.",
};

/** Of all test digits so many are measured in training: the first. */
const TESTED = 2000;

/**
 * Fetches the digits of a run.
 *
 * @param {import("../types.js").TrainingSet} set
 * @param {string} baseUrl  what the files' addresses are relative to
 * @returns {Promise<{train: Digits, test: Digits, allTest: Digits}>}
 *   `test`: the first 2,000 of the test digits, which a run is measured with
 * @throws {FormatError | import("../files.js").FileError}
 */
export async function loadDigits({ train, test }, baseUrl) {
  const [trained, tested] = await Promise.all(
    [train, test].map(async ({ count, file }) => readAtlas(await fetchChecked(file, baseUrl), count)),
  );
  return { train: trained, test: firstDigits(tested, TESTED), allTest: tested };
}

/** @param {Digits} digits @param {number} count @returns {Digits}  copies */
export function firstDigits({ pixels, labels }, count) {
  return { pixels: pixels.slice(0, count * PIXELS), labels: labels.slice(0, count) };
}

/**
 * @param {ArrayBuffer} buffer  a PNG
 * @param {number} count        how many digits it holds
 * @returns {Promise<Digits>}
 * @throws {FormatError}  it is damaged, of another size, or this browser does not let a page read it
 */
export async function readAtlas(buffer, count) {
  // No colour management: a grey value has to come out as it went in.
  const options = /** @type {const} */ ({ colorSpaceConversion: "none", premultiplyAlpha: "none" });
  const bitmap = await createImageBitmap(new Blob([buffer], { type: "image/png" }), options).catch(() => {
    throw new FormatError(TEXT.damaged);
  });
  if (bitmap.width !== WIDTH || bitmap.height !== pictureRows(count) + labelRows(count)) {
    throw new FormatError(TEXT.size(bitmap.width, bitmap.height, count));
  }
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [WIDTH, SIDE]; // a row at a time: all at once would take 40 MB
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new FormatError(TEXT.damaged);
  const digits = digitsIn((top, height) => {
    context.drawImage(bitmap, 0, top, WIDTH, height, 0, 0, WIDTH, height);
    return context.getImageData(0, 0, WIDTH, height).data;
  }, count);
  bitmap.close();
  return digits;
}

/**
 * @param {Rows} rows
 * @param {number} count
 * @returns {Digits}
 * @throws {FormatError}  labels are none, so that pixels will not be right either
 */
export function digitsIn(rows, count) {
  const pixels = new Uint8Array(count * PIXELS);
  for (let first = 0; first < count; first += COLUMNS) {
    const row = rows((first / COLUMNS) * SIDE, SIDE);
    for (let column = 0; column < Math.min(COLUMNS, count - first); column++) {
      for (let at = 0; at < PIXELS; at++) {
        const x = column * SIDE + (at % SIDE);
        const y = Math.floor(at / SIDE);
        pixels[(first + column) * PIXELS + at] = row[4 * (y * WIDTH + x)];
      }
    }
  }
  const greys = rows(pictureRows(count), labelRows(count));
  const labels = Uint8Array.from({ length: count }, (_, i) => {
    const label = Math.round(greys[4 * i] / LABEL_STEP);
    if (Math.abs(greys[4 * i] - label * LABEL_STEP) > LABEL_TOLERANCE) throw new FormatError(TEXT.altered);
    return label;
  });
  return { pixels, labels };
}

/** @param {number} count */
const pictureRows = (count) => Math.ceil(count / COLUMNS) * SIDE;

/** @param {number} count */
const labelRows = (count) => Math.ceil(count / WIDTH);
