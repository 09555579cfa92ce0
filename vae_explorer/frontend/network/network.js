/**
 * Runs a small feed-forward network, float32 in and out. Here the layers are read and their geometry is worked out,
 * once; the loops that run at every picture are in kernels.js, plain JavaScript, and in simd.js, for browsers that can.
 *
 * A dense layer is a gather (see kernels.js) with one position. A convolution has one position a pixel, its input
 * padded beforehand, so that no position needs a test for the border. A transposed convolution of stride s falls
 * into s x s convolutions of stride 1, one for each output pixel's place within its s x s cell.
 *
 * @typedef {import("./safetensors.js").Safetensors} Safetensors
 * @typedef {import("./kernels.js").Gather} Gather
 * @typedef {import("./kernels.js").Step} Step
 *
 * @typedef {object} Layer
 * @property {string} op
 * @property {number} [inputs]
 * @property {number} [outputs]
 * @property {number} [kernel]
 * @property {number} [stride]
 * @property {number} [padding]
 * @property {number[]} [shape]
 */

import { ACTIVATIONS, makeGather, runStep } from "./kernels.js";
import { FormatError } from "./safetensors.js";
import { accelerate } from "./simd.js";

const SIZE_LIMIT = 1 << 24;

export class Network {
  /** @type {() => void} */
  #run;
  /** @type {Float32Array} */
  #input;
  /** @type {Float32Array} */
  #output;

  /**
   * @param {Safetensors} file  metadata `layers` and `input_shape` as JSON; tensors `<layer>.weight`, `<layer>.bias`
   * @throws {FormatError}
   */
  constructor(file) {
    /** What the file says beside the layers, such as a judge's accuracy. */
    this.metadata = file.metadata;
    const layers = /** @type {Layer[]} */ (listIn(file, "layers"));
    let shape = /** @type {number[]} */ (listIn(file, "input_shape"));
    let buffer = makeBuffer(shape, "input_shape");
    const input = buffer;
    /** @type {Step[]} */
    const steps = [];
    layers.forEach((layer, index) => {
      const where = `Layer ${index} (${String(layer?.op)})`;
      const built = buildLayer(layer, where, index, file, shape, buffer);
      steps.push(...built.steps);
      shape = built.shape;
      buffer = built.buffer;
    });
    const fast = accelerate(steps, input, buffer);
    this.#run = fast ? fast.run : () => steps.forEach(runStep);
    this.#input = fast ? fast.input : input;
    this.#output = fast ? fast.output : buffer;
    this.inputs = input.length;
    this.outputs = buffer.length;
  }

  /**
   * @param {ArrayLike<number>} input  (inputs)
   * @returns {Float32Array}  (outputs); the network's own buffer, good until the next run
   */
  run(input) {
    if (input.length !== this.inputs) {
      throw new RangeError(`The network was given ${input.length} values; ${this.inputs} were expected.`);
    }
    this.#input.set(input);
    this.#run();
    return this.#output;
  }
}

/**
 * @param {Layer} layer
 * @param {string} where
 * @param {number} index
 * @param {Safetensors} file
 * @param {number[]} shape       of what comes in
 * @param {Float32Array} buffer  where it lies
 * @returns {{steps: Step[], shape: number[], buffer: Float32Array}}
 */
function buildLayer(layer, where, index, file, shape, buffer) {
  const name = layer?.op;
  if (Object.hasOwn(ACTIVATIONS, name)) return { steps: [{ kind: "activation", name, values: buffer }], shape, buffer };
  if (layer?.op === "reshape") {
    const wanted = layer.shape ?? [];
    if (size(wanted) !== buffer.length) throw mismatch(where, shape, wanted);
    return { steps: [], shape: wanted, buffer };
  }
  if (layer?.op === "linear") return buildLinear(layer, where, index, file, shape, buffer);
  if (layer?.op === "conv" || layer?.op === "conv_transpose") {
    return buildConvolution(layer, where, index, file, shape, buffer);
  }
  throw new FormatError(
    `${where} is of a kind that this page does not know. Reload the page; it may be older than the model.`,
  );
}

