import assert from "node:assert/strict";
import { test } from "node:test";
import { FrameMaker } from "../../vae_explorer/frontend/training/frames.js";
import { checked } from "../../vae_explorer/frontend/training/settings.js";
import { TrainingRun } from "../../vae_explorer/frontend/training/training_run.js";
import { whole } from "../../vae_explorer/frontend/training/whole.js";
import { madeDigits, onlyOf } from "./made_digits.js";

const TRAIN = madeDigits(200);
const TEST = madeDigits(60, 2);
const SMALL = { hidden: 64, batchSize: 64 };

/** @param {object} [changes] @param {object} [more] */
function newRun(changes = {}, more = {}) {
  return TrainingRun.create({
    settings: checked({ ...SMALL, ...changes }),
    train: TRAIN,
    test: TEST,
    plain: true,
    ...more,
  });
}

/** @param {TrainingRun} run @param {number} step */
function advanceTo(run, step) {
  while (run.step < step && !run.trouble) run.advance();
}

/** @param {FrameMaker} frames @param {boolean} [plane] */
function frameOf(frames, plane = false) {
  return whole(frames.make(plane));
}

test("the same seed gives the same run to the last bit, whatever is shown of it", async () => {
  const [plain, watched] = [await newRun(), await newRun()];
  const frames = new FrameMaker(watched);
  advanceTo(plain, 20);
  for (const step of [0, 1, 7, 8, 20]) {
    advanceTo(watched, step);
    frameOf(frames, step > 1);
    if (step === 7) whole(frames.score());
  }
  assert.deepEqual(watched.trainer.state(), plain.trainer.state());
});

test("another seed is another run", async () => {
  const [one, other] = [await newRun(), await newRun({ seed: 2 })];
  assert.notDeepEqual(one.trainer.weights(), other.trainer.weights());
  other.trainer.restore(one.trainer.state());
  advanceTo(one, 1);
  advanceTo(other, 1);
  assert.notDeepEqual(one.trainer.weights(), other.trainer.weights(), "order and noise");
});

test("test digits change no weight", async () => {
  const [one, other] = [await newRun(), await newRun({}, { test: madeDigits(30, 3) })];
  advanceTo(one, 10);
  advanceTo(other, 10);
  assert.deepEqual(one.trainer.weights(), other.trainer.weights());
});

test("an epoch has every digit once, and then comes another order", async () => {
  const run = await newRun();
  /** @type {string[]} */
  const seen = [];
  const step = run.trainer.step.bind(run.trainer);
  run.trainer.step = (images, eps, settings) => {
    for (let at = 0; at < images.length; at += 784) seen.push(images.subarray(at, at + 784).join());
    return step(images, eps, settings);
  };
  advanceTo(run, 8);
  assert.equal(run.stepsPerEpoch, 4);
  assert.equal(run.epoch, 2);
  const [first, second] = [seen.slice(0, 200), seen.slice(200)];
  const expected = Array.from(TRAIN.labels, (_, i) =>
    Float32Array.from(TRAIN.pixels.subarray(i * 784, (i + 1) * 784), (grey) => grey / 255).join(),
  );
  assert.deepEqual(first.toSorted(), expected.toSorted());
  assert.deepEqual(second.toSorted(), expected.toSorted());
  assert.notDeepEqual(first, second);
});

test("what is left out is not trained on", async () => {
  const some = await newRun({ classes: [1, 7], count: 100 });
  const others = onlyOf(TRAIN, (label) => label === 1 || label === 7);
  const alone = await newRun({}, { train: others });
  assert.ok(some.digits > 10 && some.digits < 100);
  advanceTo(some, 5);
  advanceTo(alone, 5);
  assert.deepEqual(some.trainer.weights(), alone.trainer.weights());

  const hundred = await newRun({ count: 100 });
  const firsts = { pixels: TRAIN.pixels.slice(0, 100 * 784), labels: TRAIN.labels.slice(0, 100) };
  const exact = await newRun({}, { train: firsts });
  advanceTo(hundred, 5);
  advanceTo(exact, 5);
  assert.deepEqual(hundred.trainer.weights(), exact.trainer.weights());
});

