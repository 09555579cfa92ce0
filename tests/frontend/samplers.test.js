/** What the page draws from the prior and from a mixture has the mean and covariance that it should have. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { SAMPLERS } from "../../vae_explorer/frontend/samplers/registry.js";

const DIM = 3; // odd: the normals come in pairs, and a pair may belong to two codes

// Two components that overlap, one of them rare.
const WEIGHTS = [0.2, 0.8];
const MEANS = [
  [-2, 0, 1],
  [1, 0.5, -1],
];
const FACTORS = [
  [
    [1, 0, 0],
    [0.5, 0.5, 0],
    [-1, 0.25, 0.1],
  ],
  [
    [0.3, 0, 0],
    [0, 2, 0],
    [0.4, -0.4, 0.6],
  ],
];

const TENSORS = {
  prior: {},
  mixture: {
    mixture_weights: { shape: [2], data: Float32Array.from(WEIGHTS) },
    mixture_means: { shape: [2, DIM], data: Float32Array.from(MEANS.flat()) },
    mixture_cholesky: { shape: [2, DIM, DIM], data: Float32Array.from(FACTORS.flat(2)) },
  },
};

/** @typedef {keyof typeof TENSORS} Name */
const NAMES = /** @type {Name[]} */ (Object.keys(TENSORS));

const COUNT = 100_000;

/** @param {Name} name @param {{count?: number, temperature?: number, seed?: number}} [draws] */
function draw(name, { count = COUNT, temperature = 1, seed = 1 } = {}) {
  return SAMPLERS[name].draw(TENSORS[name], { count, dim: DIM, temperature, seed });
}

/** @param {Float64Array} codes @returns {{mean: number[], covariance: number[]}} */
function moments(codes) {
  const count = codes.length / DIM;
  const mean = new Array(DIM).fill(0);
  codes.forEach((value, at) => {
    mean[at % DIM] += value / count;
  });
  const covariance = new Array(DIM * DIM).fill(0);
  for (let start = 0; start < codes.length; start += DIM) {
    for (let i = 0; i < DIM; i++) {
      for (let j = 0; j < DIM; j++) {
        covariance[DIM * i + j] += ((codes[start + i] - mean[i]) * (codes[start + j] - mean[j])) / count;
      }
    }
  }
  return { mean, covariance };
}

/**
 * What they are by the formula: the covariance is that within the components, which the temperature scales, and that of
 * their means.
 *
 * @param {number} temperature
 */
function mixtureMoments(temperature) {
  const axes = [0, 1, 2];
  /** @param {(k: number) => number} value */
  const average = (value) => WEIGHTS.reduce((sum, weight, k) => sum + weight * value(k), 0);
  const mean = axes.map((i) => average((k) => MEANS[k][i]));
  const covariance = axes.flatMap((i) =>
    axes.map((j) =>
      average((k) => {
        const within = axes.reduce((sum, e) => sum + FACTORS[k][i][e] * FACTORS[k][j][e], 0);
        return temperature ** 2 * within + (MEANS[k][i] - mean[i]) * (MEANS[k][j] - mean[j]);
      }),
    ),
  );
  return { mean, covariance };
}

/** @param {number[]} found @param {number[]} expected @param {number} error */
function assertClose(found, expected, error) {
  assert.equal(found.length, expected.length);
  found.forEach((value, at) => {
    assert.ok(Math.abs(value - expected[at]) < error, `${found} is not ${expected}`);
  });
}

for (const temperature of [1, 0.5, 2]) {
  test(`prior at temperature ${temperature}`, () => {
    const { mean, covariance } = moments(draw("prior", { temperature }));
    const variance = temperature ** 2;
    assertClose(mean, [0, 0, 0], 0.015 * temperature);
    assertClose(covariance, [variance, 0, 0, 0, variance, 0, 0, 0, variance], 0.02 * variance);
  });

  test(`mixture at temperature ${temperature}`, () => {
    const { mean, covariance } = moments(draw("mixture", { temperature }));
    const expected = mixtureMoments(temperature);
    assertClose(mean, expected.mean, 0.03 * Math.max(1, temperature));
    assertClose(covariance, expected.covariance, 0.08 * Math.max(1, temperature ** 2));
  });
}

test("a mixture at temperature 0 is its means, each as often as it weighs", () => {
  const codes = draw("mixture", { temperature: 0 });
  const counts = [0, 0];
  for (let start = 0; start < codes.length; start += DIM) {
    const k = codes[start] < 0 ? 0 : 1;
    assert.deepEqual([...codes.subarray(start, start + DIM)], MEANS[k]);
    counts[k]++;
  }
  assertClose(
    counts.map((count) => count / COUNT),
    WEIGHTS,
    0.006,
  );
});

for (const name of NAMES) {
  test(`${name}: a seed gives the same codes each time, and a larger grid continues a smaller one`, () => {
    const few = draw(name, { count: 16, seed: 7 });
    assert.equal(few.length, 16 * DIM);
    assert.deepEqual(draw(name, { count: 16, seed: 7 }), few);
    assert.deepEqual(draw(name, { count: 64, seed: 7 }).slice(0, few.length), few);
    assert.notDeepEqual(draw(name, { count: 16, seed: 8 }), few);
  });

  test(`${name}: the temperature does not change what is drawn`, () => {
    const [zero, one, two] = [0, 1, 2].map((temperature) => draw(name, { count: 100, temperature }));
    assertClose(
      Array.from(two, (value, at) => value - zero[at]),
      Array.from(one, (value, at) => 2 * (value - zero[at])),
      1e-12,
    );
  });
}

test("every sampler of the registry is drawn from here", () => {
  assert.deepEqual(Object.keys(SAMPLERS).sort(), [...NAMES].sort());
});
