import assert from "node:assert/strict";
import { test } from "node:test";
import { principalAxes, projected } from "../../vae_explorer/frontend/space/pca.js";
import { standardNormals } from "../../vae_explorer/frontend/space/random.js";

const COUNT = 3000;

/** @param {ArrayLike<number>} one @param {ArrayLike<number>} other */
const product = (one, other) => Array.from(one).reduce((sum, value, i) => sum + value * other[i], 0);

/** Codes whose deviations along turned axes are `spreads`. @param {number[]} spreads @param {number} seed */
function turnedCodes(spreads, seed) {
  const dim = spreads.length;
  const normal = standardNormals(seed);
  // Gram and Schmidt: random axes, each without what it has of those before it.
  /** @type {number[][]} */
  const axes = [];
  for (let axis = 0; axis < dim; axis++) {
    let vector = Array.from({ length: dim }, normal);
    for (const other of axes) {
      const share = product(vector, other);
      vector = vector.map((value, i) => value - share * other[i]);
    }
    const length = Math.sqrt(product(vector, vector));
    axes.push(vector.map((value) => value / length));
  }
  const codes = new Float32Array(COUNT * dim);
  for (let row = 0; row < COUNT; row++) {
    axes.forEach((axis, k) => {
      const step = spreads[k] * normal();
      for (let i = 0; i < dim; i++) codes[row * dim + i] += step * axis[i] + (k ? 0 : 5);
    });
  }
  return { codes, axes };
}

for (const dim of [1, 2, 3, 5, 20]) {
  test(`the widest directions of ${dim} dimensions`, () => {
    const spreads = Array.from({ length: dim }, (_, i) => 2 ** (dim - 1 - i) / 2 ** Math.min(dim - 1, 10));
    const { codes, axes } = turnedCodes(spreads, dim);
    const { mean, components } = principalAxes(codes, COUNT, dim);
    const found = [0, 1, 2].map((axis) => components.subarray(axis * dim, (axis + 1) * dim));
    found.forEach((one, i) =>
      found.forEach((other, j) => {
        const wanted = i === j && i < dim ? 1 : 0;
        assert.ok(Math.abs(product(one, other) - wanted) < 1e-9, `axes ${i} and ${j}`);
      }),
    );
    for (let axis = 0; axis < Math.min(3, dim); axis++) {
      assert.ok(Math.abs(product(found[axis], axes[axis])) > 0.99, `axis ${axis}`);
      assert.ok(found[axis].reduce((sum, value) => sum + value, 0) >= 0);
    }
    // What lies on the axes: no mean, no product of two of them, and the variances in order.
    const points = projected(codes, COUNT, dim, { mean, components });
    const columns = [0, 1, 2].map((axis) => Float64Array.from({ length: COUNT }, (_, row) => points[3 * row + axis]));
    columns.forEach((one, i) => {
      assert.ok(Math.abs(one.reduce((sum, value) => sum + value, 0) / COUNT) < 1e-4 * spreads[0]);
      columns.slice(0, i).forEach((other) => {
        assert.ok(Math.abs(product(one, other)) / COUNT < 1e-4 * spreads[0] ** 2);
        assert.ok(product(one, one) <= product(other, other));
      });
    });
  });
}

test("codes that are all the same have axes, too", () => {
  const { mean, components } = principalAxes(new Float32Array(8).fill(2), 4, 2);
  assert.deepEqual([...mean], [2, 2]);
  assert.deepEqual([...components], [1, 0, 0, 1, 0, 0]);
});