test("figures are of the classes that are in, the map is of all", async () => {
  const run = await newRun({ classes: [1, 7] });
  const alone = await newRun({ classes: [1, 7] }, { test: onlyOf(TEST, (label) => label === 1 || label === 7) });
  assert.ok(run.test.measured < 30);
  assert.equal(run.test.measured, alone.test.count);
  assert.deepEqual(run.tests, alone.tests);
  const makers = [run, alone].map((each) => new FrameMaker(each));
  const [shown, expected] = makers.map((each) => frameOf(each));
  assert.equal(shown.positions.length, 2 * 60);
  assert.deepEqual(shown.klPerDimension, expected.klPerDimension);
  const [accuracy, expectedAccuracy] = makers.map((each) => whole(each.score()));
  assert.ok(accuracy !== null);
  assert.equal(accuracy, expectedAccuracy);
  assert.deepEqual(new Set(run.test.examples.map((i) => TEST.labels[i])).size, 8);
  assert.ok(run.test.examples.some((i) => TEST.labels[i] === 7));
});

test("one class alone cannot be mistaken, and has no accuracy", async () => {
  const run = await newRun({ classes: [3] }, { test: madeDigits(200, 2) });
  assert.ok(run.test.measured > 10);
  assert.equal(whole(new FrameMaker(run).score()), null);
});

test("a class that is left out is among the eight digits", async () => {
  const run = await newRun({ classes: [0, 1, 2, 3, 4, 5, 6, 8, 9] });
  assert.ok(run.test.examples.some((i) => TEST.labels[i] === 7));
});

test("no digit to train on is said", async () => {
  const train = onlyOf(TRAIN, (label) => label < 5);
  await assert.rejects(newRun({ classes: [7] }, { train }), /no training digit of the classes that are in/);
});

test("own drawings are in an epoch as often as the settings say, whatever their class", async () => {
  const drawings = madeDigits(3, 9);
  for (const times of [0, 1, 4]) {
    const run = await newRun({ classes: [1], drawings: times }, { drawings });
    assert.equal(run.drawings, times ? 3 : 0);
    assert.equal(run.digits, run.pictures + 3 * times);
    assert.ok(run.pictures > 0);
  }
});

test("own drawings are learned from, and no figure of the test digits is of them", async () => {
  const drawings = madeDigits(5, 9);
  const [without, withOwn] = [await newRun(), await newRun({ drawings: 10 }, { drawings })];
  assert.equal(withOwn.test.measured, without.test.measured);
  assert.deepEqual(withOwn.tests, without.tests); // at the start both have the same weights
  advanceTo(without, 5);
  advanceTo(withOwn, 5);
  assert.notDeepEqual(withOwn.trainer.weights(), without.trainer.weights());
});

test("beta warms up as in train", async () => {
  const run = await newRun({ beta: 4, warmUp: 2 });
  /** @type {number[]} */
  const given = [];
  const step = run.trainer.step.bind(run.trainer);
  run.trainer.step = (images, eps, settings) => {
    given.push(settings.beta);
    return step(images, eps, settings);
  };
  advanceTo(run, 10);
  assert.deepEqual(given, [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4, 4]);
  run.setBeta(2);
  advanceTo(run, 11);
  assert.equal(given[10], 2);
});

test("a plain autoencoder has no beta", async () => {
  const run = await newRun({ deterministic: true, beta: 3, warmUp: 5 });
  run.setBeta(2);
  assert.equal(run.beta, 0);
  advanceTo(run, 3);
  assert.equal(run.takeLosses()?.kl, 0);
  const { klPerDimension } = frameOf(new FrameMaker(run));
  assert.deepEqual([...klPerDimension], [0, 0]);
});

test("training losses are means over digits since they were taken", async () => {
  const run = await newRun();
  assert.equal(run.takeLosses(), null);
  /** @type {{reconstruction: number, digits: number}[]} */
  const steps = [];
  const step = run.trainer.step.bind(run.trainer);
  run.trainer.step = (images, eps, settings) => {
    const losses = step(images, eps, settings);
    steps.push({ reconstruction: losses.reconstruction, digits: images.length / 784 });
    return losses;
  };
  advanceTo(run, 4);
  assert.deepEqual(
    steps.map(({ digits }) => digits),
    [64, 64, 64, 8],
  );
  const mean = steps.reduce((sum, { reconstruction, digits }) => sum + reconstruction * digits, 0) / 200;
  assert.ok(Math.abs((run.takeLosses()?.reconstruction ?? 0) - mean) < 1e-9);
  assert.equal(run.takeLosses(), null);
});

