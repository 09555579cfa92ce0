/** Training in the page: losses and gradients by their definition, Adam, states, faults. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Network } from "../../vae_explorer/frontend/network/network.js";
import { randomIntegers, standardNormals } from "../../vae_explorer/frontend/space/random.js";
import { initialWeights, VaeTrainer } from "../../vae_explorer/frontend/training/vae_trainer.js";
import { floats } from "./network_file.js";
import { gradients, loss } from "./reference_vae.js";

/** @typedef {import("../../vae_explorer/frontend/training/mlp.js").VaeModel} VaeModel */

/** @type {VaeModel} */
const MODEL = { latentDim: 2, hidden: 3, likelihood: "bce" };
const SETTINGS = { beta: 1, learningRate: 1e-3 };
const ENGINES = [{ plain: true }, { plain: false }];

/** @param {number} count @param {number} [seed] */
function batch(count, seed = 1, latentDim = MODEL.latentDim) {
  const [next, normal] = [randomIntegers(seed), standardNormals(seed)];
  // As digits are: mostly black, some grey, some white.
  const grey = () => Math.min(1, Math.max(0, (3 * next()) / 2 ** 32 - 1.5));
  return { images: floats(count * 784, grey), eps: floats(count * latentDim, normal) };
}

/** @param {VaeModel} model @param {{plain: boolean}} engine @param {number} [seed] */
async function started(model, engine, seed = 1) {
  const trainer = await VaeTrainer.create(model, engine);
  assert.equal(trainer.plain, engine.plain);
  const weights = initialWeights(model, randomIntegers(seed));
  // The default start is so small that log_var hardly matters.
  for (let i = 0; i < weights["encoder.2.weight"].length; i++) weights["encoder.2.weight"][i] *= 3;
  trainer.load(weights);
  return trainer;
}

/** @param {ArrayLike<number>} found @param {ArrayLike<number>} wanted @param {number} relative @param {string} what */
function close(found, wanted, relative, what) {
  const largest = Math.max(...Array.from(wanted, Math.abs));
  assert.equal(found.length, wanted.length, what);
  for (let i = 0; i < wanted.length; i++) {
    assert.ok(Math.abs(found[i] - wanted[i]) <= relative * largest, `${what} ${i}: ${found[i]}, not ${wanted[i]}`);
  }
}

