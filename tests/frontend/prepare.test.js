/** Steps from a picture to 28x28. `tests/browser/test_prepare.py` compares every pixel with Pillow's. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { isDarkOnLight, prepare, usualSteps } from "../../vae_explorer/frontend/picture/prepare.js";

const MNIST = usualSteps("mnist");
const WHOLE = usualSteps("fashion-mnist");

/**
 * A bright bar on a dark ground.
 *
 * @param {number} width @param {number} height @param {[number, number, number, number]} bar  left, top, right, bottom
 * @param {number} [ground] @param {number} [ink]
 */
function bar(width, height, [left, top, right, bottom], ground = 0, ink = 1) {
  const pixels = new Float32Array(width * height).fill(ground);
  for (let y = top; y < bottom; y++) pixels.fill(ink, y * width + left, y * width + right);
  return { pixels, width, height };
}

/** @param {Float32Array} pixels  (784) @returns {number[]}  left, top, right and bottom of what is bright */
function extent(pixels) {
  const at = Array.from(pixels, (value, index) => (value > 0.5 ? index : -1)).filter((index) => index >= 0);
  const [columns, rows] = [at.map((index) => index % 28), at.map((index) => Math.floor(index / 28))];
  return [Math.min(...columns), Math.min(...rows), Math.max(...columns) + 1, Math.max(...rows) + 1];
}

test("ink is fitted into 20 x 20 and its mass comes to the middle, wherever it was drawn", () => {
  const first = prepare(bar(200, 200, [10, 10, 30, 110]), MNIST);
  assert.deepEqual(extent(first), [13, 5, 17, 25]); // pixel 14 is the middle, as in MNIST
  assert.deepEqual(prepare(bar(200, 200, [150, 60, 170, 160]), MNIST), first);
  assert.deepEqual(prepare(bar(400, 400, [10, 10, 50, 210]), MNIST), first, "and however large");
});

test("dark ink on light ground becomes bright on dark, unless it is not wanted", () => {
  const dark = bar(100, 100, [40, 10, 60, 90], 1, 0);
  assert.ok(isDarkOnLight(dark));
  assert.deepEqual(prepare(dark, MNIST), prepare(bar(100, 100, [40, 10, 60, 90]), MNIST));
  const asItIs = prepare(dark, { ...WHOLE, invert: false });
  assert.equal(asItIs[0], 1);
  assert.equal(asItIs[14 * 28 + 14], 0);
});

test("the contrast of a photograph is stretched", () => {
  const photo = bar(100, 100, [40, 10, 60, 90], 0.3, 0.7);
  const pixels = prepare(photo, MNIST);
  assert.equal(Math.min(...pixels), 0);
  assert.equal(Math.max(...pixels), 1);
  const grey = prepare(photo, { ...MNIST, contrast: false });
  assert.ok(Math.abs(Math.min(...grey) - 0.3) < 0.01);
  assert.deepEqual(extent(grey), extent(pixels));
});

test("clothes keep their place in the square", () => {
  assert.deepEqual(extent(prepare(bar(56, 56, [0, 0, 20, 10]), WHOLE)), [0, 0, 10, 5]);
  assert.deepEqual(extent(prepare(bar(56, 28, [10, 4, 46, 24]), WHOLE)), [5, 9, 23, 19]);
});

test("no ink is cut off when its mass is off the middle", () => {
  const picture = bar(240, 240, [20, 20, 180, 30]); // a long arm to the left of a heavy block
  for (let y = 20; y < 220; y++) picture.pixels.fill(1, y * 240 + 140, y * 240 + 220);
  const [left, top, right, bottom] = extent(prepare(picture, MNIST));
  assert.deepEqual([right - left, bottom - top], [20, 20]);
  assert.equal(left, 0, "as near to the middle as it can be");
});

for (const [width, height] of [
  [1, 1],
  [1, 1000],
  [1000, 1],
  [3, 2],
]) {
  for (const value of [0, 0.5, 1]) {
    test(`${width} x ${height} of ${value} alone gives numbers in 0…1`, () => {
      const grey = { pixels: new Float32Array(width * height).fill(value), width, height };
      for (const steps of [MNIST, WHOLE, { ...MNIST, invert: false }, { ...MNIST, fit: false }]) {
        const pixels = prepare(grey, steps);
        assert.equal(pixels.length, 784);
        assert.ok(pixels.every((each) => each >= 0 && each <= 1));
      }
    });
  }
}
