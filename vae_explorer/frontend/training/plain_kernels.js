/**
 * What a training step is made of, in plain JavaScript: the reference, and what runs where there is no WebAssembly.
 *
 * Matrices are float32 and lie row by row; sums are double and rounded where they are stored. None of the arrays that a
 * kernel writes may overlap one that it reads, except where it says "in place".
 *
 * @typedef {object} Kernels
 * @property {Product} product
 * @property {(values: Float32Array, bias: Float32Array, rows: number, columns: number) => void} addBias
 *   in place, to each row
 * @property {(values: Float32Array, count: number) => void} relu  in place
 * @property {(gradient: Float32Array, activated: Float32Array, count: number) => void} reluBackward
 *   in place: no gradient where ReLU gave 0
 * @property {(values: Float32Array, sums: Float32Array, rows: number, columns: number) => void} columnSums
 * @property {(values: Float32Array, count: number) => void} sigmoid  in place
 * @property {Reconstruction} bce
 * @property {Reconstruction} mse
 * @property {Adam} adam
 * @property {(values: Float32Array, count: number) => number} squaresFinite
 *   1, or 0 if the square of a number, which is what Adam keeps of a gradient, is beyond float32, or there is a NaN
 *
 * @typedef {(m: number, n: number, k: number, a: Float32Array, aTurned: boolean, b: Float32Array, bTurned: boolean,
 *   c: Float32Array) => void} Product
 *   c (m, n) = a (m, k) times b (k, n). If `aTurned`, a is stored as (k, m); if `bTurned`, b as (n, k).
 *
 * @typedef {(logits: Float32Array, images: Float32Array, count: number, scale: number) => number} Reconstruction
 *   Replaces each of `count` logits by `scale` times the derivative of its pixel's reconstruction term, and returns the
 *   sum of these terms, nats.
 *
 * @typedef {(weights: Float32Array, gradients: Float32Array, first: Float32Array, second: Float32Array, count: number,
 *   stepSize: number, secondScale: number) => void} Adam
 *   In place: weights and both moments. `stepSize` and `secondScale` have the corrections of the moments' start at 0.
 */

import { MSE_SIGMA } from "../network/elbo.js";

export const BETA1 = 0.9;
export const BETA2 = 0.999;
const EPSILON = 1e-8;
const MSE_CONSTANT = Math.log(MSE_SIGMA * Math.sqrt(2 * Math.PI));

/** @type {Kernels} */
export const PLAIN = {
  /** Two rows by four columns at a time, as many sums as the processor has registers for. */
  product(m, n, k, a, aTurned, b, bTurned, c) {
    const [aRow, aStep] = aTurned ? [1, m] : [k, 1];
    const [bStep, bColumn] = bTurned ? [1, k] : [n, 1];
    for (let i = 0; i < m; i += 2) {
      const other = Math.min(i + 1, m - 1);
      // Past the edge the last row and column are taken once more, which costs less than loops of their own.
      for (let j = 0; j < n; j += 4) {
        const [j1, j2, j3] = [Math.min(j + 1, n - 1), Math.min(j + 2, n - 1), Math.min(j + 3, n - 1)];
        const [b0, b1, b2, b3] = [j * bColumn, j1 * bColumn, j2 * bColumn, j3 * bColumn];
        let p0 = 0;
        let p1 = 0;
        let p2 = 0;
        let p3 = 0;
        let q0 = 0;
        let q1 = 0;
        let q2 = 0;
        let q3 = 0;
        for (
          let s = 0, at0 = i * aRow, at1 = other * aRow, at = 0;
          s < k;
          s++, at0 += aStep, at1 += aStep, at += bStep
        ) {
          const x = a[at0];
          const y = a[at1];
          const w0 = b[at + b0];
          const w1 = b[at + b1];
          const w2 = b[at + b2];
          const w3 = b[at + b3];
          p0 += x * w0;
          p1 += x * w1;
          p2 += x * w2;
          p3 += x * w3;
          q0 += y * w0;
          q1 += y * w1;
          q2 += y * w2;
          q3 += y * w3;
        }
        const [row, next] = [i * n, other * n];
        c[row + j] = p0;
        c[row + j1] = p1;
        c[row + j2] = p2;
        c[row + j3] = p3;
        c[next + j] = q0;
        c[next + j1] = q1;
        c[next + j2] = q2;
        c[next + j3] = q3;
      }
    }
  },

  addBias(values, bias, rows, columns) {
    for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < columns; j++) values[at++] += bias[j];
  },

  relu(values, count) {
    for (let i = 0; i < count; i++) if (values[i] < 0) values[i] = 0;
  },

  reluBackward(gradient, activated, count) {
    for (let i = 0; i < count; i++) if (!(activated[i] > 0)) gradient[i] = 0;
  },

  columnSums(values, sums, rows, columns) {
    for (let j = 0; j < columns; j++) {
      let sum = 0;
      for (let i = 0; i < rows; i++) sum += values[i * columns + j];
      sums[j] = sum;
    }
  },

  sigmoid(values, count) {
    for (let i = 0; i < count; i++) values[i] = 1 / (1 + Math.exp(-values[i]));
  },

  /** max(l, 0) - l x + log(1 + exp(-|l|)), which neither overflows nor cancels; its derivative is sigmoid(l) - x. */
  bce(logits, images, count, scale) {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const [l, x] = [logits[i], images[i]];
      const small = Math.exp(-Math.abs(l));
      sum += Math.max(l, 0) - l * x + Math.log1p(small);
      logits[i] = scale * ((l < 0 ? small : 1) / (1 + small) - x);
    }
    return sum;
  },

  /** -log N(x; p, 0.1²) with p = sigmoid(l); its derivative is (p - x) p (1 - p) / 0.1². */
  mse(logits, images, count, scale) {
    const precision = 1 / (MSE_SIGMA * MSE_SIGMA);
    let squares = 0;
    for (let i = 0; i < count; i++) {
      const l = logits[i];
      const small = Math.exp(-Math.abs(l));
      const off = (l < 0 ? small : 1) / (1 + small) - images[i];
      squares += off * off;
      logits[i] = (scale * precision * off * small) / ((1 + small) * (1 + small));
    }
    return (precision / 2) * squares + count * MSE_CONSTANT;
  },

  /** Kingma and Ba, "Adam", ICLR 2015, with epsilon where torch has it: outside of the root. */
  adam(weights, gradients, first, second, count, stepSize, secondScale) {
    for (let i = 0; i < count; i++) {
      const g = gradients[i];
      first[i] += (1 - BETA1) * (g - first[i]);
      second[i] += (1 - BETA2) * (g * g - second[i]);
      weights[i] -= (stepSize * first[i]) / (Math.sqrt(second[i]) * secondScale + EPSILON);
    }
  },

  squaresFinite(values, count) {
    for (let i = 0; i < count; i++) if (!Number.isFinite(Math.fround(values[i] * values[i]))) return 0;
    return 1;
  },
};
