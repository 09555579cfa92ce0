/**
 * What a network has to say, by the definition of each op in torch's documentation: plain sums in double precision,
 * and how far float32 may be away from them. Nothing is shared with the code under test.
 *
 * @typedef {{shape: number[], values: Float64Array, errors: Float64Array}} Signal
 *   `errors` bounds how far a network in float32 may be away from each of the values.
 * @typedef {import("../../vae_explorer/frontend/network/layers.js").Layer} Layer
 * @typedef {import("../../vae_explorer/frontend/network/safetensors.js").Safetensors} Safetensors
 */

const ROUNDING = 2 ** -24;
// The exponentials are polynomials that are good to a bit or two.
const EXP_ROUNDING = 16 * ROUNDING;
// Below this float32 runs out of digits, and the exponentials are cut off.
const UNDERFLOW = 1e-36;

/**
 * @param {Safetensors} file
 * @param {Layer[]} layers
 * @param {number[]} shape      of the input
 * @param {Float32Array} input
 * @returns {Signal}
 */
export function reference(file, layers, shape, input) {
  /** @type {Signal} */
  const start = { shape, values: Float64Array.from(input), errors: new Float64Array(input.length) };
  return layers.reduce((signal, layer, index) => {
    const weight = /** @type {Float32Array} */ (file.tensors[`${index}.weight`]?.data);
    const bias = /** @type {Float32Array} */ (file.tensors[`${index}.bias`]?.data);
    return OPS[layer.op](signal, /** @type {any} */ (layer), weight, bias);
  }, start);
}

/** @type {Record<string, (signal: Signal, layer: any, weight: Float32Array, bias: Float32Array) => Signal>} */
const OPS = {
  reshape: ({ values, errors }, { shape }) => ({ shape, values, errors }),

  relu: activation((x) => Math.max(x, 0), 1),
  sigmoid: activation((x) => 1 / (1 + Math.exp(-x)), 1 / 4),
  silu: activation((x) => x / (1 + Math.exp(-x)), 1.1),
  gelu: activation((x) => x * normalCdf(x), 1.13),
  tanh: activation(
    (x) => (Math.sign(x) * Math.expm1(2 * Math.abs(x))) / (Math.expm1(2 * Math.abs(x)) + 2) || Math.sign(x),
    1,
  ),
  elu: activation((x) => (x < 0 ? Math.expm1(x) : x), 1),
  selu: activation((x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * (Math.exp(x) - 1)), 1.76),
  // x tanh(log(1 + e^x)), where the tangent is ((1 + e^x)² - 1) / ((1 + e^x)² + 1).
  mish: activation(
    (x) => (x > 40 ? x : (x * (Math.exp(2 * x) + 2 * Math.exp(x))) / (Math.exp(2 * x) + 2 * Math.exp(x) + 2)),
    1.09,
  ),
  softplus: activation((x) => (x > 40 ? x : Math.log1p(Math.exp(x))), 1),
  leaky_relu: (signal, { slope }) => activation((x) => (x < 0 ? slope * x : x), 1)(signal),

  linear(signal, { inputs, outputs }, weight, bias) {
    const sums = new Sums([outputs], bias);
    for (let o = 0; o < outputs; o++) {
      for (let i = 0; i < inputs; i++) sums.add(o, weight[o * inputs + i], signal, i);
    }
    return sums.signal();
  },

  conv(signal, { inputs, outputs, kernel, stride, padding = 0 }, weight, bias) {
    const [, height, width] = signal.shape;
    const [rows, columns] = [height, width].map((side) => Math.floor((side + 2 * padding - kernel) / stride) + 1);
    const sums = new Sums([outputs, rows, columns], bias);
    for (const [o, y, x] of indices(outputs, rows, columns)) {
      for (const [i, r, c] of indices(inputs, kernel, kernel)) {
        const [top, left] = [y * stride + r - padding, x * stride + c - padding];
        if (top < 0 || top >= height || left < 0 || left >= width) continue;
        const tap = weight[((o * inputs + i) * kernel + r) * kernel + c];
        sums.add((o * rows + y) * columns + x, tap, signal, (i * height + top) * width + left);
      }
    }
    return sums.signal();
  },

  conv_transpose(signal, { inputs, outputs, kernel, stride, padding = 0, output_padding = 0 }, weight, bias) {
    const [, height, width] = signal.shape;
    const sideAfter = (/** @type {number} */ side) => (side - 1) * stride - 2 * padding + kernel + output_padding;
    const [rows, columns] = [height, width].map(sideAfter);
    const sums = new Sums([outputs, rows, columns], bias);
    for (const [i, y, x] of indices(inputs, height, width)) {
      for (const [o, r, c] of indices(outputs, kernel, kernel)) {
        const [top, left] = [y * stride + r - padding, x * stride + c - padding];
        if (top < 0 || top >= rows || left < 0 || left >= columns) continue;
        const tap = weight[((i * outputs + o) * kernel + r) * kernel + c];
        sums.add((o * rows + top) * columns + left, tap, signal, (i * height + y) * width + x);
      }
    }
    return sums.signal();
  },
};

