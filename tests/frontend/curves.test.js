import assert from "node:assert/strict";
import { test } from "node:test";
import { Curves } from "../../vae_explorer/frontend/views/train/curves.js";
import { rangeOf } from "../../vae_explorer/frontend/views/train/loss_chart.js";

/** @param {number} value */
const losses = (value) => ({ reconstruction: value, kl: 0, negativeElbo: value });

test("a measurement is one point, in however many frames it is", () => {
  const curves = new Curves();
  // 100 digits in batches of 64: an epoch has two steps, and the first of them is more than half of it.
  const epochs = [0, 0.64, 1, 1.64, 2, 2.64, 3];
  epochs.forEach((epoch, step) => {
    const at = step < 3 ? 0 : step < 6 ? 3 : 6;
    curves.add({ step, epoch, train: step ? losses(300) : null, test: { ...losses(500 - at), at } });
  });
  assert.deepEqual(
    curves.test.map(({ losses: { negativeElbo } }) => negativeElbo),
    [500, 497, 494],
  );
  const shown = curves.test.map(({ epoch }) => epoch);
  assert.deepEqual(
    shown,
    shown.toSorted((one, other) => one - other),
  );
});

test("no measurement is behind the frame that it was made for", () => {
  const [step, stepsPerEpoch] = [39, 188];
  const epoch = step / stepsPerEpoch;
  assert.ok((epoch * step) / step > epoch, "these numbers no longer show the rounding");
  const curves = new Curves();
  curves.add({ step, epoch, train: losses(300), test: { ...losses(300), at: step } });
  assert.equal(curves.test[0].epoch, epoch);
});

test("going back forgets what was measured later, and measures it anew", () => {
  const curves = new Curves();
  for (const step of [0, 10, 20])
    curves.add({ step, epoch: step / 10, train: null, test: { ...losses(500 - step), at: step } });
  curves.add({ step: 10, epoch: 1, train: null, test: { ...losses(490), at: 10 } });
  assert.equal(curves.test.length, 2);
  curves.add({ step: 20, epoch: 2, train: null, test: { ...losses(100), at: 20 } });
  assert.equal(curves.test.at(-1)?.losses.negativeElbo, 100);
});

test("a chart shows the first fall while there is nothing else, and leaves it at its top later", () => {
  const curves = new Curves();
  curves.add({ step: 0, epoch: 0, train: null, test: { ...losses(547), at: 0 } });
  curves.add({ step: 90, epoch: 0.5, train: losses(211), test: { ...losses(547), at: 0 } });
  const [, early] = rangeOf(curves, "negativeElbo", 100, 0.5);
  assert.ok(early >= 547, `${early} nats at the top`);
  for (let i = 1; i <= 20; i++) curves.add({ step: 90 + i, epoch: 0.5 + i / 10, train: losses(200 - i), test: null });
  const [low, high] = rangeOf(curves, "negativeElbo", 100, 2.5);
  assert.ok(low < 100 && high > 211 && high < 250, `${low} to ${high} nats`);
});
