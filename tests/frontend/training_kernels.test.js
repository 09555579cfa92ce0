/**
 * The kernels of training as WebAssembly against plain JavaScript, with random sizes and numbers that are none.
 *
 * FUZZ_TRIALS says how many of each (300), FUZZ_SEED where to begin (1).
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { randomIntegers, standardNormals } from "../../vae_explorer/frontend/space/random.js";
import { memoryBytes } from "../../vae_explorer/frontend/training/buffers.js";
import { PLAIN } from "../../vae_explorer/frontend/training/plain_kernels.js";
import { initialWeights, VaeTrainer } from "../../vae_explorer/frontend/training/vae_trainer.js";
import { startTraining } from "../../vae_explorer/frontend/training/wasm_kernels.js";
import { floats } from "./network_file.js";

/** @typedef {import("../../vae_explorer/frontend/training/plain_kernels.js").Kernels} Kernels */

const TRIALS = Number(process.env.FUZZ_TRIALS ?? 300);
const SEED = Number(process.env.FUZZ_SEED ?? 1);
const ROUNDING = 2 ** -24;
const GUARD = 4; // numbers behind an array that a kernel may have to leave alone

/** @type {import("../../vae_explorer/frontend/training/mlp.js").VaeModel} */
const SMALLEST = { latentDim: 1, hidden: 1, likelihood: "bce" };
const started = startTraining(SMALLEST);
assert.ok(started && !started.plain, "this Node has WebAssembly with SIMD");
const { kernels, memory } = started;
const ROOM = memoryBytes(SMALLEST); // bytes; what lies behind is the kernels' own

/** One trial: its random numbers, and arrays for both kinds of kernels. */
class Trial {
  #end = 0;

  /** @param {number} seed */
  constructor(seed) {
    this.next = randomIntegers(seed);
    this.normal = standardNormals(seed);
    this.odd = this.next() % 4 === 0; // has numbers that are none
  }

  /** @param {number} least @param {number} most */
  whole(least, most) {
    return least + (this.next() % (most - least + 1));
  }