for (const engine of ENGINES) {
  const on = engine.plain ? "plain JavaScript" : "WebAssembly";

  for (const likelihood of /** @type {const} */ (["bce", "mse"])) {
    for (const [beta, deterministic] of /** @type {[number, boolean][]} */ ([
      [0, false],
      [2.5, false],
      [1, true],
    ])) {
      test(`${on}: gradients of ${likelihood}, beta ${beta}${deterministic ? ", deterministic" : ""}`, async () => {
        const model = { ...MODEL, likelihood, deterministic };
        const trainer = await started(model, engine);
        const weights = trainer.weights();
        const { images, eps } = batch(3);
        const found = trainer.step(images, eps, { beta, learningRate: 0 });
        const wanted = loss(model, weights, images, eps);
        close([found.reconstruction], [wanted.reconstruction], 1e-6, "reconstruction");
        close([found.kl], [wanted.kl], 1e-6, "kl");
        // All of the small tensors, and of the large ones each row and column.
        const slopes = gradients(model, weights, images, eps, beta, (i, count) => count < 20 || i % 13 === 0);
        for (const [name, values] of Object.entries(trainer.gradients())) {
          const own = slopes[name].map(({ at }) => values[at]);
          close(
            own,
            Array.from(slopes[name], ({ slope }) => slope),
            1e-5,
            name,
          );
        }
      });
    }
  }

  test(`${on}: with weights of 0 a picture costs 784 ln 2, and its slope is known`, async () => {
    const trainer = await VaeTrainer.create(MODEL, engine);
    const weights = trainer.weights();
    weights["encoder.2.bias"].set([0.5, -2, 0.25, -1]);
    trainer.load(weights);
    const { images, eps } = batch(1);
    const { reconstruction, kl } = trainer.step(images, eps, { beta: 3, learningRate: 0.01 });
    close([reconstruction], [784 * Math.LN2], 1e-6, "reconstruction");
    close([kl], [(0.25 + Math.exp(0.25) - 1.25) / 2 + (4 + Math.exp(-1) - 1 + 1) / 2], 1e-6, "kl");
    const slopes = trainer.gradients();
    const wanted = [1.5, -6, (3 * (Math.exp(0.25) - 1)) / 2, (3 * (Math.exp(-1) - 1)) / 2];
    close(slopes["encoder.2.bias"], wanted, 1e-6, "encoder.2.bias");
    close(
      slopes["decoder.2.bias"],
      Array.from(images, (x) => 0.5 - x),
      1e-6,
      "decoder.2.bias",
    );
    // The first step of Adam is the learning rate, down the slope.
    const off = wanted.map((slope, i) => weights["encoder.2.bias"][i] - 0.01 * Math.sign(slope));
    close(trainer.weights()["encoder.2.bias"], off, 1e-6, "after a step");
  });

  test(`${on}: Adam by its definition`, async () => {
    const trainer = await started(MODEL, engine);
    const { images, eps } = batch(2);
    const names = Object.keys(trainer.weights());
    const before = trainer.weights();
    const own = names.map((name) => ({
      name,
      w: Float64Array.from(before[name]),
      m: new Float64Array(before[name].length),
      v: new Float64Array(before[name].length),
    }));
    for (let t = 1; t <= 20; t++) {
      trainer.step(images, eps, { beta: 1, learningRate: 0.01 });
      const slopes = trainer.gradients();
      for (const { name, w, m, v } of own) {
        slopes[name].forEach((g, i) => {
          m[i] = 0.9 * m[i] + 0.1 * g;
          v[i] = 0.999 * v[i] + 0.001 * g * g;
          w[i] -= (0.01 * (m[i] / (1 - 0.9 ** t))) / (Math.sqrt(v[i] / (1 - 0.999 ** t)) + 1e-8);
        });
      }
    }
    const after = trainer.weights();
    for (const { name, w } of own) close(after[name], w, 1e-5, name);
  });

  test(`${on}: a loss that falls`, async () => {
    const trainer = await started({ ...MODEL, hidden: 32 }, engine);
    const { images, eps } = batch(5);
    const losses = Array.from({ length: 60 }, () => {
      const { reconstruction, kl } = trainer.step(images, eps, { beta: 1, learningRate: 0.01 });
      return reconstruction + kl;
    });
    assert.ok(losses[59] < losses[0] - 50, `${losses[0]} nats, and then ${losses[59]}`);
  });

  test(`${on}: from a state all goes on as before, in another trainer, too`, async () => {
    const trainer = await started(MODEL, engine);
    const { images, eps } = batch(3);
    const run = (/** @type {VaeTrainer} */ one) => {
      for (let i = 0; i < 3; i++) one.step(images, eps, SETTINGS);
      return one.state();
    };
    run(trainer);
    const state = structuredClone(trainer.state());
    const wanted = run(trainer);
    assert.equal(wanted.steps, 6);
    const other = await VaeTrainer.create(MODEL, engine);
    for (const one of [trainer, other]) {
      one.restore(state);
      assert.deepEqual(run(one), wanted);
    }
    trainer.load(state.weights);
    assert.equal(trainer.state().steps, 0, "load starts Adam anew");
    assert.ok(Object.values(trainer.state().second).every((values) => values.every((v) => v === 0)));
  });

  test(`${on}: encoder and decoder are what the page's networks say`, async () => {
    const trainer = await started({ ...MODEL, hidden: 37 }, engine);
    const weights = trainer.weights();
    const { images, eps } = batch(300); // more than the trainer takes at a time
    const encoder = network(weights, "encoder", [784, 37, 4]);
    const { mu, logVar } = trainer.encode(images);
    const decoded = trainer.decode(eps);
    const decoder = network(weights, "decoder", [2, 37, 784]);
    for (const i of [0, 1, 255, 256, 299]) {
      const wanted = encoder.run(images.subarray(784 * i, 784 * (i + 1)));
      close([mu[2 * i], mu[2 * i + 1], logVar[2 * i], logVar[2 * i + 1]], wanted, 1e-5, `code ${i}`);
      const pixels = Array.from(decoder.run(eps.subarray(2 * i, 2 * i + 2)), (l) => 1 / (1 + Math.exp(-l)));
      close(decoded.subarray(784 * i, 784 * (i + 1)), pixels, 1e-5, `picture ${i}`);
    }
  });

  for (const deterministic of [false, true]) {
    test(`${on}: evaluate${deterministic ? ", deterministic" : ""}`, async () => {
      const model = { ...MODEL, deterministic };
      const trainer = await started(model, engine);
      const { images, eps } = batch(300);
      const found = trainer.evaluate(images, eps);
      const wanted = loss(model, trainer.weights(), images, eps);
      close([found.reconstruction], [wanted.reconstruction], 1e-6, "reconstruction");
      close([found.kl], [wanted.kl], 1e-6, "kl");
      close([found.klPerDimension[0] + found.klPerDimension[1]], [wanted.kl], 1e-6, "klPerDimension");
      const step = trainer.step(images, eps, SETTINGS);
      close([step.reconstruction, step.kl], [found.reconstruction, found.kl], 1e-6, "step");
    });
  }

  test(`${on}: the log variance of a plain autoencoder is not trained`, async () => {
    const trainer = await started({ ...MODEL, deterministic: true }, engine);
    const before = trainer.weights()["encoder.2.weight"];
    const { images } = batch(4);
    for (let i = 0; i < 3; i++) assert.equal(trainer.step(images, new Float32Array(0), SETTINGS).kl, 0);
    const after = trainer.weights()["encoder.2.weight"];
    assert.deepEqual(after.subarray(6), before.subarray(6));
    assert.notDeepEqual(after.subarray(0, 6), before.subarray(0, 6));
  });

  for (const [what, name, value] of /** @type {[string, string, number][]} */ ([
    ["a variance beyond float32", "encoder.2.bias", 400],
    ["a gradient whose square is beyond float32", "encoder.2.bias", 60],
    ["a weight that is no number", "decoder.2.weight", Number.NaN],
    ["logits beyond float32", "decoder.2.weight", 3e38],
  ])) {
    test(`${on}: ${what} takes no step`, async () => {
      const trainer = await started(MODEL, engine);
      const weights = trainer.weights();
      weights[name].fill(value);
      trainer.load(weights);
      const { images, eps } = batch(2);
      assert.equal(trainer.step(images, eps, SETTINGS).finite, false);
      assert.deepEqual(trainer.weights(), weights);
      assert.equal(trainer.state().steps, 0);
    });
  }

  test(`${on}: what does not fit is said`, async () => {
    const trainer = await started(MODEL, engine);
    const { images, eps } = batch(2);
    assert.throws(() => trainer.step(images.subarray(1), eps, SETTINGS), /1567 pixels of images; a multiple of 784/);
    assert.throws(() => trainer.step(images, eps.subarray(1), SETTINGS), /2 images came with 3 random numbers; 4 were/);
    assert.throws(() => trainer.evaluate(images.subarray(0, 0), eps), /0 pixels/);
    assert.throws(() => trainer.decode([1, 2, 3]), /3 numbers of codes; a multiple of 2/);
    const many = batch(1025);
    assert.throws(() => trainer.step(many.images, many.eps, SETTINGS), /given 1025 images; at most 1024/);
    const weights = trainer.weights();
    const { "decoder.0.bias": _, ...others } = weights;
    assert.throws(() => trainer.load(others), /decoder\.0\.bias is missing; 3 numbers were expected/);
    const cut = { ...weights, "encoder.0.bias": new Float32Array(2) };
    assert.throws(() => trainer.load(cut), /encoder\.0\.bias has 2 numbers; 3 numbers were expected/);
    assert.deepEqual(trainer.weights(), weights, "and nothing has changed");
    await assert.rejects(VaeTrainer.create({ ...MODEL, hidden: 0 }, engine), /has the size 0; a whole number from 1/);
  });
}

