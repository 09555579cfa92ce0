import assert from "node:assert/strict";
import { test } from "node:test";
import { LiveFrames } from "../../vae_explorer/frontend/training/live_frames.js";
import { Pace } from "../../vae_explorer/frontend/training/pace.js";
import { checked } from "../../vae_explorer/frontend/training/settings.js";
import { TrainingRun } from "../../vae_explorer/frontend/training/training_run.js";
import { whole } from "../../vae_explorer/frontend/training/whole.js";
import { madeDigits } from "./made_digits.js";

/** @typedef {import("../../vae_explorer/frontend/training/frames.js").Frame} Frame */

const TEST_DIGITS = 2000;
const SLICE_COSTS = 2; // milliseconds of a hundred test digits, or of a step

/** What is shown of a run within some time, on a machine where every piece of work takes as long. @param {number} seconds */
async function watch(seconds) {
  let now = 0;
  /** @type {Frame[]} */
  const shown = [];
  const settings = checked({ hidden: 64, batchSize: 16, count: 100, learningRate: 1e-4 });
  const start = { settings, train: madeDigits(100), test: madeDigits(TEST_DIGITS, 2) };
  const run = await TrainingRun.create(start);
  const frames = new LiveFrames(
    run,
    (frame) => shown.push(frame),
    () => now,
  );
  frames.showNow();
  frames.begin();
  const spent = { shown: 0, trained: 0 };
  while (now < 1000 * seconds) {
    const begun = now;
    now += SLICE_COSTS; // the clock is read after the work, and says what it took
    const isFrame = frames.work(begun);
    if (!isFrame) run.advance();
    spent[isFrame ? "shown" : "trained"] += SLICE_COSTS;
    frames.elapsed = now;
  }
  return { frames, run, shown, spent };
}

/** How many dots. @param {Frame} frame @param {Frame} before */
function moved({ positions }, before) {
  return positions.filter((x, i) => i % 2 === 0 && x !== before.positions[i]).length;
}

test("the map moves ten times a second where it would take 40 % of the time to encode every digit", async () => {
  const seconds = 5;
  const { shown, spent } = await watch(seconds);
  assert.equal((TEST_DIGITS / 100) * SLICE_COSTS * 10, 400);
  assert.ok(shown.length >= 10 * seconds, `${shown.length} pictures`);
  assert.ok(spent.trained >= 0.6 * 1000 * seconds, `${spent.trained} ms of training`);
  const [first, ...later] = shown;
  later.forEach((frame, i) => {
    assert.ok(moved(frame, shown[i]) >= 100, "some dots move from each picture to the next");
  });
  assert.equal(moved(later[9], first), TEST_DIGITS, "within ten pictures all dots have moved");
  assert.notEqual(later.at(-1)?.accuracy, first.accuracy, "how far apart classes lie is measured beside it");
});

test("how far apart the classes lie is measured by codes of one moment", async () => {
  const { run, shown } = await watch(4);
  /** @type {Set<number | null>} */
  const ofOneMoment = new Set();
  shown.forEach((frame, i) => {
    if (!i || moved(frame, shown[i - 1]) === TEST_DIGITS) ofOneMoment.add(whole(run.test.accuracy(frame.positions)));
  });
  const said = new Set(shown.map(({ accuracy }) => accuracy));
  assert.ok(said.size >= 3, `${said.size} figures`);
  for (const accuracy of said) assert.ok(ofOneMoment.has(accuracy), `${accuracy} %`);
});

test("a picture at once has all digits as the model encodes them now", async () => {
  const { frames, run, shown } = await watch(1);
  run.advance();
  frames.showNow();
  const codes = run.test.emptyCodes();
  whole(run.test.encode(run.trainer, codes));
  assert.deepEqual(shown.at(-1)?.positions, codes.mu);
  assert.equal(shown.at(-1)?.digitsPerSecond, null);
});

test("the pace is that of the last two seconds, and is not said too soon", () => {
  const pace = new Pace();
  assert.equal(pace.add(0, 0), null);
  assert.equal(pace.add(400, 100), null);
  assert.equal(pace.add(500, 1000), 2000);
  // Steps come in bursts; the mean is 1,000 a second.
  const said = [];
  for (let elapsed = 600; elapsed <= 6000; elapsed += 100) {
    const digits = 400 * Math.floor(elapsed / 400) + 500;
    said.push(pace.add(elapsed, digits) ?? 0);
  }
  for (const each of said.slice(25)) assert.ok(Math.abs(each - 1000) <= 200, `${each} a second`);
  // It falls with the machine, within two seconds.
  let last = null;
  for (let elapsed = 6100; elapsed <= 8200; elapsed += 100) last = pace.add(elapsed, 6500 + (elapsed - 6000) / 10);
  assert.ok(last !== null && Math.abs(last - 100) < 1);
  pace.clear();
  assert.equal(pace.add(8300, 0), null);
});
