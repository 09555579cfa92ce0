/**
 * Arrays as NumPy reads them: an `.npz`, which is a zip file of `.npy` files, here without compression.
 *
 * The format: numpy.lib.format, version 1.0.
 *
 * @typedef {object} NamedArray
 * @property {string} name        of plain letters
 * @property {number[]} shape     row-major
 * @property {Uint8Array<ArrayBuffer> | Float32Array<ArrayBuffer>} data  of as many elements
 */

import { zip } from "../../zip.js";

const ALIGNMENT = 64; // of what follows a header

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
  const file = new Uint8Array(start + data.byteLength);
  file.set(header);
  file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start);
  return file;
}

/**
 * @param {NamedArray[]} arrays
 * @returns {Uint8Array<ArrayBuffer>}  the file
 */
export function npzFile(arrays) {
  return zip(arrays.map((array) => [`${array.name}.npy`, npyFile(array)]));
}
