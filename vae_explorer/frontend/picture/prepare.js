/**
 * From a grey picture of any size to the 28x28 that a model was trained on, in steps that can be left out.
 *
 * With `invert` alone it is what `to_28x28` in `train/data/own_pictures.py` makes of a picture, to one of 255; with the
 * others it is how MNIST was made from scanned forms (LeCun et al. 1998): the ink, by its bounding box, into 20x20, then
 * its centre of mass into the middle of 28x28.
 *
 * @typedef {object} Grey
 *   A grey picture: 0 is black, 1 is white.
 * @property {Float32Array} pixels  (height, width)
 * @property {number} width
 * @property {number} height
 *
 * @typedef {object} Steps
 * @property {boolean | null} invert  whether dark becomes light; null: decided by the picture
 * @property {boolean} contrast       whether the background becomes black and the ink white, for photographs
 * @property {boolean} fit            whether the ink is fitted into 20x20, otherwise the whole picture into 28x28
 * @property {boolean} centre         by mass, otherwise as it is
 *
 * @typedef {object} Bytes
 *   The same with whole numbers, 0…255. In these train computes, and they have to agree.
 * @property {Uint8Array} bytes  (height, width)
 * @property {number} width
 * @property {number} height
 *
 * @typedef {{left: number, top: number, right: number, bottom: number}} Box  right and bottom are outside
 */

import { PIXELS, SIDE } from "./size.js";
import { resized } from "./resize.js";

const WHITE = 255;
const BRIGHT = 128;
const BOX = 20; // of MNIST's digits, pixels

// What is so much of the way from the background to the brightest ink counts as ink: less is noise or a smudge.
const LEAST_INK = 0.2;

// Contrast. A background with a median below this is black already.
const NEARLY_BLACK = 8;
// So much of the background becomes black: shadows of a photograph are uneven.
const BACKGROUND_SHARE = 0.95;
// So much of the ink does not become white.
const INK_SHARE = 0.75;

// Data sets whose pictures were fitted and centred.
const FITTED = new Set(["mnist", "emnist-letters"]);

/**
 * The steps that bring a picture to what models of a data set were trained on.
 *
 * @param {string} dataName  in the manifest
 * @returns {Steps}
 */
export function usualSteps(dataName) {
  const fitted = FITTED.has(dataName);
  return { invert: null, contrast: fitted, fit: fitted, centre: fitted };
}

/**
 * @param {Grey} grey
 * @param {Steps} steps
 * @returns {Float32Array}  (784) in 0…1, all of them multiples of 1/255
 */
export function prepare(grey, steps) {
  let picture = toBytes(grey);
  let background = backgroundOf(picture);
  if (steps.invert ?? background >= BRIGHT) {
    picture = mapped(picture, (byte) => WHITE - byte);
    background = WHITE - background;
  }
  if (steps.contrast) {
    const change = contrastOf(picture);
    picture = mapped(picture, change);
    background = change(background);
  }
  if (steps.fit) picture = cropped(picture, inkBox(picture, background));
  const scale = (steps.fit ? BOX : SIDE) / Math.max(picture.width, picture.height);
  const width = Math.max(1, roundHalfToEven(picture.width * scale));
  const height = Math.max(1, roundHalfToEven(picture.height * scale));
  const small = { bytes: resized(picture.bytes, picture.width, picture.height, width, height), width, height };
  const { left, top } = steps.centre ? placeByMass(small, background) : placeInMiddle(small);
  const result = new Float32Array(PIXELS).fill(background / WHITE);
  for (let y = Math.max(0, -top); y < Math.min(height, SIDE - top); y++) {
    for (let x = Math.max(0, -left); x < Math.min(width, SIDE - left); x++) {
      result[(top + y) * SIDE + left + x] = small.bytes[y * width + x] / WHITE;
    }
  }
  return result;
}

/**
 * Whether a picture is dark on light, as ink on paper: by the median of its outermost pixels.
 *
 * @param {Grey} grey
 */
export function isDarkOnLight(grey) {
  return backgroundOf(toBytes(grey)) >= BRIGHT;
}

/** @param {Grey} grey @returns {Bytes} */
function toBytes({ pixels, width, height }) {
  const bytes = new Uint8Array(pixels.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = pixels[i] * WHITE + 0.5;
  return { bytes, width, height };
}

/** @param {Bytes} picture @param {(byte: number) => number} change @returns {Bytes} */
function mapped({ bytes, width, height }, change) {
  const table = Uint8Array.from({ length: WHITE + 1 }, (_, byte) => change(byte));
  const result = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) result[i] = table[bytes[i]];
  return { bytes: result, width, height };
}

/**
 * The median of the outermost pixels; the corners count twice, as in train.
 *
 * @param {Bytes} picture
 */