test("test digits are measured at the start, then every few epochs, with a row each", async () => {
  const run = await newRun({ batchSize: 512 }); // 200 digits: a step is an epoch
  advanceTo(run, 61);
  assert.deepEqual(
    run.tests.map(({ at }) => at),
    [0, 30, 60],
  );
  assert.deepEqual(
    run.history.map(({ epoch, step }) => [epoch, step]),
    [
      [30, 30],
      [60, 60],
    ],
  );
  const [row] = run.history;
  assert.equal(row.test_negative_elbo, row.test_reconstruction + row.test_kl);
  assert.ok(row.test_negative_elbo < run.tests[0].negativeElbo);
  assert.ok(Object.values(row).every((value) => Number.isFinite(value)));
});

for (const [what, likelihood] of /** @type {const} */ ([
  ["cross entropy", "bce"],
  ["squared error", "mse"],
])) {
  test(`a rate that is too high stops the run, which goes back to a good state: ${what}`, async () => {
    const run = await newRun({ learningRate: 1, likelihood, batchSize: 16 });
    for (let i = 0; i < 400 && !run.trouble; i++) run.advance();
    assert.match(
      run.trouble ?? "",
      /^Training stopped at step \d+: the loss .* learning rate, 1, is most likely too high\.$/,
    );
    const stopped = run.step;
    run.advance();
    assert.equal(run.step, stopped);

    const step = run.backToGood();
    assert.equal(run.step, step);
    assert.ok(step < stopped);
    assert.equal(run.settings.learningRate, 0.3);
    assert.equal(run.trouble, null);
    assert.ok(run.tests.every(({ at }) => at <= step));
    const weights = Object.values(run.trainer.weights());
    assert.ok(weights.every((tensor) => tensor.every((value) => Number.isFinite(value))));
    run.settings.learningRate = 1e-3;
    advanceTo(run, step + 10);
    assert.equal(run.trouble, null);
  });
}

test("who goes back meets the same digits and noise again", async () => {
  const [straight, back] = [await newRun({ batchSize: 16 }), await newRun({ batchSize: 16 })];
  advanceTo(straight, 25);
  advanceTo(back, 60);
  assert.equal(back.backToGood(), 25, "within an epoch");
  assert.deepEqual(back.trainer.state(), straight.trainer.state());
  back.settings.learningRate = straight.settings.learningRate;
  advanceTo(straight, 40);
  advanceTo(back, 40);
  assert.deepEqual(back.trainer.state(), straight.trainer.state());
});

test("a frame has what the page shows", async () => {
  const run = await newRun();
  advanceTo(run, 5);
  const frame = frameOf(new FrameMaker(run), true);
  const { mu } = run.trainer.encode(Float32Array.from(TEST.pixels, (grey) => grey / 255));
  assert.deepEqual(frame.positions, mu);
  assert.equal(frame.digits.length, 8 * 784);
  assert.equal(frame.samples.length, 8 * 784);
  const plane = /** @type {NonNullable<typeof frame.plane>} */ (frame.plane);
  const [left, right, , top] = frame.bounds;
  const cell = (right - left) / plane.side;
  const corner = run.trainer.decode(Float32Array.of(left + cell / 2, top - cell / 2));
  for (const place of [0, 27, 28, 783]) {
    const at = Math.floor(place / 28) * plane.side * 28 + (place % 28);
    assert.equal(plane.pixels[at], Math.round(255 * corner[place]));
  }
  const [first] = run.test.examples;
  const [x, y] = frame.positions.subarray(2 * first, 2 * first + 2);
  const expected = run.trainer.decode(Float32Array.of(x, y));
  assert.deepEqual(
    frame.digits.subarray(0, 784),
    Uint8Array.from(expected, (mean) => Math.round(255 * mean)),
  );
});
