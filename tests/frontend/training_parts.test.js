import assert from "node:assert/strict";
import { test } from "node:test";
import { normalsFrom, randomIntegers, standardNormals } from "../../vae_explorer/frontend/space/random.js";
import { digitsIn } from "../../vae_explorer/frontend/training/atlas.js";
import { CodeMap } from "../../vae_explorer/frontend/training/code_map.js";
import { neighbourAccuracy } from "../../vae_explorer/frontend/training/nearest_neighbours.js";
import { Records } from "../../vae_explorer/frontend/training/records.js";
import { integersFor, normalsFor, orderOf } from "../../vae_explorer/frontend/training/streams.js";

/** @template T @param {Generator<void, T>} slices */
function resultOf(slices) {
  let next = slices.next();
  while (!next.done) next = slices.next();
  return next.value;
}

test("10 nearest neighbours, against brute force", () => {
  for (const [count, dim] of [
    [11, 1],
    [250, 2],
    [130, 20],
  ]) {
    const next = standardNormals(count);
    const labels = Uint8Array.from({ length: count }, (_, i) => i % 3);
    const codes = Float32Array.from({ length: count * dim }, (_, at) => next() + labels[Math.floor(at / dim)]);
    let right = 0;
    for (let i = 0; i < count; i++) {
      const others = [...labels.keys()].filter((j) => j !== i);
      const far = others.map((j) => {
        const offs = Array.from({ length: dim }, (_, d) => codes[i * dim + d] - codes[j * dim + d]);
        return { j, distance: offs.reduce((sum, off) => sum + off * off, 0) };
      });
      const votes = [0, 0, 0];
      for (const { j } of far.sort((one, other) => one.distance - other.distance).slice(0, 10)) votes[labels[j]]++;
      if (votes.indexOf(Math.max(...votes)) === labels[i]) right++;
    }
    assert.equal(resultOf(neighbourAccuracy(codes, labels)), (100 * right) / count);
  }
  assert.equal(resultOf(neighbourAccuracy(new Float32Array(20), new Uint8Array(10))), null, "there are no ten others");
  assert.equal(resultOf(neighbourAccuracy(new Float32Array(40), new Uint8Array(20))), 100, "all in one place");
});

/** @param {number} count @param {number} dim @param {number} seed */
function cloud(count, dim, seed) {
  const next = standardNormals(seed);
  return Float32Array.from({ length: count * dim }, (_, at) => next() * (dim - (at % dim)));
}

/** @param {Float32Array} one @param {Float32Array} other */
function farthest(one, other) {
  return one.reduce((most, value, at) => Math.max(most, Math.abs(value - other[at])), 0);
}

test("the map of many dimensions neither flips nor turns from one picture to the next", () => {
  const dim = 5;
  const mu = cloud(100, dim, 1);
  const map = new CodeMap(dim, 100, 1);
  const first = map.place(mu).positions;
  // Dimensions in another order, mirrored, and moved: the same cloud as far as distances go.
  const order = [3, 0, 4, 1, 2];
  const changed = mu.map((_, at) => -mu[at - (at % dim) + order[at % dim]] + 10);
  const second = map.place(changed).positions;
  assert.ok(farthest(first, second) < 1e-4, String(farthest(first, second)));
  // The second axis overtakes the first: components swap, positions do not.
  const stretched = mu.map((value, at) => (at % dim === 1 ? 1.5 * value : value));
  const third = map.place(stretched).positions;
  let [along, crossed] = [0, 0];
  for (let at = 0; at < third.length; at += 2) {
    along += third[at] * second[at];
    crossed += third[at] * second[at + 1];
  }
  assert.ok(along > 5 * Math.abs(crossed));
});

test("two dimensions are shown as they are, one with a jitter that stays", () => {
  const mu = cloud(50, 2, 3);
  assert.deepEqual(new CodeMap(2, 50, 1).place(mu).positions, mu);
  const map = new CodeMap(1, 50, 1);
  const line = cloud(50, 1, 4);
  const [first, second] = [map.place(line).positions, map.place(line.map((value) => 2 * value)).positions];
  for (let i = 0; i < 50; i++) {
    assert.equal(first[2 * i], line[i]);
    assert.equal(second[2 * i + 1], first[2 * i + 1]);
    assert.ok(Math.abs(first[2 * i + 1]) <= 1);
  }
});

