import assert from "node:assert/strict";
import { test } from "node:test";
import { narrowed, roundedToHalf, widened } from "../../vae_explorer/frontend/network/half.js";

test("every float16 number is itself after the way to float32 and back", () => {
  const all = Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits);
  const back = narrowed(widened(all));
  // All of NaN's many patterns become one.
  const isNaN16 = (/** @type {number} */ bits) => (bits & 0x7fff) > 0x7c00;
  all.forEach((bits, i) => assert.ok(isNaN16(bits) ? isNaN16(back[i]) : back[i] === bits, `${bits} became ${back[i]}`));
});

test("what lies between two goes to the nearer, and from the middle to the even one", () => {
  const all = widened(Uint16Array.from({ length: 0x7c00 }, (_, bits) => bits));
  for (let bits = 0; bits + 1 < all.length; bits++) {
    const [low, high] = [all[bits], all[bits + 1]];
    const middle = (low + high) / 2;
    const step = high - low;
    const wanted = [bits, bits + (bits % 2), bits + 1];
    const values = Float32Array.of(middle - step / 1024, middle, middle + step / 1024);
    assert.deepEqual([...narrowed(values)], wanted, `between ${low} and ${high}`);
    const negative = [...narrowed(values.map((value) => -value))];
    assert.deepEqual(
      negative,
      wanted.map((each) => each | 0x8000),
    );
  }
});

test("beyond the largest", () => {
  const values = Float32Array.of(65_504, 65_519, 65_520, 1e30, -1e30);
  assert.deepEqual([...narrowed(values)], [0x7bff, 0x7bff, 0x7c00, 0x7c00, 0xfc00]);
  assert.deepEqual(roundedToHalf(Float32Array.of(0.1, 1e6)), Float32Array.of(0.1, 1e6));
  assert.deepEqual(roundedToHalf(Float32Array.of(0.1)), Float32Array.of(0.0999755859375));
});
