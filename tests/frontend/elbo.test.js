import assert from "node:assert/strict";
import { test } from "node:test";
import {
  crossEntropyPerPixel,
  emptyPosterior,
  klPerDimension,
  negativeElbo,
  readPosterior,
  reparameterize,
  sigmoid,
  squaredErrorPerPixel,
  total,
} from "../../vae_explorer/frontend/network/elbo.js";
import { addedUp, figure } from "../../vae_explorer/frontend/views/shared/figures.js";
import { covarianceOnPlane, ellipseOf } from "../../vae_explorer/frontend/space/ellipse.js";

/** @param {number} found @param {number} wanted @param {number} [within] */
const close = (found, wanted, within = 1e-12) =>
  assert.ok(Math.abs(found - wanted) <= within * Math.max(1, Math.abs(wanted)), `${found} is not ${wanted}`);

/** @param {number[]} output @param {boolean} [deterministic] */
const posteriorOf = (output, deterministic = false) =>
  readPosterior(output, deterministic, emptyPosterior(output.length / 2));

test("the prior costs nothing, and the rest is the integral of q log q / p", () => {
  const q = posteriorOf([0, 1.5, -2, 0, Math.log(0.25), Math.log(4)]);
  const kl = klPerDimension(q, new Float64Array(3));
  assert.equal(kl[0], 0);
  for (const i of [1, 2]) {
    const [mu, sigma] = [q.mu[i], q.sigma[i]];
    const density = (/** @type {number} */ z, /** @type {number} */ m, /** @type {number} */ s) =>
      Math.exp(-((z - m) ** 2) / (2 * s * s)) / (s * Math.sqrt(2 * Math.PI));
    let sum = 0;
    for (let z = mu - 12 * sigma; z < mu + 12 * sigma; z += sigma / 500) {
      const here = density(z, mu, sigma);
      if (here > 0) sum += here * (Math.log(here) + (z * z) / 2 + Math.log(Math.sqrt(2 * Math.PI))) * (sigma / 500);
    }
    close(kl[i], sum, 1e-6);
  }
});

test("a sample is mu + sigma eps, the mean is mu, temperature scales", () => {
  const q = posteriorOf([1, -1, Math.log(4), 0]);
  const z = new Float64Array(2);
  assert.deepEqual([...reparameterize(q, null, 1, z)], [1, -1]);
  assert.deepEqual([...reparameterize(q, [0.5, 2], 1, z)], [2, 1]);
  assert.deepEqual([...reparameterize(q, [0.5, 2], 0.5, z)], [1.5, 0]);
  assert.deepEqual([...reparameterize(posteriorOf([1, -1, 800, 800], true), [1, 1], 1, z)], [1, -1]);
});

test("cross entropy is that of the definition, and stable where that is not", () => {
  const logits = [-3, 0, 2, -800, 800, 800];
  const x = [0.25, 1, 0.5, 1, 1, 0.5];
  const nats = crossEntropyPerPixel(logits, x, new Float64Array(6));
  for (const i of [0, 1, 2]) {
    const p = sigmoid(logits[i]);
    close(nats[i], -x[i] * Math.log(p) - (1 - x[i]) * Math.log(1 - p));
  }
  assert.deepEqual([...nats.slice(3)], [800, 0, 400]);
});

test("squared error is the Gaussian's, with its constant", () => {
  const [nats] = squaredErrorPerPixel([0], [0.7], new Float64Array(1));
  close(nats, -Math.log(Math.exp(-(0.2 ** 2) / 0.02) / (0.1 * Math.sqrt(2 * Math.PI))));
  assert.ok(squaredErrorPerPixel([800], [1], new Float64Array(1))[0] < 0);
});

test("numbers that overflow are infinite, never NaN", () => {
  const hostile = [Infinity, -Infinity, 1e300, 0, Infinity, -Infinity, 2000, 0];
  const q = posteriorOf(hostile);
  const kl = klPerDimension(q, new Float64Array(4));
  assert.ok(!kl.some(Number.isNaN), kl.join());
  for (const eps of [null, [0, 0, 0, 0], [1, 1, -1, 1]]) {
    const z = reparameterize(posteriorOf([1, 1, 1, 1, ...hostile.slice(4)]), eps, 0, new Float64Array(4));
    assert.ok(!z.some(Number.isNaN), z.join());
  }
  const nats = crossEntropyPerPixel([Infinity, -Infinity, Infinity], [0, 1, 1], new Float64Array(3));
  assert.ok(!nats.some(Number.isNaN), nats.join());
  assert.equal(negativeElbo(1, Infinity, 0), 1);
  assert.equal(figure(total(kl)), "overflow");
  assert.equal(figure(negativeElbo(1, total(kl), 10)), "overflow");
  assert.equal(figure(NaN), "overflow");
});

test("what is shown adds up as it is shown", () => {
  for (const [reconstruction, kl, beta] of [
    [68.4662, 22.3688, 1],
    [100.005, 9.994999, 4],
    [-880.125, 30.335, 0.3],
    [133.083, 0, 0],
  ]) {
    const shown = addedUp(reconstruction, kl, beta);
    assert.equal(Number(figure(shown.sum).replace("−", "-")), shown.sum);
    close(shown.reconstruction + shown.weighted, shown.sum, 1e-9);
    close(shown.sum, negativeElbo(reconstruction, kl, beta), 0.05);
  }
  assert.equal(figure(-0.001), "0.00");
  assert.equal(figure(-12.5), "−12.50");
  assert.equal(figure(2.1e9), "2.1e+9");
});

test("an ellipse has the projected covariance", () => {
  const half = Math.SQRT1_2;
  const map = { mean: new Float32Array(2), components: Float32Array.of(half, half, -half, half, 0, 0) };
  const covariance = covarianceOnPlane(map, [3, 1]);
  covariance.forEach((value, i) => close(value, [5, -4, 5][i], 1e-6));
  const { long, short, angle } = ellipseOf(covariance);
  close(long, 3, 1e-6);
  close(short, 1, 1e-6);
  close(angle, -Math.PI / 4, 1e-6);
});
