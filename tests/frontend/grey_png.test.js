import assert from "node:assert/strict";
import { test } from "node:test";
import { inflateSync } from "node:zlib";
import { crc32 } from "../../vae_explorer/frontend/files.js";
import { greyPng } from "../../vae_explorer/frontend/model_folder/grey_png.js";

for (const [width, height] of [
  [1, 1],
  [224, 224],
  [300, 500],
]) {
  test(`${width} x ${height}`, () => {
    const greys = new Uint8Array(width * height).map((_, i) => (i * 7) ^ (i >> 8));
    const file = Buffer.from(greyPng(greys, width));
    assert.deepEqual([...file.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    /** @type {Record<string, Buffer>} */
    const chunks = {};
    for (let at = 8; at < file.length; ) {
      const length = file.readUInt32BE(at);
      chunks[file.toString("latin1", at + 4, at + 8)] = file.subarray(at + 8, at + 8 + length);
      assert.equal(file.readUInt32BE(at + 8 + length), crc32(file.subarray(at + 4, at + 8 + length)));
      at += 12 + length;
    }
    assert.deepEqual(Object.keys(chunks), ["IHDR", "IDAT", "IEND"]);
    assert.deepEqual([chunks.IHDR.readUInt32BE(0), chunks.IHDR.readUInt32BE(4)], [width, height]);
    const rows = inflateSync(chunks.IDAT); // checks zlib's own checksum
    for (let y = 0; y < height; y++) {
      assert.equal(rows[y * (width + 1)], 0);
      const row = rows.subarray(y * (width + 1) + 1, (y + 1) * (width + 1));
      assert.deepEqual(new Uint8Array(row), greys.slice(y * width, (y + 1) * width));
    }
  });
}
