/** The codes of variations, the file that they are saved in, and what is said of what was measured. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { conclusions, differences } from "../../vae_explorer/frontend/views/uses/augment_findings.js";
import { npyFile, npzFile } from "../../vae_explorer/frontend/views/uses/npz.js";
import {
  betweenTwo,
  fromPosterior,
  indicesOf,
  oneOf,
  shuffled,
} from "../../vae_explorer/frontend/views/uses/variations.js";
import { readingOf } from "../../vae_explorer/frontend/views/shared/reading.js";

const DIM = 3;
const MANY = 20_000;
const posterior = { mu: [1, -2, 0], sigma: [0.5, 2, 0], logVar: [0, 0, 0] };

test("from the posterior: at temperature 0 its mean, else as far from it as sigma and temperature say", () => {
  const codeOf = fromPosterior(() => posterior, DIM, 7);
  assert.deepEqual([...codeOf(4, 0, new Float64Array(DIM))], posterior.mu);
  const sums = [0, 0, 0];
  const squares = [0, 0, 0];
  for (let n = 0; n < MANY; n++) {
    codeOf(n, 2, new Float64Array(DIM)).forEach((value, i) => {
      sums[i] += value;
      squares[i] += (value - posterior.mu[i]) ** 2;
    });
  }
  posterior.mu.forEach((mu, i) => {
    const deviation = 2 * posterior.sigma[i];
    assert.ok(Math.abs(sums[i] / MANY - mu) <= (5 * deviation) / Math.sqrt(MANY));
    assert.ok(Math.abs(Math.sqrt(squares[i] / MANY) - deviation) <= 0.03 * deviation);
  });
});

test("the same seed gives the same codes, in whatever order they are asked for; another gives others", () => {
  const codes = (seed, order) => {
    const codeOf = fromPosterior(() => posterior, DIM, seed);
    return order.map((index) => [...codeOf(index, 1, new Float64Array(DIM))]);
  };
  assert.deepEqual(codes(7, [0, 1, 5]), codes(7, [5, 1, 0]).reverse());
  assert.notDeepEqual(codes(7, [0]), codes(8, [0]));
  assert.notDeepEqual(codes(7, [0]), codes(7, [1]));
});

test("between two: everywhere on the line from one to the other", () => {
  const [a, b] = [
    [0, 10, 1],
    [4, -10, 1],
  ];
  const codeOf = betweenTwo(
    () => a,
    () => b,
    3,
  );
  const shares = Array.from({ length: MANY }, (_, n) => {
    const z = codeOf(n, 1, new Float64Array(DIM));
    const share = z[0] / 4;
    assert.ok(Math.abs(z[1] - (10 - 20 * share)) < 1e-9 && z[2] === 1);
    return share;
  });
  assert.ok(Math.min(...shares) > 0 && Math.max(...shares) < 1);
  for (const tenth of [1, 5, 9]) {
    const below = shares.filter((share) => share < tenth / 10).length;
    assert.ok(Math.abs(below / MANY - tenth / 10) < 0.02);
  }
});

test("the other one is any but the one itself", () => {
  const items = [3, 5, 8];
  const draws = Array.from({ length: 300 }, (_, i) => Math.ceil((i * 2 ** 32) / 300));
  const counts = (except) => items.map((item) => draws.filter((draw) => oneOf(items, draw, except) === item).length);
  assert.deepEqual(counts(5), [150, 0, 150]);
  assert.deepEqual(counts(8), [150, 150, 0]);
  assert.deepEqual(counts(null), [100, 100, 100]);
  assert.deepEqual(counts(4), [100, 100, 100]); // none of them
  assert.equal(oneOf([3], 0, 3), undefined);
  assert.equal(oneOf([], 0, null), undefined);
  assert.equal(oneOf([3], 2 ** 32 - 1, null), 3);
});

test("shuffled: all of them once, in an order of the seed", () => {
  const items = indicesOf([1, 0, 1, 1, 0, 1, 1], 1);
  assert.deepEqual(items, [0, 2, 3, 5, 6]);
  const first = new Map(items.map((item) => [item, 0]));
  for (let seed = 0; seed < 1000; seed++) {
    const order = shuffled(items, seed);
    assert.deepEqual(
      order.slice().sort((x, y) => x - y),
      items,
    );
    first.set(order[0], first.get(order[0]) + 1);
  }
  for (const count of first.values()) assert.ok(count > 150 && count < 250, `${[...first.values()]}`);
  assert.deepEqual(shuffled(items, 9), shuffled(items, 9));
});

test("a reading is the softmax of the largest logit, however large", () => {
  const { label, share } = readingOf([1000, 1001, 999]);
  assert.equal(label, 1);
  assert.ok(Math.abs(share - 1 / (1 + Math.exp(-1) + Math.exp(-2))) < 1e-12);
});

test("an .npy begins as its format says, and its numbers begin at a multiple of 64", () => {
  const file = npyFile({ name: "z", shape: [2], data: Float32Array.of(1.5, -2) });
  assert.deepEqual([...file.slice(0, 8)], [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  const length = file[8] + 256 * file[9];
  assert.equal((10 + length) % 64, 0);
  const header = String.fromCharCode(...file.slice(10, 10 + length));
  assert.match(header, /^\{'descr': '<f4', 'fortran_order': False, 'shape': \(2,\), \} *\n$/);
  assert.deepEqual([...new Float32Array(file.slice(10 + length).buffer)], [1.5, -2]);
});

test("the same arrays give the same file", () => {
  const arrays = () => [{ name: "a", shape: [2, 1], data: Uint8Array.of(3, 4) }];
  assert.deepEqual(npzFile(arrays()), npzFile(arrays()));
});

const row = (per_class, variations, accuracy, deviation) => ({ per_class, variations, accuracy, deviation, runs: [] });

test("what came out is said, good or not", () => {
  const none = [row(10, "none", 0.9, 0.01), row(50, "none", 0.95, 0.001)];
  assert.deepEqual(conclusions(none), []);
  const within = [...none, row(10, "between", 0.909, 0.001), row(50, "between", 0.949, 0.002)];
  assert.deepEqual(
    differences(within).map(({ spread }) => spread),
    [0.01, 0.002],
  );
  const spread = "What counts is a difference larger than the spread, the larger of the two standard deviations.";
  const higher = (count) =>
    `Spread aside, the mean accuracy was higher with variations than without in ${count} of 2 comparisons.`;
  assert.deepEqual(conclusions(within), [
    "No: variations did not help this classifier.",
    spread,
    "Better than without variations: none.",
    higher(1),
  ]);
  const mixed = [...none, row(10, "posterior-checked", 0.92, 0.001), row(50, "between", 0.94, 0.002)];
  assert.deepEqual(conclusions(mixed), [
    "Sometimes: some variations helped this classifier, others did not.",
    spread,
    "Better than without variations: posterior, checked with 10 per class.",
    "Worse: between with 50 per class.",
    higher(1),
  ]);
  const worse = [...none, row(10, "between", 0.8, 0.001), row(50, "between", 0.9, 0.002)];
  assert.deepEqual(conclusions(worse), [
    "No: variations did not help this classifier.",
    spread,
    "Better than without variations: none.",
    "Worse: between with 10 and 50 per class.",
    higher(0),
  ]);
  const better = [...none, row(10, "between", 0.92, 0.001), row(50, "between", 0.96, 0.002)];
  assert.deepEqual(conclusions(better), [
    "Yes: all variations helped this classifier.",
    spread,
    "Better than without variations: between with 10 and 50 per class.",
    higher(2),
  ]);
});
