import assert from "node:assert/strict";
import { test } from "node:test";
import { CHANGES } from "../../vae_explorer/frontend/views/uses/detect_changes.js";
import { percent, rocPoints, shareAbove, thresholdFor } from "../../vae_explorer/frontend/views/uses/detect_rates.js";
import { independentNats, withTypicality } from "../../vae_explorer/frontend/views/uses/detect_scores.js";
import { aboutScore, outcome, reason } from "../../vae_explorer/frontend/views/uses/detect_text.js";
import { ticksBetween } from "../../vae_explorer/frontend/views/uses/detect_ticks.js";

const BINS = { low: -10, high: 30 };
const COUNTS = [0, 3, 0, 7]; // bins of ten

/** @param {number} found @param {number} wanted */
const close = (found, wanted) => assert.ok(Math.abs(found - wanted) < 1e-9, `${found} is not ${wanted}`);

test("the share above a threshold is that of the bins beyond it, evenly within one", () => {
  close(shareAbove(COUNTS, BINS, -50), 1);
  close(shareAbove(COUNTS, BINS, -10), 1);
  close(shareAbove(COUNTS, BINS, 0), 1);
  close(shareAbove(COUNTS, BINS, 5), 0.85);
  close(shareAbove(COUNTS, BINS, 15), 0.7);
  close(shareAbove(COUNTS, BINS, 25), 0.35);
  close(shareAbove(COUNTS, BINS, 30), 0);
  close(shareAbove(COUNTS, BINS, 99), 0);
  close(shareAbove([0, 0], BINS, 5), 0);
});

test("the threshold for a share has that share above it, and is the lowest that has", () => {
  for (const share of [0.01, 0.35, 0.5, 0.69, 0.71, 0.85, 0.99]) {
    close(shareAbove(COUNTS, BINS, thresholdFor(COUNTS, BINS, share)), share);
  }
  close(thresholdFor(COUNTS, BINS, 0.7), 10); // not anywhere in the gap up to 20
  close(thresholdFor(COUNTS, BINS, 0), 30);
  close(thresholdFor(COUNTS, BINS, 1), 0); // not below all of them
  close(thresholdFor([4, 0, 0, 0], BINS, 0), 0);
});

test("the ROC curve goes from nothing to everything, and the area under it is the share of pairs in order", () => {
  const other = [5, 0, 2, 3];
  const points = rocPoints(COUNTS, other);
  assert.deepEqual(points[0], { alarms: 0, found: 0 });
  assert.deepEqual(points.at(-1), { alarms: 1, found: 1 });
  let area = 0;
  for (let i = 1; i < points.length; i++) {
    area += ((points[i].alarms - points[i - 1].alarms) * (points[i].found + points[i - 1].found)) / 2;
  }
  let pairs = 0; // within a bin, half of them
  COUNTS.forEach((count, i) => {
    other.forEach((others, j) => {
      pairs += count * others * (j > i ? 1 : j === i ? 0.5 : 0);
    });
  });
  close(area, pairs / 100);
});

test("shares are written as short as they can be", () => {
  assert.deepEqual([0, 0.05, 0.0034, 0.123, 0.988, 1].map(percent), ["0 %", "5 %", "0.3 %", "12 %", "98.8 %", "100 %"]);
});

test("ticks are round, and within the axis", () => {
  assert.deepEqual(ticksBetween(-420.322, 72.4649), [-400, -300, -200, -100, 0]);
  assert.deepEqual(ticksBetween(0.1, 0.9), [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]);
});

test("shuffled pictures have the same pixels elsewhere, and noise is within the range of grey", () => {
  const pixels = Float32Array.from({ length: 784 }, (_, i) => i / 783);
  const shuffled = CHANGES.shuffled(pixels, 3);
  assert.deepEqual(
    [...shuffled].sort((a, b) => a - b),
    [...pixels],
  );
  assert.notDeepEqual(shuffled, pixels);
  assert.notDeepEqual(shuffled, CHANGES.shuffled(pixels, 4));
  const noise = CHANGES.noise(pixels, 3);
  assert.ok(noise.every((value) => value >= 0 && value <= 1));
  assert.ok(Math.abs(noise.reduce((sum, value) => sum + value, 0) / 784 - 0.5) < 0.05);
});

test("independent pixels cost the entropy of their mean brightness, and a blank page next to nothing", () => {
  const pixels = new Float32Array(784).fill(1, 0, 196); // a quarter
  const entropy = -0.25 * Math.log(0.25) - 0.75 * Math.log(0.75);
  assert.ok(Math.abs(independentNats(pixels, "bce") - 784 * entropy) < 1e-6);
  assert.ok(independentNats(new Float32Array(784), "bce") < 1e-3);
  const squared = (196 * 0.75 ** 2 + 588 * 0.25 ** 2) / (2 * 0.1 ** 2) + 784 * Math.log(0.1 * Math.sqrt(2 * Math.PI));
  assert.ok(Math.abs(independentNats(pixels, "mse") - squared) < 1e-6);
});

test("typicality is the distance of −ELBO, or of what there is instead, from its mean", () => {
  assert.equal(withTypicality({ elbo: 90, reconstruction: 70 }, 100).typicality, 10);
  assert.equal(withTypicality({ reconstruction: 120 }, 100).typicality, 20);
});

const MANIFEST = /** @type {import("../../vae_explorer/frontend/types.js").Manifest} */ (
  /** @type {unknown} */ ({
    deterministic: false,
    classes: 0,
    data: { name: "mnist", noun: "digit", nouns: "digits" },
  })
);

test("what is said of a score follows its AUC", () => {
  const said = (set, auc, missed) => outcome(set, auc, missed, MANIFEST.data);
  assert.equal(
    said("blank", 0.975, 0.04),
    "It tells them apart: in about 98 of 100 pairs with a test digit, blank pages have the higher score, yet at this " +
      "threshold 4 % of them are missed.",
  );
  assert.match(said("blank", 1, 0), /more than 99 of 100 pairs.*, and at this threshold 0 % of them are missed/);
  assert.match(said("turned", 0.906, 0.51), /^It tells most apart: in about 91 of 100.*, yet at this threshold 51 %/);
  assert.match(said("turned", 0.898, 0.55), /^It tells most apart: in about 90 of 100/);
  assert.equal(
    said("comets", 0.7, 0.9),
    "It fails: in about 30 of 100 pairs with a test digit, pictures “comets” have the lower score.",
  );
  assert.match(said("noise", 0.3, 0.9), /about 70 of 100 pairs.*, as if they were the more usual ones\.$/);
  assert.match(said("noise", 0.001, 1), /^It fails: in more than 99 of 100 pairs/);
});

test("why a score fails is said where it is known", () => {
  assert.match(reason("elbo", "blank", 0.02, MANIFEST), /Black is cheap/);
  assert.match(reason("kl", "noise", 0.3, MANIFEST), /KL sees/);
  assert.equal(reason("kl", "noise", 0.95, MANIFEST), "");
  assert.equal(reason("entropy", "comets", 0.8, MANIFEST), "");
});

test("an unknown score is described by the table's words", () => {
  const table = {
    pictures: 10,
    samples: 10,
    scores: [{ score: "entropy", about: "in the table’s words", mean: 1, low: 0, high: 2, histogram: [1] }],
    sets: [],
  };
  assert.equal(aboutScore("entropy", MANIFEST, table), "in the table’s words");
});
