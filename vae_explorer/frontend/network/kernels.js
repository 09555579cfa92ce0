/**
 * The loops that run at every picture.
 *
 * Every layer with weights is one and the same sum, taken over different places of its input:
 *
 *     output[o][to[p]] = bias[o] + sum over k of weight[o][k] * input[from[p] + offset[k]]
 *
 * @typedef {object} Gather
 * @property {number} outs              how many outputs share the positions
 * @property {Float32Array} weight      (outs / 4, K, 4), then what is left over as (outs % 4, K)
 * @property {Float32Array} bias        (outs)
 * @property {Int32Array} offset        (K)
 * @property {Int32Array} from          (P)
 * @property {Int32Array} to            (P)
 * @property {number} plane             distance between two outputs in the output buffer
 *
 * @typedef {{kind: "gather", gather: Gather, input: Float32Array, output: Float32Array}} GatherStep
 * @typedef {{kind: "pad", input: Float32Array, padded: Float32Array, planes: number, height: number, width: number, margin: number}} PadStep
 * @typedef {{kind: "activation", name: string, values: Float32Array, slope: number}} ActivationStep
 * @typedef {GatherStep | PadStep | ActivationStep} Step  a network is a list of these
 */

import { normalCdf } from "./normal_cdf.js";

/**
 * Orders the weights as the loops read them.
 *
 * @param {Float32Array} bias
 * @param {Int32Array} offset
 * @param {{from: number, to: number}[]} positions
 * @param {number} plane
 * @param {(out: number, k: number) => number} weightAt
 * @returns {Gather}
 */
export function makeGather(bias, offset, positions, plane, weightAt) {
  const outs = bias.length;
  const depth = offset.length;
  const weight = new Float32Array(outs * depth);
  const blocked = outs - (outs % 4);
  for (let o = 0; o < outs; o++) {
    const [start, stride] = o < blocked ? [(o - (o % 4)) * depth + (o % 4), 4] : [o * depth, 1];
    for (let k = 0; k < depth; k++) weight[start + k * stride] = weightAt(o, k);
  }
  return {
    outs,
    weight,
    bias,
    offset,
    from: Int32Array.from(positions, (p) => p.from),
    to: Int32Array.from(positions, (p) => p.to),
    plane,
  };
}

/**
 * Four outputs at two positions at a time: eight sums, four weights and two inputs are what the processor's
 * sixteen registers hold, and every value that is read is used at least twice.
 *
 * @param {Gather} gather
 * @param {Float32Array} input
 * @param {Float32Array} output
 */
function runGather(gather, input, output) {
  const { outs, weight, bias, offset, from, to, plane } = gather;
  const depth = offset.length;
  const positions = from.length;
  const paired = positions - (positions % 2);
  const blocked = outs - (outs % 4);
  for (let o = 0; o < blocked; o += 4) {
    const start = o * depth;
    for (let p = 0; p < paired; p += 2) {
      const left = from[p];
      const right = from[p + 1];
      let a0 = bias[o];
      let a1 = bias[o + 1];
      let a2 = bias[o + 2];
      let a3 = bias[o + 3];
      let b0 = a0;
      let b1 = a1;
      let b2 = a2;
      let b3 = a3;
      for (let k = 0, w = start; k < depth; k++, w += 4) {
        const at = offset[k];
        const a = input[left + at];
        const b = input[right + at];
        const w0 = weight[w];
        const w1 = weight[w + 1];
        const w2 = weight[w + 2];
        const w3 = weight[w + 3];
        a0 += w0 * a;
        a1 += w1 * a;
        a2 += w2 * a;
        a3 += w3 * a;
        b0 += w0 * b;
        b1 += w1 * b;
        b2 += w2 * b;
        b3 += w3 * b;
      }
      const first = o * plane + to[p];
      const second = o * plane + to[p + 1];
      output[first] = a0;
      output[first + plane] = a1;
      output[first + 2 * plane] = a2;
      output[first + 3 * plane] = a3;
      output[second] = b0;
      output[second + plane] = b1;
      output[second + 2 * plane] = b2;
      output[second + 3 * plane] = b3;
    }
    if (paired < positions) fourAtOne(gather, input, output, o);
  }
  for (let o = blocked; o < outs; o++) oneAtAll(gather, input, output, o);
}

/**
 * Four outputs at the last position: an odd one out, or a dense layer's only one.
 *
 * @param {Gather} gather
 * @param {Float32Array} input
 * @param {Float32Array} output
 * @param {number} o
 */