/** @type {typeof buildLayer} */
function buildLinear(layer, where, index, file, shape, buffer) {
  const { inputs, outputs } = channels(layer, where);
  if (shape.length !== 1 || shape[0] !== inputs) throw mismatch(where, shape, [inputs]);
  const weight = parameter(file, `${index}.weight`, [outputs, inputs]);
  const gather = makeGather(
    parameter(file, `${index}.bias`, [outputs]),
    Int32Array.from({ length: inputs }, (_, k) => k),
    [{ from: 0, to: 0 }],
    1,
    (o, k) => weight[o * inputs + k],
  );
  const output = makeBuffer([outputs], where);
  return { steps: [{ kind: "gather", gather, input: buffer, output }], shape: [outputs], buffer: output };
}

/** @type {typeof buildLayer} */
function buildConvolution(layer, where, index, file, shape, buffer) {
  const { inputs, outputs } = channels(layer, where);
  const kernel = whole(layer.kernel, 1, where);
  const stride = whole(layer.stride, 1, where);
  const padding = whole(layer.padding ?? 0, 0, where);
  if (shape.length !== 3 || shape[0] !== inputs) throw mismatch(where, shape, [inputs, NaN, NaN]);
  const [, height, width] = shape;
  const transposed = layer.op === "conv_transpose";
  /** @param {number} side */
  const sideAfter = (side) =>
    transposed ? (side - 1) * stride - 2 * padding + kernel : Math.floor((side + 2 * padding - kernel) / stride) + 1;
  const after = [outputs, sideAfter(height), sideAfter(width)];
  const output = makeBuffer(after, where);
  const margin = transposed ? Math.max(0, Math.ceil((kernel - 1 - padding) / stride)) : padding;
  const padded = makeBuffer([inputs, height + 2 * margin, width + 2 * margin], where);
  const weight = parameter(
    file,
    `${index}.weight`,
    transposed ? [inputs, outputs, kernel, kernel] : [outputs, inputs, kernel, kernel],
  );
  const bias = parameter(file, `${index}.bias`, [outputs]);
  const geometry = { inputs, outputs, kernel, stride, padding, margin, height, width, after };
  const gathers = transposed ? transposedGathers(geometry, weight, bias) : [convolutionGather(geometry, weight, bias)];
  return {
    steps: [
      { kind: "pad", input: buffer, padded, planes: inputs, height, width, margin },
      ...gathers.map((gather) => /** @type {const} */ ({ kind: "gather", gather, input: padded, output })),
    ],
    shape: after,
    buffer: output,
  };
}

/**
 * @typedef {object} Geometry
 * @property {number} inputs
 * @property {number} outputs
 * @property {number} kernel
 * @property {number} stride
 * @property {number} padding
 * @property {number} margin  rows and columns of zeros around the padded input
 * @property {number} height
 * @property {number} width
 * @property {number[]} after  shape of the output
 */

/**
 * @param {Geometry} g
 * @param {Float32Array} weight  (outputs, inputs, kernel, kernel)
 * @param {Float32Array} bias
 * @returns {Gather}
 */
function convolutionGather(g, weight, bias) {
  const [, rows, columns] = g.after;
  const across = g.width + 2 * g.margin;
  const plane = across * (g.height + 2 * g.margin);
  const taps = g.kernel * g.kernel;
  const offset = Int32Array.from({ length: g.inputs * taps }, (_, k) => {
    const tap = k % taps;
    return Math.floor(k / taps) * plane + Math.floor(tap / g.kernel) * across + (tap % g.kernel);
  });
  const positions = Array.from({ length: rows * columns }, (_, p) => ({
    from: Math.floor(p / columns) * g.stride * across + (p % columns) * g.stride,
    to: p,
  }));
  return makeGather(bias, offset, positions, rows * columns, (o, k) => weight[o * offset.length + k]);
}