test("weights start as torch's: uniform, within one over the root of the inputs; one seed, one start", () => {
  const model = { ...MODEL, latentDim: 20, hidden: 400 };
  const weights = initialWeights(model, randomIntegers(5));
  assert.deepEqual(weights, initialWeights(model, randomIntegers(5)));
  assert.notDeepEqual(weights, initialWeights(model, randomIntegers(6)));
  for (const [name, inputs] of /** @type {[string, number][]} */ ([
    ["encoder.0.weight", 784],
    ["encoder.2.weight", 400],
    ["encoder.2.bias", 400],
    ["decoder.0.weight", 20],
    ["decoder.2.weight", 400],
  ])) {
    const bound = 1 / Math.sqrt(inputs);
    const values = weights[name];
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    assert.ok(largest <= bound && largest > 0.9 * bound, name);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    assert.ok(Math.abs(mean) < (4 * bound) / Math.sqrt(3 * values.length), name);
    const square = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    assert.ok(Math.abs(square / (bound * bound) - 1 / 3) < 2 / Math.sqrt(values.length), name);
  }
});

/**
 * @param {Record<string, Float32Array>} weights
 * @param {string} half
 * @param {number[]} sizes
 */
function network(weights, half, [inputs, hidden, outputs]) {
  const layers = [{ op: "linear", inputs, outputs: hidden }, { op: "relu" }, { op: "linear", inputs: hidden, outputs }];
  const tensors = Object.fromEntries(
    [0, 2].flatMap((layer) => [
      [
        `${layer}.weight`,
        { shape: layer ? [outputs, hidden] : [hidden, inputs], data: weights[`${half}.${layer}.weight`] },
      ],
      [`${layer}.bias`, { shape: [layer ? outputs : hidden], data: weights[`${half}.${layer}.bias`] }],
    ]),
  );
  return new Network({
    metadata: { layers: JSON.stringify(layers), input_shape: JSON.stringify([inputs]) },
    tensors,
  });
}
