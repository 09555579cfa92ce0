/**
 * Writes safetensors, as `storage/model_folder.py` and `catalog/page_files.py` do: float32 numbers that float16 holds
 * without a loss are float16 in the file.
 *
 * @typedef {import("./safetensors.js").Tensor} Tensor
 */

import { narrowed, widened } from "./half.js";

const ALIGNMENT = 8; // of the first tensor, as the format asks for
const SPACE = 0x20; // what a header is filled up with

/**
 * @param {Record<string, Tensor>} tensors
 * @param {Record<string, string>} [metadata]
 * @returns {Uint8Array<ArrayBuffer>}  the file
 */
export function writeSafetensors(tensors, metadata) {
  /** @type {Record<string, unknown>} */
  const header = metadata ? { __metadata__: metadata } : {};
  const packed = Object.keys(tensors)
    .sort()
    .map((name) => ({ name, shape: tensors[name].shape, ...pack(tensors[name].data) }));
  // The widest numbers first, so that each tensor begins at a place that its type allows.
  packed.sort((one, other) => other.data.BYTES_PER_ELEMENT - one.data.BYTES_PER_ELEMENT);
  let size = 0;
  for (const { name, dtype, shape, data } of packed) {
    header[name] = { dtype, shape, data_offsets: [size, size + data.byteLength] };
    size += data.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = Math.ceil(text.length / ALIGNMENT) * ALIGNMENT;
  const file = new Uint8Array(8 + length + size).fill(SPACE, 8, 8 + length);
  new DataView(file.buffer).setUint32(0, length, true);
  file.set(text, 8);
  let at = 8 + length;
  for (const { data } of packed) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}

/**
 * @param {Tensor["data"]} data
 * @returns {{dtype: string, data: Tensor["data"] | Uint16Array}}
 */
function pack(data) {
  if (data instanceof Uint8Array) return { dtype: "U8", data };
  if (data instanceof Int32Array) return { dtype: "I32", data };
  const halves = narrowed(data);
  const back = widened(halves);
  return data.every((value, i) => Object.is(value, back[i])) ? { dtype: "F16", data: halves } : { dtype: "F32", data };
}