/** Sums of products, each with what float32 may lose in it, in whichever order it adds. */
class Sums {
  /**
   * @param {number[]} shape
   * @param {Float32Array} bias  one for each of the first dimension of the shape
   */
  constructor(shape, bias) {
    const count = shape.reduce((product, side) => product * side, 1);
    this.shape = shape;
    this.values = Float64Array.from({ length: count }, (_, at) => bias[Math.floor((at * bias.length) / count)]);
    this.errors = new Float64Array(count);
    this.sizes = this.values.map(Math.abs);
    this.terms = new Float64Array(count);
  }

  /** @param {number} to @param {number} weight @param {Signal} signal @param {number} from */
  add(to, weight, { values, errors }, from) {
    this.values[to] += weight * values[from];
    this.errors[to] += Math.abs(weight) * errors[from];
    this.sizes[to] += Math.abs(weight * values[from]);
    this.terms[to] += 1;
  }

  /** @returns {Signal}  a sum of nothing is its bias, to the last bit */
  signal() {
    const errors = this.errors.map((error, at) => {
      const terms = this.terms[at];
      return terms && error + (terms + 2) * ROUNDING * this.sizes[at] + UNDERFLOW;
    });
    return { shape: this.shape, values: this.values, errors };
  }
}

/**
 * @param {(x: number) => number} f
 * @param {number} slope  the largest
 */
function activation(f, slope) {
  return (/** @type {Signal} */ { shape, values, errors }) => {
    const after = values.map(f);
    const errorsAfter = errors.map(
      (error, at) => slope * error + EXP_ROUNDING * Math.abs(after[at]) + UNDERFLOW * Math.max(1, Math.abs(values[at])),
    );
    return { shape, values: after, errors: errorsAfter };
  };
}

/**
 * Φ(x): near 0 the series of Marsaglia, "Evaluating the Normal Distribution", 2004; in the tails, where that loses its
 * digits, Laplace's continued fraction.
 *
 * @param {number} x
 */
function normalCdf(x) {
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  if (Math.abs(x) < 3) {
    let sum = 0;
    for (let k = 1, term = x; k < 200; k += 2, term *= (x * x) / k) sum += term;
    return 0.5 + density * sum;
  }
  let fraction = Math.abs(x);
  for (let k = 100; k > 0; k--) fraction = Math.abs(x) + k / fraction;
  return x < 0 ? density / fraction : 1 - density / fraction;
}

/** @param {number} a @param {number} b @param {number} c */
function* indices(a, b, c) {
  for (let i = 0; i < a; i++) for (let j = 0; j < b; j++) for (let k = 0; k < c; k++) yield [i, j, k];
}
