/**
 * Zip files: written without compression, because what the page saves does not shrink; read as other programs write
 * them too, within limits, because what is opened may come from anybody.
 *
 * The format: PKWARE's APPNOTE.TXT.
 *
 * @typedef {{files: number, bytes: number}} ZipLimits  how many files there may be, and what they take unpacked
 */

import { joined } from "./bytes.js";
import { crc32 } from "./files.js";
import { formatCount } from "./text.js";

const TEXT = {
  notZip: "This is not a zip file.",
  cut: "This zip file is cut short or damaged. Copy or download it again.",
  foreign: "This zip file is of a kind that cannot be read here: encrypted, in several parts, or packed unusually.",
  /** @param {ZipLimits} limits */
  large: ({ files, bytes }) =>
    `This zip file holds more than a model does: at most ${formatCount(files)} files of ${formatCount(bytes)} bytes together were expected.`,
  /** @param {string} name */
  name: (name) => `This zip file holds a file called “${name.slice(0, 60)}”, which no model has.`,
  old: "This browser cannot unpack compressed zip files. Unpack it, and pack it again without compression.",
};

/** A zip file cannot be read; the message is a sentence for people. */
export class ZipError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = "ZipError";
  }
}

const LOCAL = 0x04034b50;
const ENTRY = 0x02014b50;
const END = 0x06054b50;
const LOCAL_BYTES = 30;
const ENTRY_BYTES = 46;
const END_BYTES = 22;
const LONGEST_COMMENT = 0xffff;
const IN_ZIP64 = 0xffffffff; // stands for a number that is elsewhere

const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1; // flags
const VERSION = 20; // of zip, the first with folders and deflate, which all programs read
const MIDNIGHT = 0;
const FIRST_DAY = 0x21; // 1980-01-01: the same files give the same zip file

/**
 * @param {Iterable<[name: string, body: Uint8Array]>} files  names of plain letters, with `/` between folders
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function zip(files) {
  /** @type {Uint8Array[]} */
  const parts = [];
  /** @type {Uint8Array[]} */
  const directory = [];
  let offset = 0;
  for (const [path, body] of files) {
    const name = new TextEncoder().encode(path);
    // What both headers of a file have in common: version needed, flags, method, time, day, checksum, sizes, lengths.
    const common = [
      ...[VERSION, 0, STORED, MIDNIGHT, FIRST_DAY].map(u16),
      ...[crc32(body), body.length, body.length].map(u32),
      ...[name.length, 0].map(u16),
    ];
    const local = joined([u32(LOCAL), ...common, name]);
    parts.push(local, body);
    // Its own: version made by; no comment, disk 0, no attributes; where the file is.
    directory.push(joined([u32(ENTRY), u16(VERSION), ...common, ...[0, 0, 0].map(u16), u32(0), u32(offset), name]));
    offset += local.length + body.length;
  }
  const size = directory.reduce((sum, entry) => sum + entry.length, 0);
  const count = directory.length;
  const end = joined([u32(END), ...[0, 0, count, count].map(u16), u32(size), u32(offset), u16(0)]);
  return joined([...parts, ...directory, end]);
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {ZipLimits} limits
 * @returns {Promise<Map<string, Uint8Array<ArrayBuffer>>>}  the files by their paths; folders, and what macOS adds, are
 *   left out
 * @throws {ZipError}
 */
export async function unzip(bytes, limits) {
  /** @type {Map<string, Uint8Array<ArrayBuffer>>} */
  const found = new Map();
  for (const entry of readDirectory(bytes, limits)) {
    const body = await unpack(bytes, entry);
    if (crc32(body) !== entry.crc) throw new ZipError(TEXT.cut);
    found.set(entry.name, body);
  }
  return found;
}

/**
 * @typedef {{name: string, method: number, crc: number, packed: number, size: number, offset: number}} Entry
 *
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {ZipLimits} limits
 * @returns {Entry[]}
 */