test("the part of the map that is shown holds the prior, follows the codes, and does not jump", () => {
  const map = new CodeMap(2, 200, 1);
  assert.deepEqual(map.place(cloud(200, 2, 1).map((value) => value / 100)).bounds, [-3, 3, -3, 3]);
  const wide = cloud(200, 2, 1).map((value) => 20 * value);
  const [first, second] = [map.place(wide).bounds, map.place(wide).bounds];
  const most = wide.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  assert.ok(first[1] > 3 && first[1] < most);
  assert.ok(second[1] > first[1] && second[0] < first[0]);
  for (let i = 0; i < 50; i++) map.place(wide);
  const settled = map.place(wide).bounds;
  const inside = wide.filter((value) => value > settled[0] && value < settled[1]).length;
  assert.ok(inside >= 0.98 * wide.length);
  assert.ok(Math.abs(settled[1] - settled[0] - (settled[3] - settled[2])) < 1e-9, "one scale");
});

test("codes that lie to one side are in the middle of the map, as those of a plain autoencoder do", () => {
  const map = new CodeMap(2, 200, 1);
  const [left, right, bottom, top] = map.place(cloud(200, 2, 1).map((value, at) => value - (at % 2 ? 0 : 30))).bounds;
  assert.ok(left < -33 && left > -45 && right >= 3 && right < 8, `${left} ${right}`);
  assert.ok(Math.abs(bottom + top) < 3 && Math.abs(top - bottom - (right - left)) < 1e-9);
});

test("at most 200 frames are kept, evenly", () => {
  /** @type {Records<{step: number}>} */
  const records = new Records();
  for (let step = 0; step < 1234; step++) {
    const kept = records.add({ step });
    assert.ok(records.length <= 200);
    if (kept) assert.equal(records.at(records.length - 1)?.step, step);
    if (step === 199) assert.equal(records.length, 200);
  }
  const steps = Array.from({ length: records.length }, (_, i) => /** @type {{step: number}} */ (records.at(i)).step);
  assert.deepEqual(
    steps,
    steps.map((_, i) => i * (steps[1] - steps[0])),
  );
  assert.ok(steps.length > 100);
  const spacing = steps[1];
  records.dropAfter(500);
  assert.equal(records.at(records.length - 1)?.step, Math.floor(500 / spacing) * spacing);
  for (let step = 501; step < 560; step++) records.add({ step });
  assert.equal(records.at(0)?.step, 0);
  assert.equal(records.at(999), undefined);
});

test("an order is a permutation of its own epoch", () => {
  const [first, again, second] = [orderOf(1, 0, 1000), orderOf(1, 0, 1000), orderOf(1, 1, 1000)];
  assert.deepEqual(first, again);
  assert.notDeepEqual(first, second);
  assert.deepEqual(
    [...first].sort((one, other) => one - other),
    [...Array(1000).keys()],
  );
  let still = 0;
  for (let epoch = 0; epoch < 50; epoch++)
    orderOf(3, epoch, 1000).forEach((place, i) => (still += place === i ? 1 : 0));
  assert.ok(still > 20 && still < 90, `${still} of 50 expected to stay where they were`);
});

test("streams are unrelated, and normal", () => {
  const count = 20000;
  const noise = [
    normalsFor(1, "noise", count),
    normalsFor(1, "noise", count, 1),
    normalsFor(2, "noise", count),
    normalsFor(1, "test", count),
  ];
  for (const [i, one] of noise.entries()) {
    for (const other of noise.slice(0, i)) {
      const correlation = one.reduce((sum, value, at) => sum + value * other[at], 0) / count;
      assert.ok(Math.abs(correlation) < 0.03, String(correlation));
    }
  }
  const expected = normalsFrom(integersFor(1, "noise", 1));
  assert.deepEqual(noise[1].slice(0, 9), Float32Array.from({ length: 9 }, expected));
});

test("digits and labels out of a picture, though a browser alters it by a grey", () => {
  const count = 2803;
  const next = randomIntegers(1);
  const pixels = Uint8Array.from({ length: count * 784 }, () => next());
  const labels = Uint8Array.from({ length: count }, () => next() % 10);
  const height = Math.ceil(count / 100) * 28;
  /** @param {number} altered */
  const rows = (altered) => (/** @type {number} */ top, /** @type {number} */ rowCount) => {
    const rgba = new Uint8Array(4 * 2800 * rowCount);
    for (let at = 0; at < 2800 * rowCount; at++) {
      const [x, y] = [at % 2800, top + Math.floor(at / 2800)];
      const digit = Math.floor(y / 28) * 100 + Math.floor(x / 28);
      const grey =
        y < height
          ? (pixels[digit * 784 + (y % 28) * 28 + (x % 28)] ?? 0)
          : 25 * (labels[(y - height) * 2800 + x] ?? 0);
      rgba.fill(y < height ? grey : grey + altered, 4 * at, 4 * at + 3);
    }
    return rgba;
  };
  for (const altered of [0, 1, 2]) assert.deepEqual(digitsIn(rows(altered), count), { pixels, labels });
  assert.throws(() => digitsIn(rows(12), count), /browser alters what a page reads/);
});
