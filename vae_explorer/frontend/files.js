/**
 * Fetches a file and proves that it arrived whole: status, length, CRC-32.
 *
 * @typedef {import("./types.js").FileRef} FileRef
 */

import { formatCount } from "./text.js";

const TEXT = {
  /** @param {string} name */
  unreachable: (name) => `${name} could not be fetched: the server does not answer. Is the app still running?`,
  /** @param {string} name @param {number} status */
  refused: (name, status) =>
    `${name} could not be fetched: the server answered ${status}. Reload the page; if it happens again, restart the app.`,
  /** @param {string} name */
  webPage: (name) =>
    `The server sent a web page instead of ${name}. Reload the page; if it happens again, restart the app.`,
  /** @param {string} name @param {number} found @param {number} expected */
  length: (name, found, expected) =>
    `${name} arrived damaged: ${formatCount(found)} bytes instead of ${formatCount(expected)}. Try again; if it happens again, something between the server and the browser is altering files.`,
  /** @param {string} name */
  checksum: (name) =>
    `${name} arrived damaged: its checksum differs from the server's. Try again; if it happens again, something between the server and the browser is altering files.`,
};

/** A file did not arrive as it was sent; the message is written for the user. */
export class FileError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = "FileError";
  }
}

// The address carries a content hash, so what was once fetched and checked stays valid.
/** @type {Map<string, Promise<ArrayBuffer>>} */
const fetched = new Map();

// Addresses that once gave a wrong answer. The browser may have cached that answer as immutable: the next try has
// to bypass its cache.
/** @type {Set<string>} */
const suspect = new Set();

/**
 * The digest of a file's content: its address ends with that and a name.
 *
 * @param {Pick<FileRef, "url">} file
 */
export function digestOf({ url }) {
  return url.split("/").at(-2) ?? "";
}

/**
 * @param {FileRef} file
 * @param {string} baseUrl  what `file.url` is relative to
 * @returns {Promise<ArrayBuffer>}  shared between callers: neither write to it nor transfer it
 * @throws {FileError}
 */
export function fetchChecked(file, baseUrl) {
  const url = new URL(file.url, baseUrl).href;
  const known = fetched.get(url);
  if (known) return known;
  const pending = fetchOnce(file, url).catch((error) => {
    fetched.delete(url);
    suspect.add(url);
    throw error;
  });
  fetched.set(url, pending);
  return pending;
}

/**
 * @param {FileRef} file
 * @param {string} url
 * @returns {Promise<ArrayBuffer>}
 */
async function fetchOnce(file, url) {
  const name = file.url.slice(file.url.lastIndexOf("/") + 1);
  /** @type {Response} */
  let response;
  /** @type {ArrayBuffer} */
  let buffer;
  try {
    response = await fetch(url, { cache: suspect.has(url) ? "reload" : "default" });
    buffer = await response.arrayBuffer();
  } catch {
    throw new FileError(TEXT.unreachable(name));
  }
  if (!response.ok) throw new FileError(TEXT.refused(name, response.status));
  // Streamlit answers an unknown address with its index page and status 200.
  if (response.headers.get("content-type")?.startsWith("text/html")) throw new FileError(TEXT.webPage(name));
  if (buffer.byteLength !== file.bytes) throw new FileError(TEXT.length(name, buffer.byteLength, file.bytes));
  if (crc32(new Uint8Array(buffer)) !== file.crc32) throw new FileError(TEXT.checksum(name));
  return buffer;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

/**
 * CRC-32 as zlib has it. Not crypto.subtle: a browser hides that from pages served over plain http in a LAN.
 *
 * @param {Uint8Array} bytes
 * @returns {number}
 */
export function crc32(bytes) {
  let crc = -1;
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ bytes[i]) & 255];
  return ~crc >>> 0;
}
