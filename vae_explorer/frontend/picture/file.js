/**
 * Reads a picture from a file, from the clipboard or from a camera, as grey values. It stays in the page.
 *
 * Whatever people choose, there is a picture or one sentence that says what is wrong with the file and what would work.
 *
 * @typedef {import("./prepare.js").Grey} Grey
 * @typedef {import("./header.js").Header} Header
 */

import { formatCount } from "../text.js";
import { readHeader } from "./header.js";

const OTHERS = "choose a PNG, JPEG, WebP, GIF or BMP";

const TEXT = {
  unnamed: "The picture",
  /** @param {string} name */
  named: (name) => `“${name.length > 40 ? `${name.slice(0, 24)}…${name.slice(-12)}` : name}”`,
  /** @param {string} name */
  empty: (name) => `${name} is empty (0 bytes): ${OTHERS} that opens elsewhere.`,
  /** @param {string} name */
  unknown: (name) => `${name} is not a picture that a browser can read, whatever its name says: ${OTHERS}.`,
  /** @param {string} name @param {number} megabytes */
  heavy: (name, megabytes) =>
    `${name} has ${formatCount(megabytes)} MB, and at most ${MOST_BYTES / MEGABYTE} are read here: save it smaller.`,
  /** @param {string} name @param {number} width @param {number} height */
  large: (name, width, height) =>
    `${name} has ${formatCount(width)} × ${formatCount(height)} pixels, and at most ${MOST_PIXELS / 1e6} million are ` +
    "read here: save it smaller, 1,000 × 1,000 are plenty.",
  /** @param {string} name */
  cut: (name) => `${name} is damaged or was cut short: download it or save it again, or ${OTHERS}.`,
  /** @param {string} name */
  pdf: (name) => `${name} is a PDF, not a picture: take a screenshot of it and choose or paste that.`,
  /** @param {string} name */
  tiff: (name) => `${name} is a TIFF, which few browsers can read: save it as PNG.`,
  /** @param {string} name */
  svg: (name) => `${name} is an SVG, a drawing without pixels: save it as PNG.`,
  /** @param {string} name */
  heic: (name) => `${name} is in Apple's format HEIC, which this browser cannot read: save or share it as JPEG.`,
  /** @param {string} name */
  avif: (name) => `${name} is in the format AVIF, which this browser cannot read: save it as PNG or JPEG.`,
  /** @param {string} name @param {string} what */
  uniform: (name, what) => `${name} is ${what} all over: choose one with ink that stands out from its background.`,
  black: "black",
  white: "white",
  oneGrey: "one shade of grey",
  transparent: "transparent",
};

const MEGABYTE = 2 ** 20;
const MOST_BYTES = 64 * MEGABYTE;
// A telephone's photograph has 12 or 24 million. Browsers decode it whole, whatever size is wanted of it: for a moment the
// tab takes 250 MB for the first, and 400 MB for the second, of which it has given back all but 20 MB ten seconds later.
const MOST_PIXELS = 25e6;
// A larger picture is shrunk by the browser while it is decoded; `prepare` gets no more than it can use.
const LARGE_PIXELS = 4e6;
const LONGEST_SIDE = 1024;

const WHITE = 255;
const BRIGHT = 128;
// The largest difference between greys that nobody sees.
const NO_DIFFERENCE = 2;

/** A file that is no picture; the message is a sentence for the visitor. */
export class PictureError extends Error {}

/**
 * @param {Blob} blob
 * @param {string} [fileName]
 * @returns {Promise<Grey>}  a longer side of at most 1024 pixels
 * @throws {PictureError}
 */
export async function readPicture(blob, fileName) {
  const name = fileName ? TEXT.named(fileName) : TEXT.unnamed;
  if (!blob.size) throw new PictureError(TEXT.empty(name));
  if (blob.size > MOST_BYTES) throw new PictureError(TEXT.heavy(name, Math.ceil(blob.size / MEGABYTE)));
  const header = await readHeader(blob).catch(() => {
    throw new PictureError(TEXT.cut(name)); // it is there no more, or not allowed to be read
  });
  refuse(name, header);
  const bitmap = await decoded(name, blob, header);
  try {
    return greyOf(name, bitmap);
  } finally {
    bitmap.close(); // tens of megabytes that the browser would keep for a while
  }
}