function backgroundOf({ bytes, width, height }) {
  const histogram = new Uint32Array(WHITE + 1);
  for (let x = 0; x < width; x++) {
    histogram[bytes[x]]++;
    histogram[bytes[(height - 1) * width + x]]++;
  }
  for (let y = 0; y < height; y++) {
    histogram[bytes[y * width]]++;
    histogram[bytes[y * width + width - 1]]++;
  }
  // An even number of them: the median is between the two in the middle, cut to a whole number.
  const half = width + height;
  return Math.floor((nth(histogram, half - 1) + nth(histogram, half)) / 2);
}

/**
 * What brings the background to black and the ink to white. The two are told apart by Otsu's threshold (1979): the one
 * with the largest variance between them.
 *
 * @param {Bytes} picture  bright ink
 * @returns {(byte: number) => number}
 */
function contrastOf({ bytes }) {
  const histogram = new Uint32Array(WHITE + 1);
  for (let i = 0; i < bytes.length; i++) histogram[bytes[i]]++;
  const ink = otsu(histogram);
  const dark = histogram.map((count, byte) => (byte < ink ? count : 0));
  const bright = histogram.map((count, byte) => (byte < ink ? 0 : count));
  const isBlack = nth(dark, Math.floor(total(dark) / 2)) < NEARLY_BLACK;
  const low = isBlack ? 0 : nth(dark, Math.floor(total(dark) * BACKGROUND_SHARE));
  const high = nth(bright, Math.floor(total(bright) * INK_SHARE));
  return (byte) => Math.floor(WHITE * Math.min(1, Math.max(0, (byte - low) / Math.max(1, high - low))) + 0.5);
}

/** @param {Uint32Array} histogram @returns {number}  the darkest grey that is ink */
function otsu(histogram) {
  const count = total(histogram);
  const sum = histogram.reduce((before, each, byte) => before + each * byte, 0);
  let [best, threshold, countBelow, sumBelow] = [0, 1, 0, 0];
  for (let byte = 0; byte < WHITE; byte++) {
    countBelow += histogram[byte];
    sumBelow += histogram[byte] * byte;
    const countAbove = count - countBelow;
    if (!countBelow || !countAbove) continue;
    const apart = sumBelow / countBelow - (sum - sumBelow) / countAbove;
    const between = countBelow * countAbove * apart * apart;
    if (between > best) [best, threshold] = [between, byte + 1];
  }
  return threshold;
}

/** @param {Bytes} picture @param {number} background @returns {Box}  the whole picture if there is no ink */
function inkBox({ bytes, width, height }, background) {
  const brightest = brightestOf(bytes);
  const least = background + LEAST_INK * (brightest - background);
  const box = { left: width, top: height, right: 0, bottom: 0 };
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (bytes[at] <= least) continue;
      if (x < box.left) box.left = x;
      if (x >= box.right) box.right = x + 1;
      if (y < box.top) box.top = y;
      box.bottom = y + 1;
    }
  }
  return box.right ? box : { left: 0, top: 0, right: width, bottom: height };
}

/** @param {Uint8Array} bytes */
function brightestOf(bytes) {
  let brightest = 0;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] > brightest) brightest = bytes[i];
  return brightest;
}

/** @param {Bytes} picture @param {Box} box @returns {Bytes} */
function cropped({ bytes, width }, { left, top, right, bottom }) {
  const [newWidth, newHeight] = [right - left, bottom - top];
  const result = new Uint8Array(newWidth * newHeight);
  for (let y = 0; y < newHeight; y++) {
    const start = (top + y) * width + left;
    result.set(bytes.subarray(start, start + newWidth), y * newWidth);
  }
  return { bytes: result, width: newWidth, height: newHeight };
}

/** @param {Bytes} picture */
function placeInMiddle({ width, height }) {
  return { left: Math.floor((SIDE - width) / 2), top: Math.floor((SIDE - height) / 2) };
}

/**
 * The centre of mass in the middle of 28x28, or as near as it can be without cutting off ink.
 *
 * @param {Bytes} picture
 * @param {number} background  which has no mass
 */
function placeByMass(picture, background) {
  const { bytes, width, height } = picture;
  let [mass, across, down] = [0, 0, 0];
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const here = Math.max(0, bytes[at] - background);
      mass += here;
      across += here * x;
      down += here * y;
    }
  }
  if (!mass) return placeInMiddle(picture);
  const box = inkBox(picture, background);
  const left = Math.floor(SIDE / 2 - across / mass + 0.5);
  const top = Math.floor(SIDE / 2 - down / mass + 0.5);
  return {
    left: Math.max(-box.left, Math.min(SIDE - box.right, left)),
    top: Math.max(-box.top, Math.min(SIDE - box.bottom, top)),
  };
}

/** @param {Uint32Array} histogram */
function total(histogram) {
  return histogram.reduce((sum, count) => sum + count, 0);
}

/** @param {Uint32Array} histogram @param {number} place  from 0 @returns {number}  the value that is there in order */
function nth(histogram, place) {
  let before = 0;
  for (let value = 0; value <= WHITE; value++) {
    before += histogram[value];
    if (before > place) return value;
  }
  return WHITE;
}

/** As Python's `round`. @param {number} value  not negative */
function roundHalfToEven(value) {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 ? rounded - 1 : rounded;
}
