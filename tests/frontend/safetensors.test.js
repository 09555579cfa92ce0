import assert from "node:assert/strict";
import { test } from "node:test";
import { FormatError, parseSafetensors } from "../../vae_explorer/frontend/network/safetensors.js";
import { writeSafetensors } from "../../vae_explorer/frontend/network/write_safetensors.js";

/**
 * @param {unknown} header   as JSON; a text as it is
 * @param {number[]} [data]  bytes
 * @returns {ArrayBuffer}
 */
function fileOf(header, data = []) {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes.buffer;
}

const floatBytes = (/** @type {number[]} */ ...values) => [...new Uint8Array(Float32Array.from(values).buffer)];

test("tensors and metadata", () => {
  const header = {
    __metadata__: { layers: "[]" },
    a: { dtype: "F32", shape: [2, 1], data_offsets: [0, 8] },
    b: { dtype: "U8", shape: [3], data_offsets: [8, 11] },
  };
  const { metadata, tensors } = parseSafetensors(fileOf(header, [...floatBytes(1.5, -2), 7, 8, 9]));
  assert.deepEqual(metadata, { layers: "[]" });
  assert.deepEqual(tensors.a, { shape: [2, 1], data: Float32Array.of(1.5, -2) });
  assert.deepEqual(tensors.b, { shape: [3], data: Uint8Array.of(7, 8, 9) });
});

test("half floats", () => {
  // Written out by numpy: zeros, the smallest, the largest below the normal ones, the smallest normal one, 1, the next,
  // 65504, a third, infinities, and what is no number.
  const halves = [0, 0x8000, 1, 0x03ff, 0x0400, 0x3c00, 0x3c01, 0x7bff, 0xb555, 0x7c00, 0xfc00, 0x7e00];
  const values = [0, -0, 2 ** -24, 1023 * 2 ** -24, 2 ** -14, 1, 1 + 2 ** -10, 65504, -0.333251953125];
  const expected = Float32Array.from([...values, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]);
  const data = [...new Uint8Array(Uint16Array.from(halves).buffer)];
  for (const spaces of ["", " "]) {
    const header = JSON.stringify({ a: { dtype: "F16", shape: [4, 3], data_offsets: [0, 24] } }) + spaces;
    assert.deepEqual(parseSafetensors(fileOf(header, data)).tensors.a, { shape: [4, 3], data: expected });
  }
});

test("floats at any place", () => {
  for (let spaces = 0; spaces < 4; spaces++) {
    const header = JSON.stringify({ a: { dtype: "F32", shape: [1], data_offsets: [0, 4] } }) + " ".repeat(spaces);
    assert.deepEqual(parseSafetensors(fileOf(header, floatBytes(0.25))).tensors.a.data, Float32Array.of(0.25));
  }
});

/** @type {[string, ArrayBuffer, RegExp][]} */
const BROKEN = [
  ["nothing", new ArrayBuffer(0), /holds 0 bytes/],
  ["a header longer than the file", fileOf("{}").slice(0, 9), /does not begin with a safetensors header/],
  ["a header that is not JSON", fileOf("{"), /not readable JSON/],
  ["a header that is a list", fileOf([]), /not a JSON object/],
  ["metadata that are a list", fileOf({ __metadata__: [] }), /metadata .* not a JSON object/],
  ["a tensor without a place", fileOf({ a: { dtype: "F32", shape: [1] } }), /Tensor a .* no place/],
  ["an unknown type", fileOf({ a: { dtype: "F64", shape: [0], data_offsets: [0, 0] } }), /F64; F16, F32, I32 or U8/],
  ["a tensor cut short", fileOf({ a: { dtype: "F32", shape: [2], data_offsets: [0, 8] } }, [0, 0]), /does not fit/],
];

for (const [what, buffer, message] of BROKEN) {
  test(what, () => {
    assert.throws(
      () => parseSafetensors(buffer),
      (error) => error instanceof FormatError && message.test(error.message),
    );
  });
}

test("what is written is read again, in as little room as it takes", () => {
  const tensors = {
    labels: { shape: [3], data: Uint8Array.of(1, 2, 3) },
    exact: { shape: [2, 1], data: Float32Array.of(0.25, -0) },
    fine: { shape: [1], data: Float32Array.of(0.1) },
    far: { shape: [2], data: Float32Array.of(1, 1e9) },
    none: { shape: [0, 4], data: new Float32Array() },
    counts: { shape: [1], data: Int32Array.of(-7) },
  };
  const file = writeSafetensors(tensors, { about: "“é”" });
  assert.deepEqual(parseSafetensors(file.buffer), { metadata: { about: "“é”" }, tensors });
  const length = new DataView(file.buffer).getUint32(0, true);
  assert.equal(length % 8, 0);
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)));
  const types = Object.fromEntries(Object.keys(tensors).map((name) => [name, header[name].dtype]));
  assert.deepEqual(types, { labels: "U8", exact: "F16", fine: "F32", far: "F32", none: "F16", counts: "I32" });
});
