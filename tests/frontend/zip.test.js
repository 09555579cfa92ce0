import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { crc32 } from "../../vae_explorer/frontend/files.js";
import { ZipError, unzip, zip } from "../../vae_explorer/frontend/zip.js";

const LIMITS = { files: 4, bytes: 100_000 };

const bytesOf = (/** @type {string} */ text) => new TextEncoder().encode(text);

/** @type {[string, Uint8Array<ArrayBuffer>][]} */
const FILES = [
  ["mine/model.json", bytesOf("{}")],
  ["mine/weights.safetensors", new Uint8Array(50_000).map((_, i) => i)],
  ["empty", new Uint8Array()],
];

/**
 * A zip file as other programs write it: compressed, with a comment; its records may be changed.
 *
 * @param {[string, Uint8Array][]} files
 * @param {(entry: DataView, local: DataView) => void} [change]  of each file's two headers
 * @param {number} [claimed]  the size that the headers state, instead of the true one
 */
function packed(files, change, claimed) {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const [path, body] of files) {
    const [name, data] = [bytesOf(path), deflateRawSync(body)];
    const local = new DataView(new ArrayBuffer(30));
    const entry = new DataView(new ArrayBuffer(46));
    local.setUint32(0, 0x04034b50, true);
    entry.setUint32(0, 0x02014b50, true);
    for (const [view, at] of /** @type {[DataView, number][]} */ ([
      [local, 4],
      [entry, 6],
    ])) {
      view.setUint16(at, 20, true);
      view.setUint16(at + 4, 8, true);
      view.setUint32(at + 10, crc32(body), true);
      view.setUint32(at + 14, data.length, true);
      view.setUint32(at + 18, claimed ?? body.length, true);
      view.setUint16(at + 22, name.length, true);
    }
    entry.setUint32(42, offset, true);
    change?.(entry, local);
    parts.push(new Uint8Array(local.buffer), name, data);
    directory.push(new Uint8Array(entry.buffer), name);
    offset += 30 + name.length + data.length;
  }
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(8, files.length, true);
  end.setUint16(10, files.length, true);
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  end.setUint32(12, size, true);
  end.setUint32(16, offset, true);
  end.setUint16(20, 7, true);
  return new Uint8Array(Buffer.concat([...parts, ...directory, new Uint8Array(end.buffer), bytesOf("comment")]));
}

test("what is zipped is unzipped, and the same files give the same zip file", async () => {
  const file = zip(FILES);
  assert.deepEqual([...(await unzip(file, LIMITS))], FILES);
  assert.deepEqual(zip(FILES), file);
});

test("those of other programs: compressed, with folders and what macOS adds", async () => {
  const others = /** @type {[string, Uint8Array][]} */ ([
    ["mine/", new Uint8Array()],
    ["__MACOSX/mine/._a", bytesOf("x")],
  ]);
  assert.deepEqual([...(await unzip(packed([...others, ...FILES]), LIMITS))], FILES);
});

test("a file that lies within a larger buffer", async () => {
  const file = zip(FILES);
  const larger = new Uint8Array(file.length + 20).fill(7);
  larger.set(file, 10);
  assert.deepEqual([...(await unzip(larger.subarray(10, 10 + file.length), LIMITS))], FILES);
});

test("cut short anywhere it is one sentence", async () => {
  for (const whole of [zip(FILES.slice(0, 1)), packed(FILES.slice(0, 1))]) {
    for (let length = 4; length < whole.length; length++) {
      await assert.rejects(unzip(whole.slice(0, length), LIMITS), /cut short/, `${length} bytes`);
    }
  }
});

test("whatever byte is another one, it is a sentence or the very files", async () => {
  const whole = packed(FILES.slice(0, 1));
  for (let at = 0; at < whole.length; at++) {
    for (const value of [0, 255, whole[at] ^ 1]) {
      const damaged = whole.slice();
      damaged[at] = value;
      const found = await unzip(damaged, LIMITS).catch((error) => {
        assert.ok(error instanceof ZipError, `${at}: ${error}`);
        return null;
      });
      if (found) for (const body of found.values()) assert.deepEqual(body, FILES[0][1]);
    }
  }
});

const MANY = Array.from({ length: 5 }, (_, i) => /** @type {[string, Uint8Array]} */ ([`${i}`, bytesOf("a")]));
const BOMB = new Uint8Array(10_000_000);

/** @type {[string, () => Uint8Array<ArrayBuffer>, RegExp][]} */
const REFUSED = [
  ["nothing", () => new Uint8Array(), /not a zip file/],
  ["a picture", () => bytesOf("\x89PNG, and then some more of it than a zip file's end takes"), /not a zip file/],
  ["more files than a model has", () => zip(MANY), /more than a model does: at most 4 files/],
  ["larger files", () => zip([["a", new Uint8Array(100_001)]]), /files of 100,000 bytes together/],
  ["a bomb", () => packed([["a", BOMB]]), /more than a model does/],
  ["a bomb that lies", () => packed([["a", BOMB]], undefined, 1000), /damaged/],
  ["less than it claims", () => packed([["a", bytesOf("abc")]], undefined, 1000), /damaged/],
  ["a way out of its folder", () => zip([["../a", bytesOf("a")]]), /a file called “\.\.\/a”/],
  ["a place of its own", () => zip([["/a", bytesOf("a")]]), /a file called “\/a”/],
  ["a way out on Windows", () => zip([["..\\a", bytesOf("a")]]), /a file called/],
  ["twice the same name", () => zip([FILES[2], FILES[2]]), /a file called “empty”/],
  ["encrypted", () => packed(FILES, (entry) => entry.setUint16(8, 1, true)), /encrypted/],
  ["another method", () => packed(FILES, (entry) => entry.setUint16(10, 14, true)), /packed unusually/],
  ["zip64", () => packed(FILES, (entry) => entry.setUint32(20, 0xffffffff, true)), /cannot be read here/],
];

for (const [what, file, sentence] of REFUSED) {
  test(`refused: ${what}`, () =>
    assert.rejects(unzip(file(), LIMITS), (error) => {
      assert.ok(error instanceof ZipError);
      assert.match(error.message, sentence);
      return true;
    }));
}