function readDirectory(bytes, limits) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endOf(view);
  const count = view.getUint16(end + 10, true);
  const isWhole = view.getUint16(end + 4, true) === 0 && view.getUint16(end + 8, true) === count;
  let at = view.getUint32(end + 16, true);
  if (!isWhole || at === IN_ZIP64) throw new ZipError(TEXT.foreign);
  /** @type {Map<string, Entry>} */
  const entries = new Map();
  let total = 0;
  for (let number = 0; number < count; number++) {
    if (at + ENTRY_BYTES > end || view.getUint32(at, true) !== ENTRY) throw new ZipError(TEXT.cut);
    const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
    const [crc, packed, size] = [16, 20, 24].map((place) => view.getUint32(at + place, true));
    const [nameLength, extra, comment] = [28, 30, 32].map((place) => view.getUint16(at + place, true));
    const offset = view.getUint32(at + 42, true);
    if (at + ENTRY_BYTES + nameLength > end) throw new ZipError(TEXT.cut);
    const name = new TextDecoder().decode(bytes.subarray(at + ENTRY_BYTES, at + ENTRY_BYTES + nameLength));
    at += ENTRY_BYTES + nameLength + extra + comment;
    if (name.endsWith("/") || name.startsWith("__MACOSX/")) continue;
    const isKnown = method === STORED || method === DEFLATED;
    if (flags & ENCRYPTED || !isKnown || [packed, size, offset].includes(IN_ZIP64)) throw new ZipError(TEXT.foreign);
    if (method === STORED && packed !== size) throw new ZipError(TEXT.cut);
    const steps = name.split("/");
    if (!name || name.includes("\\") || steps.some((step) => ["", ".", ".."].includes(step)) || entries.has(name)) {
      throw new ZipError(TEXT.name(name));
    }
    total += size;
    entries.set(name, { name, method, crc, packed, size, offset });
    if (entries.size > limits.files || total > limits.bytes) throw new ZipError(TEXT.large(limits));
  }
  return [...entries.values()];
}

/** @param {DataView} view @returns {number}  where the record is that ends a zip file */
function endOf(view) {
  const last = view.byteLength - END_BYTES;
  for (let at = last; at >= Math.max(0, last - LONGEST_COMMENT); at--) {
    if (view.getUint32(at, true) === END && at + END_BYTES + view.getUint16(at + 20, true) === view.byteLength)
      return at;
  }
  throw new ZipError(view.byteLength >= 4 && view.getUint32(0, true) === LOCAL ? TEXT.cut : TEXT.notZip);
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {Entry} entry
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
async function unpack(bytes, { method, packed, size, offset }) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (offset + LOCAL_BYTES > bytes.length || view.getUint32(offset, true) !== LOCAL) throw new ZipError(TEXT.cut);
  const start = offset + LOCAL_BYTES + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  if (start + packed > bytes.length) throw new ZipError(TEXT.cut);
  const body = bytes.slice(start, start + packed);
  return method === STORED ? body : inflate(body, size);
}

/**
 * @param {Uint8Array<ArrayBuffer>} packed
 * @param {number} size  what it unpacks to, as the directory says: no more of it is read than that
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
async function inflate(packed, size) {
  if (!("DecompressionStream" in globalThis)) throw new ZipError(TEXT.old);
  const found = new Uint8Array(size);
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  let at = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (at + value.length > size) throw new ZipError(TEXT.cut);
      found.set(value, at);
      at += value.length;
    }
  } catch {
    reader.cancel().catch(() => {});
    throw new ZipError(TEXT.cut);
  }
  if (at !== size) throw new ZipError(TEXT.cut);
  return found;
}

/** @param {number} value */
function u16(value) {
  return new Uint8Array([value, value >>> 8]);
}

/** @param {number} value */
function u32(value) {
  return new Uint8Array([value, value >>> 8, value >>> 16, value >>> 24]);
}
