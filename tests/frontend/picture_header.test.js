/** What a file says of itself before it is decoded, however odd it is. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { readHeader } from "../../vae_explorer/frontend/picture/header.js";

/** @param {...(string | number[])} parts  characters as bytes */
const blob = (...parts) =>
  new Blob(
    parts.map((part) => Uint8Array.from(typeof part === "string" ? [...part].map((c) => c.charCodeAt(0)) : part)),
  );

/** @param {number} value @returns {number[]}  4 bytes, the largest first */
const big = (value) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
/** @param {number} value @returns {number[]} */
const little = (value) => big(value).reverse();

const PNG = "\x89PNG\r\n\x1a\n";
const WHOLE_PNG = [
  PNG,
  big(13),
  "IHDR",
  big(30_000),
  big(20_000),
  "\x08\x00\x00\x00\x00",
  big(0),
  big(0),
  "IEND",
  big(0),
];
const FRAME = [0xff, 0xc0, 0, 17, 8, 0x12, 0x34, 0x56, 0x78, 3];
const THUMBNAIL = [0xff, 0xe1, 0, 8, 0xff, 0xd8, 0xff, 0xd9, 0, 0];

/** @type {[string, Blob, object][]} */
const CASES = [
  ["a PNG", blob(...WHOLE_PNG), { kind: "png", width: 30_000, height: 20_000, isCut: false }],
  ["a PNG cut short", blob(...WHOLE_PNG.slice(0, 6)), { kind: "png", width: 30_000, height: 20_000, isCut: true }],
  ["a PNG cut in its header", blob(PNG, big(13)), { kind: "png", width: 0, height: 0, isCut: true }],
  [
    "a JPEG whose thumbnail has an end",
    blob([0xff, 0xd8], THUMBNAIL, FRAME),
    { kind: "jpeg", width: 0x5678, height: 0x1234, isCut: true },
  ],
  [
    "a JPEG with a film behind its end",
    blob([0xff, 0xd8], THUMBNAIL, [0xff], FRAME, [0xff, 0xd9], "x".repeat(100_000)),
    { kind: "jpeg", width: 0x5678, height: 0x1234, isCut: false },
  ],
  ["a JPEG of nothing", blob([0xff, 0xd8, 0xff]), { kind: "jpeg", width: 0, height: 0, isCut: true }],
  [
    "a JPEG of empty segments",
    blob([0xff, 0xd8], new Array(40_000).fill([0xff, 0xfe, 0, 2]).flat()),
    { kind: "jpeg", width: 0, height: 0, isCut: true },
  ],
  ["a GIF", blob("GIF89a", [1, 2, 3, 4], ";\0\0"), { kind: "gif", width: 513, height: 1027, isCut: false }],
  ["a GIF cut short", blob("GIF87a", [1, 2, 3, 4, 5]), { kind: "gif", width: 513, height: 1027, isCut: true }],
  [
    "a BMP from top to bottom",
    blob("BM", big(0), big(0), big(0), little(40), little(7), little(-9), big(0)),
    { kind: "bmp", width: 7, height: 9, isCut: false },
  ],
  [
    "a text that begins like a BMP",
    blob("BMW and other makes of cars"),
    { kind: null, width: 0, height: 0, isCut: false },
  ],
  [
    "a WebP",
    blob("RIFF", little(40), "WEBPVP8X", big(0), big(0), [1, 0, 0], [2, 1, 0], "x".repeat(18)),
    { kind: "webp", width: 2, height: 259, isCut: false },
  ],
  [
    "a WebP cut short",
    blob("RIFF", little(400), "WEBPVP8L", big(0), [0x2f, 0xff, 0xc0, 0, 0], "x".repeat(18)),
    { kind: "webp", width: 256, height: 4, isCut: true },
  ],
  ["a HEIC", blob(big(24), "ftypheic", "x".repeat(40)), { kind: "heic", width: 0, height: 0, isCut: false }],
  [
    "an AVIF with a thumbnail",
    blob(big(24), "ftypavif", big(20), "ispe", big(0), big(9), big(8), big(20), "ispe", big(0), big(3), big(2)),
    { kind: "avif", width: 9, height: 8, isCut: false },
  ],
  ["a film", blob(big(24), "ftypisom", "x".repeat(40)), { kind: null, width: 0, height: 0, isCut: false }],
  ["a PDF", blob("%PDF-1.7"), { kind: "pdf", width: 0, height: 0, isCut: false }],
  ["an SVG", blob('<?xml version="1.0"?><svg/>'), { kind: "svg", width: 0, height: 0, isCut: false }],
  ["nothing", blob(""), { kind: null, width: 0, height: 0, isCut: false }],
];

for (const [name, file, wanted] of CASES) {
  test(name, async () => assert.deepEqual(await readHeader(file), wanted));
}