/**
 * @param {string} name
 * @param {Header} header
 */
function refuse(name, { kind, width, height, isCut }) {
  if (kind === null) throw new PictureError(TEXT.unknown(name));
  if (kind === "pdf" || kind === "tiff" || kind === "svg") throw new PictureError(TEXT[kind](name));
  if (width * height > MOST_PIXELS) throw new PictureError(TEXT.large(name, width, height));
  // A container may keep its size farther behind, and is not decoded blindly.
  if (isCut || !(width * height)) throw new PictureError(kind === "heic" ? TEXT.heic(name) : TEXT.cut(name));
}

/**
 * @param {string} name
 * @param {Blob} blob
 * @param {Header} header
 */
async function decoded(name, blob, { kind, width, height }) {
  // As train reads it: the numbers in the file. That it is turned as a camera says is what happens if nothing is said of
  // it, and older browsers refuse the name for it.
  /** @type {ImageBitmapOptions} */
  const options = { colorSpaceConversion: "none" };
  if (width * height > LARGE_PIXELS) {
    // One of the two, so that the other follows from the picture, turned or not.
    if (width > height) options.resizeWidth = Math.min(width, LONGEST_SIDE);
    else options.resizeHeight = Math.min(height, LONGEST_SIDE);
    options.resizeQuality = "high";
  }
  try {
    // Not by a type that the file's name suggests: by what is in it.
    return await createImageBitmap(blob.slice(0, blob.size, ""), options);
  } catch {
    throw new PictureError(kind === "heic" || kind === "avif" ? TEXT[kind](name) : TEXT.cut(name));
  }
}

/**
 * @param {string} name
 * @param {ImageBitmap} bitmap
 * @returns {Grey}
 */
function greyOf(name, bitmap) {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(bitmap.width * scale));
  const height = Math.max(1, Math.round(bitmap.height * scale));
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new PictureError(TEXT.cut(name));
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  const rgba = context.getImageData(0, 0, width, height).data;
  canvas.width = canvas.height = 0; // gives its memory back at once
  const bytes = luma(rgba);
  requireContrast(name, bytes, rgba);
  return { pixels: Float32Array.from(bytes, (byte) => byte / WHITE), width, height };
}

/**
 * Grey values as Pillow's luma (ITU-R 601). Transparent pixels become black behind bright ink, white behind dark ink,
 * as in `train/data/own_pictures.py`.
 *
 * @param {Uint8ClampedArray} rgba
 * @returns {Uint8Array}
 */
function luma(rgba) {
  const bytes = new Uint8Array(rgba.length / 4);
  let [seen, opacity] = [0, 0];
  for (let at = 0, i = 0; i < bytes.length; i++, at += 4) {
    bytes[i] = (19595 * rgba[at] + 38470 * rgba[at + 1] + 7471 * rgba[at + 2] + 0x8000) >> 16;
    seen += bytes[i] * rgba[at + 3];
    opacity += rgba[at + 3];
  }
  if (opacity === WHITE * bytes.length) return bytes;
  const behind = opacity && seen / opacity < BRIGHT ? WHITE : 0;
  for (let i = 0; i < bytes.length; i++) {
    const alpha = rgba[4 * i + 3];
    bytes[i] = Math.round((bytes[i] * alpha + behind * (WHITE - alpha)) / WHITE);
  }
  return bytes;
}

/**
 * @param {string} name
 * @param {Uint8Array} bytes
 * @param {Uint8ClampedArray} rgba
 */
function requireContrast(name, bytes, rgba) {
  let [least, most, opaque] = [WHITE, 0, 0];
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] < least) least = bytes[i];
    if (bytes[i] > most) most = bytes[i];
    if (rgba[4 * i + 3] > opaque) opaque = rgba[4 * i + 3];
  }
  if (most - least > NO_DIFFERENCE) return;
  const shade = most <= NO_DIFFERENCE ? TEXT.black : least >= WHITE - NO_DIFFERENCE ? TEXT.white : TEXT.oneGrey;
  throw new PictureError(TEXT.uniform(name, opaque ? shade : TEXT.transparent));
}
