import assert from "node:assert/strict";
import { test } from "node:test";
import { PIXELS, SIDE } from "../../vae_explorer/frontend/picture/size.js";
import { Candidates } from "../../vae_explorer/frontend/views/uses/candidates.js";
import { Completions } from "../../vae_explorer/frontend/views/uses/completion.js";
import { brush, maskOf, missingIn, PRESETS } from "../../vae_explorer/frontend/views/uses/masks.js";

/** @param {Generator<undefined, any>} work */
function drain(work) {
  let next = work.next();
  while (!next.done) next = work.next();
  return next.value;
}

test("a preset erases its share, the same pixels each time, and more at random holds less at random", () => {
  for (const { id } of PRESETS) assert.deepEqual(maskOf(id), maskOf(id));
  assert.equal(missingIn(maskOf("nothing")), 0);
  assert.equal(missingIn(maskOf("unknown")), 0);
  assert.equal(missingIn(maskOf("every-second-row")), PIXELS / 2);
  assert.equal(missingIn(maskOf("centre")), PIXELS / 4);
  const [some, more, most] = [30, 60, 90].map((share) => maskOf(`random-${share}`));
  for (const [mask, share] of /** @type {const} */ ([
    [some, 0.3],
    [more, 0.6],
    [most, 0.9],
  ])) {
    assert.ok(Math.abs(missingIn(mask) / PIXELS - share) < 0.05);
  }
  assert.ok(some.every((each, i) => each <= more[i] && more[i] <= most[i]));
});

test("a brush erases what it passes over, and brings it back", () => {
  const mask = new Uint8Array(PIXELS);
  const [from, to] = [
    { x: 4.5, y: 6.5 },
    { x: 20.5, y: 6.5 },
  ];
  assert.ok(brush(mask, from, to, 1.1, true));
  for (let i = 0; i < PIXELS; i++) {
    const [row, column] = [Math.floor(i / SIDE), i % SIDE];
    const isInside = row === 6 ? column >= 3 && column <= 21 : [5, 7].includes(row) && column >= 4 && column <= 20;
    assert.equal(mask[i], Number(isInside), `${row} ${column}`);
  }
  assert.equal(brush(mask, from, to, 1.1, true), false);
  assert.ok(brush(mask, from, to, 2, false));
  assert.equal(missingIn(mask), 0);
  assert.ok(brush(mask, from, from, 0.6, true), "a tap");
  assert.equal(missingIn(mask), 1);
  assert.ok(brush(mask, { x: -40, y: -3 }, { x: 90, y: 60 }, 1, true), "beyond the edges");
});

for (const likelihood of /** @type {const} */ (["bce", "mse"])) {
  test(`candidates are ranked by what is visible alone, with ${likelihood}`, () => {
    const x = new Float32Array(PIXELS).fill(0.8);
    const missing = maskOf("bottom-half");
    const candidates = new Candidates({ latent_dim: 1, classes: 2, likelihood }, Float64Array.of(10, 11, 12, 13, 14));
    /** @param {number} above @param {number} below */
    const halves = (above, below) => Float32Array.from(missing, (each) => (each ? below : above));
    candidates.add(3, halves(0.8, 0)); // right where it is seen
    candidates.add(0, halves(0.5, 0.8));
    candidates.add(4, halves(0, 1)); // impossible, were it not for rounding
    candidates.add(2, new Float32Array([...halves(0, 0), ...halves(0.7, 0.8)]), PIXELS);
    assert.equal(candidates.decoded, 4);
    assert.equal(candidates.isComplete, false);
    const best = drain(candidates.best(x, missing, 3, 2));
    assert.deepEqual(
      best.map((/** @type {any} */ { z, label }) => [...z, label]),
      [
        [13, 1],
        [12, 0],
        [10, 0],
      ],
    );
    assert.ok(Math.abs(best[0].pixels[0] - 0.8) < 1e-6);
    assert.ok(best[0].pixels[PIXELS - 1] < 1e-6);
    const gain = best[0].logLikelihood - best[2].logLikelihood;
    const each =
      likelihood === "bce" ? 0.8 * Math.log(0.8 / 0.5) + 0.2 * Math.log(0.2 / 0.5) : 0.3 ** 2 / (2 * 0.1 ** 2);
    assert.ok(Math.abs(gain - (PIXELS / 2) * each) < 1e-2, String(gain));
    assert.ok(Number.isFinite(drain(candidates.best(x, missing, 9)).pop().logLikelihood));
    candidates.add(1, halves(1, 1));
    assert.equal(candidates.isComplete, true);
  });
}

test("mean and variance of completions that have not moved", () => {
  const manifest = /** @type {any} */ ({ latent_dim: 1, classes: 0, likelihood: "bce" });
  const x = new Float32Array(PIXELS).fill(0.25);
  const missing = maskOf("left-half");
  /** @param {number} grey @param {number} logLikelihood */
  const start = (grey, logLikelihood) => ({
    pixels: new Float32Array(PIXELS).fill(grey),
    z: Float64Array.of(0),
    label: null,
    logLikelihood,
  });
  const completions = new Completions(manifest, x, missing, [start(0, -1000), start(1, -1000 + Math.log(3))], 1);
  const [mean, variance] = [completions.mean(), completions.variance()];
  assert.ok(Math.abs(mean[0] - 0.75) < 1e-6); // the second is three times as likely
  assert.equal(mean[SIDE - 1], 0.25);
  assert.equal(variance[0], 0.25); // of 0 and 1, whatever their weights
  assert.equal(variance[SIDE - 1], 0);
  assert.ok(Math.abs(completions.squaredError() - 0.25) < 1e-6);
});
