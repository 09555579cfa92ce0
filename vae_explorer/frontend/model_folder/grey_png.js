/**
 * A grey picture as a PNG, without a canvas: workers of older browsers have none. Not compressed, as what is written so is
 * small, and zips are not either.
 *
 * The formats: W3C, "Portable Network Graphics"; RFC 1950 and 1951 for the stored blocks in it.
 */

import { joined } from "../bytes.js";
import { crc32 } from "../files.js";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const DEPTH = 8;
const GREY = 0;
const LARGEST_BLOCK = 0xffff;

/**
 * @param {Uint8Array} greys  (height, width)
 * @param {number} width
 * @returns {Uint8Array<ArrayBuffer>}  the file
 */
export function greyPng(greys, width) {
  const height = greys.length / width;
  const header = new Uint8Array([...u32(width), ...u32(height), DEPTH, GREY, 0, 0, 0]);
  const rows = new Uint8Array(height * (width + 1)); // each begins with its filter, 0 for none
  for (let y = 0; y < height; y++) rows.set(greys.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  return joined([
    SIGNATURE,
    ...chunk("IHDR", header),
    ...chunk("IDAT", stored(rows)),
    ...chunk("IEND", new Uint8Array()),
  ]);
}

/**
 * @param {string} name
 * @param {Uint8Array} body
 */
function chunk(name, body) {
  const named = joined([new TextEncoder().encode(name), body]);
  return [u32(body.length), named, u32(crc32(named))];
}

/** @param {Uint8Array} bytes @returns {Uint8Array<ArrayBuffer>}  as zlib has them, in blocks that are not compressed */
function stored(bytes) {
  /** @type {ArrayLike<number>[]} */
  const parts = [[0x78, 0x01]];
  for (let start = 0; start < bytes.length; start += LARGEST_BLOCK) {
    const block = bytes.subarray(start, start + LARGEST_BLOCK);
    const isLast = start + LARGEST_BLOCK >= bytes.length;
    const size = [block.length & 255, block.length >>> 8];
    parts.push([isLast ? 1 : 0, ...size, ...size.map((byte) => byte ^ 255)], block);
  }
  return joined([...parts, u32(adler32(bytes))]);
}

/** @param {Uint8Array} bytes @returns {number}  zlib's checksum */
function adler32(bytes) {
  let low = 1;
  let high = 0;
  for (const byte of bytes) {
    low = (low + byte) % 65_521;
    high = (high + low) % 65_521;
  }
  return high * 65_536 + low;
}

/** @param {number} value @returns {number[]}  the highest byte first */
function u32(value) {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}
