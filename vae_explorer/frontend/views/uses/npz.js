/**
 * Arrays as NumPy reads them: an `.npz`, which is a zip file of `.npy` files, here without compression.
 *
 * The formats: numpy.lib.format, version 1.0; PKWARE's APPNOTE.TXT for the zip file.
 *
 * @typedef {object} NamedArray
 * @property {string} name        of plain letters
 * @property {number[]} shape     row-major
 * @property {Uint8Array<ArrayBuffer> | Float32Array<ArrayBuffer>} data  of as many elements
 */

import { crc32 } from "../../files.js";

const ALIGNMENT = 64; // of what follows a header
const STORED = 0;
const VERSION = 20; // of zip, the first with folders and deflate, which all programs read
const MIDNIGHT = 0;
const FIRST_DAY = 0x21; // 1980-01-01: the same arrays give the same file

/**
 * @param {NamedArray} array  typed arrays are little-endian on everything that has a browser, as the header says
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function npyFile({ shape, data }) {
  const type = data instanceof Uint8Array ? "|u1" : "<f4";
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const start = Math.ceil((10 + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const header = new TextEncoder().encode(`\x00NUMPY\x01\x00\x00\x00${text.padEnd(start - 11)}\n`);
  header[0] = 0x93;
  new DataView(header.buffer).setUint16(8, start - 10, true);
  return joined([header, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]);
}

/**
 * @param {NamedArray[]} arrays
 * @returns {Uint8Array<ArrayBuffer>}  the file
 */
export function npzFile(arrays) {
  /** @type {Uint8Array[]} */
  const parts = [];
  /** @type {Uint8Array[]} */
  const directory = [];
  let offset = 0;
  for (const array of arrays) {
    const name = new TextEncoder().encode(`${array.name}.npy`);
    const body = npyFile(array);
    // What both headers of a file have in common: version needed, flags, method, time, day, checksum, sizes, lengths.
    const common = [
      ...[VERSION, 0, STORED, MIDNIGHT, FIRST_DAY].map(u16),
      ...[crc32(body), body.length, body.length].map(u32),
      ...[name.length, 0].map(u16),
    ];
    const local = joined([u32(0x04034b50), ...common, name]);
    parts.push(local, body);
    // Its own: version made by; no comment, disk 0, no attributes; where the file is.
    directory.push(
      joined([u32(0x02014b50), u16(VERSION), ...common, ...[0, 0, 0].map(u16), u32(0), u32(offset), name]),
    );
    offset += local.length + body.length;
  }
  const size = directory.reduce((sum, entry) => sum + entry.length, 0);
  const count = arrays.length;
  const end = joined([u32(0x06054b50), ...[0, 0, count, count].map(u16), u32(size), u32(offset), u16(0)]);
  return joined([...parts, ...directory, end]);
}

/** @param {number} value */
function u16(value) {
  return new Uint8Array([value, value >>> 8]);
}

/** @param {number} value */
function u32(value) {
  return new Uint8Array([value, value >>> 8, value >>> 16, value >>> 24]);
}

/** @param {Uint8Array[]} parts */
function joined(parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