  /** Now and then an infinity, a NaN or a 0 of either sign among normal numbers. @param {number} [scale] */
  number(scale = 1) {
    const odd = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 0, -0];
    return this.odd && this.next() % 200 === 0 ? odd[this.whole(0, 4)] : scale * this.normal();
  }

  /** @param {number} length @param {() => number} draw @returns {{plain: Float32Array, wasm: Float32Array}} */
  array(length, draw) {
    const values = floats(length + GUARD, draw);
    const wasm = new Float32Array(memory, this.#end, length + GUARD);
    this.#end += Math.ceil((4 * (length + GUARD)) / 16) * 16;
    assert.ok(this.#end <= ROOM, "the trial is too large");
    wasm.set(values);
    return { plain: values, wasm };
  }
}

/** @param {string} what @param {(trial: Trial) => void} check */
function fuzz(what, check) {
  test(`${what}, ${TRIALS} times`, () => {
    for (let seed = SEED; seed < SEED + TRIALS; seed++) {
      try {
        check(new Trial(seed));
      } catch (error) {
        /** @type {Error} */ (error).message += `\nAgain: FUZZ_SEED=${seed} FUZZ_TRIALS=1`;
        throw error;
      }
    }
  });
}

/**
 * @param {ArrayLike<number>} found
 * @param {ArrayLike<number>} wanted
 * @param {number} length
 * @param {(at: number) => number} error  how far a finite number may be off
 */
function same(found, wanted, length, error) {
  for (let at = 0; at < length; at++) {
    const [a, b] = [found[at], wanted[at]];
    const right = Number.isFinite(b) ? Math.abs(a - b) <= error(at) : Object.is(a, b);
    assert.ok(right, `${at} of ${length}: ${a}, and in plain JavaScript ${b}, with ${error(at)} allowed`);
  }
}

/** @param {{plain: Float32Array, wasm: Float32Array}} array @param {number} length */
function guarded({ plain, wasm }, length) {
  assert.deepEqual(wasm.subarray(length), plain.subarray(length), "numbers past the end have changed");
}

fuzz("product", (trial) => {
  const large = trial.next() % 8 === 0; // more than a block of rows, or of depth
  const [m, n, k] = large
    ? [trial.whole(1, 300), trial.whole(1, 40), trial.whole(200, 600)]
    : [trial.whole(1, 40), trial.whole(1, 40), trial.whole(1, 40)];
  const [aTurned, bTurned] = [trial.next() % 2 === 0, trial.next() % 2 === 0];
  const a = trial.array(m * k, () => trial.number());
  const b = trial.array(k * n, () => trial.number());
  const c = trial.array(m * n, () => 7);
  PLAIN.product(m, n, k, a.plain, aTurned, b.plain, bTurned, c.plain);
  kernels.product(m, n, k, a.wasm, aTurned, b.wasm, bTurned, c.wasm);
  const sizes = new Float32Array(m * n);
  PLAIN.product(m, n, k, a.plain.map(Math.abs), aTurned, b.plain.map(Math.abs), bTurned, sizes);
  same(c.wasm, c.plain, m * n, (at) => (k + 2) * ROUNDING * sizes[at]);
  guarded(c, m * n);
});

fuzz("columnSums and addBias", (trial) => {
  const [rows, columns] = [trial.whole(1, 60), trial.whole(1, 60)];
  const values = trial.array(rows * columns, () => trial.number());
  const sums = trial.array(columns, () => 7);
  PLAIN.columnSums(values.plain, sums.plain, rows, columns);
  kernels.columnSums(values.wasm, sums.wasm, rows, columns);
  same(sums.wasm, sums.plain, columns, () => 8 * rows * rows * ROUNDING);
  guarded(sums, columns);
  const bias = trial.array(columns, () => trial.number());
  PLAIN.addBias(values.plain, bias.plain, rows, columns);
  kernels.addBias(values.wasm, bias.wasm, rows, columns);
  same(values.wasm, values.plain, rows * columns, () => 0);
  guarded(values, rows * columns);
});

fuzz("relu, its slope, sigmoid", (trial) => {
  const count = trial.whole(1, 100);
  const values = trial.array(count, () => trial.number(10));
  const gradient = trial.array(count, () => trial.number());
  PLAIN.reluBackward(gradient.plain, values.plain, count);
  kernels.reluBackward(gradient.wasm, values.wasm, count);
  same(gradient.wasm, gradient.plain, count, () => 0);
  PLAIN.relu(values.plain, count);
  kernels.relu(values.wasm, count);
  same(values.wasm, values.plain, count, () => 0);
  const logits = trial.array(count, () => trial.number(10 ** trial.whole(-1, 2)));
  PLAIN.sigmoid(logits.plain, count);
  kernels.sigmoid(logits.wasm, count);
  same(logits.wasm, logits.plain, count, (at) => 8 * ROUNDING * Math.abs(logits.plain[at]) + 2e-38);
});

for (const name of /** @type {const} */ (["bce", "mse"])) {
  fuzz(name, (trial) => {
    const count = 784 * trial.whole(1, 3);
    const spread = 10 ** trial.whole(-2, 2);
    const logits = trial.array(count, () => trial.number(spread));
    const images = trial.array(count, () => trial.next() / 2 ** 32);
    const scale = 1 / trial.whole(1, 1024);
    const wanted = PLAIN[name](logits.plain, images.plain, count, scale);
    const found = kernels[name](logits.wasm, images.wasm, count, scale);
    same([found], [wanted], 1, () => 16 * ROUNDING * count * (name === "bce" ? Math.max(1, spread) : 50));
    const most = scale * (name === "bce" ? 1 : 100 / 4);
    same(logits.wasm, logits.plain, count, () => 16 * ROUNDING * most);
  });
}

fuzz("Adam", (trial) => {
  const count = trial.whole(1, 100);
  const scale = 10 ** trial.whole(-6, 3);
  const arrays = [1, scale, scale, scale].map((size) => trial.array(count, () => size * trial.normal()));
  for (const kind of /** @type {const} */ (["plain", "wasm"])) {
    const [weights, gradients, first, second] = arrays.map((array) => array[kind]);
    for (let i = 0; i < count; i++) second[i] *= second[i];
    (kind === "plain" ? PLAIN : kernels).adam(weights, gradients, first, second, count, 0.01, 1.5);
  }
  const [weights, , first, second] = arrays;
  const own = (/** @type {Float32Array} */ values, /** @type {number} */ size) => (/** @type {number} */ at) =>
    16 * ROUNDING * (Math.abs(values[at]) + size);
  same(first.wasm, first.plain, count, own(first.plain, scale));
  same(second.wasm, second.plain, count, own(second.plain, 0));
  // A step is the rate times a ratio that is as exact as its two numbers; where the second is small, far from 1.
  const ratio = (/** @type {number} */ at) => (scale + Math.abs(first.plain[at])) / Math.sqrt(second.plain[at]);
  same(weights.wasm, weights.plain, count, (at) => 16 * ROUNDING * (Math.abs(weights.plain[at]) + 0.01 * ratio(at)));
});

fuzz("squaresFinite", (trial) => {
  const count = 4 * trial.whole(1, 20);
  const scale = 10 ** trial.whole(17, 19);
  const values = trial.array(count, () => trial.number(scale));
  assert.equal(kernels.squaresFinite(values.wasm, count), PLAIN.squaresFinite(values.plain, count));
});

test("whole steps: odd sizes, batches of 1 to 1024", async () => {
  const { next, whole } = trialOf(SEED);
  for (const rows of [1, 2, 3, 7, 64, 129, 1023, 1024]) {
    /** @type {import("../../vae_explorer/frontend/training/mlp.js").VaeModel} */
    const model = {
      latentDim: whole(1, 21),
      hidden: whole(1, 70),
      likelihood: next() % 2 ? "bce" : "mse",
      deterministic: next() % 4 === 0,
    };
    const seed = next();
    const trainers = await Promise.all([true, false].map((plain) => VaeTrainer.create(model, { plain })));
    assert.deepEqual(
      trainers.map(({ plain }) => plain),
      [true, false],
    );
    const images = floats(784 * rows, () => Math.max(0, next() / 2 ** 31 - 1));
    const eps = floats(model.latentDim * rows, standardNormals(seed));
    for (const trainer of trainers) trainer.load(initialWeights(model, randomIntegers(seed)));
    const [plain, wasm] = trainers.map((trainer) => trainer.step(images, eps, { beta: 2, learningRate: 0 }));
    const what = `${rows} images, ${JSON.stringify(model)}`;
    assert.ok(Math.abs(plain.reconstruction - wasm.reconstruction) <= 1e-6 * Math.abs(plain.reconstruction), what);
    assert.ok(Math.abs(plain.kl - wasm.kl) <= 1e-5 * plain.kl, what);
    const [wanted, found] = trainers.map((trainer) => trainer.gradients());
    for (const [name, values] of Object.entries(wanted)) {
      const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const off = values.reduce((most, value, at) => Math.max(most, Math.abs(value - found[name][at])), 0);
      assert.ok(off <= 2e-5 * largest, `${name} is off by ${off} of ${largest}: ${what}`);
    }
  }
});

/** @param {number} seed */
function trialOf(seed) {
  const trial = new Trial(seed);
  return { next: trial.next, whole: trial.whole.bind(trial) };
}