/**
 * Output row y gets kernel row r where r = y + padding (mod stride), from input row (y + padding - r) / stride.
 *
 * @param {Geometry} g
 * @param {Float32Array} weight  (inputs, outputs, kernel, kernel)
 * @param {Float32Array} bias
 * @returns {Gather[]}
 */
function transposedGathers(g, weight, bias) {
  const [, rows, columns] = g.after;
  const across = g.width + 2 * g.margin;
  const plane = across * (g.height + 2 * g.margin);
  /** @param {number} first */
  const tapsOf = (first) =>
    Array.from({ length: g.kernel }, (_, tap) => ({ tap, shift: (first + g.padding - tap) / g.stride })).filter(
      ({ shift }) => Number.isInteger(shift),
    );
  /** @type {Gather[]} */
  const gathers = [];
  for (let top = 0; top < Math.min(g.stride, rows); top++) {
    for (let left = 0; left < Math.min(g.stride, columns); left++) {
      const taps = tapsOf(top).flatMap((row) => tapsOf(left).map((column) => ({ row, column })));
      const places = Array.from({ length: g.inputs }, (_, channel) => taps.map((tap) => ({ channel, ...tap }))).flat();
      const offset = Int32Array.from(places, (p) => p.channel * plane + p.row.shift * across + p.column.shift);
      const positions = [];
      for (let y = top; y < rows; y += g.stride) {
        for (let x = left; x < columns; x += g.stride) {
          const from = ((y - top) / g.stride + g.margin) * across + (x - left) / g.stride + g.margin;
          positions.push({ from, to: y * columns + x });
        }
      }
      gathers.push(
        makeGather(bias, offset, positions, rows * columns, (o, k) => {
          const { channel, row, column } = places[k];
          return weight[((channel * g.outputs + o) * g.kernel + row.tap) * g.kernel + column.tap];
        }),
      );
    }
  }
  return gathers;
}

/**
 * @param {Safetensors} file
 * @param {string} key
 * @returns {unknown[]}
 */
function listIn(file, key) {
  /** @type {unknown} */
  let value;
  try {
    value = JSON.parse(file.metadata[key] ?? "");
  } catch {
    value = null;
  }
  if (!Array.isArray(value)) throw new FormatError(`A network's file does not say its ${key}.`);
  return value;
}

/**
 * @param {Safetensors} file
 * @param {string} name
 * @param {number[]} shape
 * @returns {Float32Array}
 */
function parameter(file, name, shape) {
  const tensor = file.tensors[name];
  if (!tensor) throw new FormatError(`A network's file lacks the tensor ${name}.`);
  if (!(tensor.data instanceof Float32Array) || tensor.shape.join() !== shape.join())
    throw mismatch(name, tensor.shape, shape);
  return tensor.data;
}

/**
 * @param {Layer} layer
 * @param {string} where
 */
function channels(layer, where) {
  return { inputs: whole(layer.inputs, 1, where), outputs: whole(layer.outputs, 1, where) };
}

/**
 * @param {unknown} value
 * @param {number} least
 * @param {string} where
 * @returns {number}
 */
function whole(value, least, where) {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < least || value > SIZE_LIMIT) {
    throw new FormatError(
      `${where} of a network has the size ${String(value)}; a whole number from ${least} was expected.`,
    );
  }
  return value;
}

/**
 * @param {number[]} shape
 * @returns {number}
 */
function size(shape) {
  return shape.reduce((product, side) => product * side, 1);
}

/**
 * @param {number[]} shape
 * @param {string} where
 * @returns {Float32Array}
 */
function makeBuffer(shape, where) {
  shape.forEach((side) => whole(side, 1, where));
  return new Float32Array(whole(size(shape), 1, where));
}

/**
 * @param {string} where
 * @param {number[]} found
 * @param {number[]} expected  NaN: any size
 * @returns {FormatError}
 */
function mismatch(where, found, expected) {
  const wanted = expected.map((side) => (Number.isNaN(side) ? "any" : side)).join(" x ");
  return new FormatError(`${where} of a network got the shape ${found.join(" x ")}; ${wanted} was expected.`);
}