function fourAtOne({ weight, bias, offset, from, to, plane }, input, output, o) {
  const depth = offset.length;
  const p = from.length - 1;
  const place = from[p];
  let a0 = bias[o];
  let a1 = bias[o + 1];
  let a2 = bias[o + 2];
  let a3 = bias[o + 3];
  for (let k = 0, w = o * depth; k < depth; k++, w += 4) {
    const a = input[place + offset[k]];
    a0 += weight[w] * a;
    a1 += weight[w + 1] * a;
    a2 += weight[w + 2] * a;
    a3 += weight[w + 3] * a;
  }
  const first = o * plane + to[p];
  output[first] = a0;
  output[first + plane] = a1;
  output[first + 2 * plane] = a2;
  output[first + 3 * plane] = a3;
}

/**
 * One output at all positions, four at a time.
 *
 * @param {Gather} gather
 * @param {Float32Array} input
 * @param {Float32Array} output
 * @param {number} o
 */
function oneAtAll({ weight, bias, offset, from, to, plane }, input, output, o) {
  const depth = offset.length;
  const start = o * depth;
  const last = from.length - 1;
  for (let p = 0; p <= last; p += 4) {
    // Past the end the last position is taken once more, which costs less than a second loop.
    const [p1, p2, p3] = [Math.min(p + 1, last), Math.min(p + 2, last), Math.min(p + 3, last)];
    const [from0, from1, from2, from3] = [from[p], from[p1], from[p2], from[p3]];
    let a0 = bias[o];
    let a1 = a0;
    let a2 = a0;
    let a3 = a0;
    for (let k = 0; k < depth; k++) {
      const at = offset[k];
      const w = weight[start + k];
      a0 += w * input[from0 + at];
      a1 += w * input[from1 + at];
      a2 += w * input[from2 + at];
      a3 += w * input[from3 + at];
    }
    output[o * plane + to[p]] = a0;
    output[o * plane + to[p1]] = a1;
    output[o * plane + to[p2]] = a2;
    output[o * plane + to[p3]] = a3;
  }
}

/**
 * Copies planes into the middle of larger ones, whose borders stay zero.
 *
 * @param {Float32Array} input
 * @param {Float32Array} padded
 * @param {number} planes
 * @param {number} height
 * @param {number} width
 * @param {number} margin
 */
export function pad(input, padded, planes, height, width, margin) {
  const across = width + 2 * margin;
  let from = 0;
  for (let plane = 0; plane < planes; plane++) {
    for (let y = 0; y < height; y++) {
      let to = (plane * (height + 2 * margin) + y + margin) * across + margin;
      for (let x = 0; x < width; x++) padded[to++] = input[from++];
    }
  }
}

// Klambauer et al., "Self-Normalizing Neural Networks", 2017, equation 14.
const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

/**
 * In place. One without a kernel in kernels/forward.c runs as it is here, in the memory of those that have one.
 *
 * @type {Record<string, (values: Float32Array, slope: number) => void>}
 */
export const ACTIVATIONS = {
  relu(values) {
    for (let i = 0; i < values.length; i++) if (values[i] < 0) values[i] = 0;
  },
  silu(values) {
    for (let i = 0; i < values.length; i++) values[i] /= 1 + Math.exp(-values[i]);
  },
  gelu(values) {
    for (let i = 0; i < values.length; i++) values[i] *= normalCdf(values[i]);
  },
  sigmoid(values) {
    for (let i = 0; i < values.length; i++) values[i] = 1 / (1 + Math.exp(-values[i]));
  },
  tanh(values) {
    for (let i = 0; i < values.length; i++) values[i] = Math.tanh(values[i]);
  },
  elu(values) {
    for (let i = 0; i < values.length; i++) if (values[i] < 0) values[i] = Math.expm1(values[i]);
  },
  softplus(values) {
    for (let i = 0; i < values.length; i++) {
      values[i] = Math.max(values[i], 0) + Math.log1p(Math.exp(-Math.abs(values[i])));
    }
  },
  selu(values) {
    for (let i = 0; i < values.length; i++) {
      values[i] = SELU_SCALE * (values[i] < 0 ? SELU_ALPHA * Math.expm1(values[i]) : values[i]);
    }
  },
  mish(values) {
    for (let i = 0; i < values.length; i++) {
      const softplus = Math.max(values[i], 0) + Math.log1p(Math.exp(-Math.abs(values[i])));
      values[i] *= Math.tanh(softplus);
    }
  },
  leaky_relu(values, slope) {
    for (let i = 0; i < values.length; i++) if (values[i] < 0) values[i] *= slope;
  },
};

/** @param {Step} step */
export function runStep(step) {
  if (step.kind === "gather") runGather(step.gather, step.input, step.output);
  else if (step.kind === "pad") pad(step.input, step.padded, step.planes, step.height, step.width, step.margin);
  else ACTIVATIONS[step.name](step.values, step.slope);
}
