/**
 * Reads safetensors: eight bytes of header length, a JSON header, little-endian data.
 *
 * @typedef {{shape: number[], data: Float32Array | Uint8Array | Int32Array}} Tensor
 * @typedef {{metadata: Record<string, string>, tensors: Record<string, Tensor>}} Safetensors
 */

import { widened } from "./half.js";

/** The bytes are not what they should be; the message is a sentence for people. */
export class FormatError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = "FormatError";
  }
}

const HEADER_LIMIT = 1 << 20;

/** @type {Record<string, {bytes: number, view: (buffer: ArrayBuffer, start: number, length: number) => Tensor["data"]}>} */
const DTYPES = {
  F16: { bytes: 2, view: (buffer, start, length) => widened(new Uint16Array(buffer, start, length)) },
  F32: { bytes: 4, view: (buffer, start, length) => new Float32Array(buffer, start, length) },
  I32: { bytes: 4, view: (buffer, start, length) => new Int32Array(buffer, start, length) },
  U8: { bytes: 1, view: (buffer, start, length) => new Uint8Array(buffer, start, length) },
};

/**
 * The tensors are views into `buffer`, not copies, wherever their data is aligned; F16 becomes float32.
 *
 * @param {ArrayBuffer} buffer
 * @returns {Safetensors}
 * @throws {FormatError}
 */
export function parseSafetensors(buffer) {
  const { header, start } = readHeader(buffer);
  /** @type {Safetensors} */
  const result = { metadata: {}, tensors: {} };
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") result.metadata = readMetadata(entry);
    else result.tensors[name] = readTensor(buffer, start, name, entry);
  }
  return result;
}

/**
 * @param {ArrayBuffer} buffer
 * @returns {{header: Record<string, unknown>, start: number}}
 */
function readHeader(buffer) {
  if (buffer.byteLength < 8) {
    throw new FormatError(`A model file holds ${buffer.byteLength} bytes; not even its header fits.`);
  }
  const view = new DataView(buffer);
  const length = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
  if (length > HEADER_LIMIT || length > buffer.byteLength - 8) {
    throw new FormatError("A model file does not begin with a safetensors header.");
  }
  /** @type {unknown} */
  let header;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(buffer, 8, length)));
  } catch {
    throw new FormatError("The header of a model file is not readable JSON.");
  }
  if (!isObject(header)) throw new FormatError("The header of a model file is not a JSON object.");
  return { header, start: 8 + length };
}

/**
 * @param {unknown} entry
 * @returns {Record<string, string>}
 */
function readMetadata(entry) {
  if (!isObject(entry) || !Object.values(entry).every((value) => typeof value === "string")) {
    throw new FormatError("The metadata of a model file are not a JSON object of texts.");
  }
  return /** @type {Record<string, string>} */ (entry);
}

/**
 * @param {ArrayBuffer} buffer
 * @param {number} start  where the data begins
 * @param {string} name
 * @param {unknown} entry
 * @returns {Tensor}
 */
function readTensor(buffer, start, name, entry) {
  if (!isObject(entry) || !isWholeList(entry.shape) || !isWholeList(entry.data_offsets)) {
    throw new FormatError(`Tensor ${name} of a model file has no shape or no place.`);
  }
  const type = typeof entry.dtype === "string" ? entry.dtype : "no name";
  if (!Object.hasOwn(DTYPES, type)) {
    throw new FormatError(`Tensor ${name} has the type ${type}; F16, F32, I32 or U8 was expected.`);
  }
  const dtype = DTYPES[type];
  const shape = entry.shape;
  const length = shape.reduce((product, size) => product * size, 1);
  const [from, to] = entry.data_offsets;
  const place = start + from;
  if (entry.data_offsets.length !== 2 || to - from !== length * dtype.bytes || start + to > buffer.byteLength) {
    throw new FormatError(`Tensor ${name} of shape ${shape.join(" x ")} does not fit into its file.`);
  }
  // A typed array cannot begin at an odd place; a writer that does not pad costs one copy, not an exception.
  const aligned = place % dtype.bytes === 0;
  const data = aligned ? dtype.view(buffer, place, length) : dtype.view(buffer.slice(place, start + to), 0, length);
  return { shape, data };
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * @param {unknown} value
 * @returns {value is number[]}
 */
function isWholeList(value) {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}
