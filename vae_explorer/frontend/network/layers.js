/**
 * Makes steps (see kernels.js) of the layers that a network's file lists. A new op is a new entry of BUILDERS.
 *
 * @typedef {import("./convolution.js").Convolution} Convolution
 * @typedef {import("./kernels.js").Step} Step
 * @typedef {import("./safetensors.js").Safetensors} Safetensors
 *
 * @typedef {object} Layer
 * @property {string} op
 * @property {number} [inputs]
 * @property {number} [outputs]
 * @property {number} [kernel]
 * @property {number} [stride]
 * @property {number} [padding]
 * @property {number} [output_padding]
 * @property {number[]} [shape]
 * @property {number} [slope]
 *
 * @typedef {object} Signal  what goes from one layer to the next
 * @property {number[]} shape
 * @property {Float32Array} buffer
 *
 * @typedef {object} Context
 * @property {Signal} incoming
 * @property {string} where  the layer, for messages
 * @property {(name: string, shape: number[]) => Float32Array} parameter  reads one that has to have this shape
 *
 * @typedef {{steps: Step[], outgoing: Signal}} Built
 */

import { convolution, transposedConvolution } from "./convolution.js";
import { ACTIVATIONS, makeGather } from "./kernels.js";
import { FormatError } from "./safetensors.js";

const SIZE_LIMIT = 1 << 24;

/** @type {Record<string, (layer: Layer, context: Context) => Built>} */
const BUILDERS = {
  linear: buildLinear,
  conv: (layer, context) => buildConvolution(convolution, layer, context),
  conv_transpose: (layer, context) => buildConvolution(transposedConvolution, layer, context),
  reshape: buildReshape,
  ...Object.fromEntries(Object.keys(ACTIVATIONS).map((name) => [name, buildActivation])),
};

/**
 * @param {Layer} layer
 * @param {number} index  in the file's list, which is in the names of its parameters
 * @param {Safetensors} file
 * @param {Signal} incoming
 * @returns {Built}
 * @throws {FormatError}
 */
export function buildLayer(layer, index, file, incoming) {
  const where = `Layer ${index} (${String(layer?.op)})`;
  if (!Object.hasOwn(BUILDERS, layer?.op)) {
    throw new FormatError(
      `${where} is of a kind that this page does not know. Reload the page; it may be older than the model.`,
    );
  }
  const parameter = (/** @type {string} */ name, /** @type {number[]} */ shape) =>
    readParameter(file, `${index}.${name}`, shape);
  return BUILDERS[layer.op](layer, { incoming, where, parameter });
}

/**
 * @param {number[]} shape
 * @param {string} where  for messages
 * @returns {Signal}
 */
export function makeSignal(shape, where) {
  const sides = shape.map((side) => whole(side, 1, where));
  return { shape, buffer: new Float32Array(whole(size(sides), 1, where)) };
}

/** @param {Layer} layer @param {Context} context @returns {Built} */
function buildActivation({ op, slope = 0 }, { incoming }) {
  return { steps: [{ kind: "activation", name: op, values: incoming.buffer, slope }], outgoing: incoming };
}

/** @param {Layer} layer @param {Context} context @returns {Built} */
function buildReshape({ shape = [] }, { incoming, where }) {
  if (size(shape) !== incoming.buffer.length) throw mismatch(where, incoming.shape, shape);
  return { steps: [], outgoing: { shape, buffer: incoming.buffer } };
}

/**
 * A gather with one position.
 *
 * @param {Layer} layer
 * @param {Context} context
 * @returns {Built}
 */
function buildLinear(layer, { incoming, where, parameter }) {
  const { inputs, outputs } = channels(layer, where);
  if (incoming.shape.length !== 1 || incoming.shape[0] !== inputs) throw mismatch(where, incoming.shape, [inputs]);
  const weight = parameter("weight", [outputs, inputs]);
  const gather = makeGather(
    parameter("bias", [outputs]),
    Int32Array.from({ length: inputs }, (_, k) => k),
    [{ from: 0, to: 0 }],
    1,
    (o, k) => weight[o * inputs + k],
  );
  const outgoing = makeSignal([outputs], where);
  return { steps: [{ kind: "gather", gather, input: incoming.buffer, output: outgoing.buffer }], outgoing };
}

/**
 * @param {Convolution} kind
 * @param {Layer} layer
 * @param {Context} context
 * @returns {Built}
 */
function buildConvolution(kind, layer, { incoming, where, parameter }) {
  const sizes = {
    ...channels(layer, where),
    kernel: whole(layer.kernel, 1, where),
    stride: whole(layer.stride, 1, where),
    padding: whole(layer.padding ?? 0, 0, where),
    outputPadding: whole(layer.output_padding ?? 0, 0, where),
  };
  const { inputs, outputs } = sizes;
  if (incoming.shape.length !== 3 || incoming.shape[0] !== inputs) {
    throw mismatch(where, incoming.shape, [inputs, NaN, NaN]);
  }
  const [, height, width] = incoming.shape;
  const [rows, columns] = [kind.sideAfter(height, sizes), kind.sideAfter(width, sizes)];
  const margin = kind.margin(sizes);
  const [down, across] = [height + 2 * margin, width + 2 * margin];
  const outgoing = makeSignal([outputs, rows, columns], where);
  const { buffer: padded } = makeSignal([inputs, down, across], where);
  const weight = parameter("weight", kind.weightShape(sizes));
  const bias = parameter("bias", [outputs]);
  const gathers = kind.gathers(sizes, { across, down, rows, columns }, weight, bias);
  return {
    steps: [
      { kind: "pad", input: incoming.buffer, padded, planes: inputs, height, width, margin },
      ...gathers.map(
        (gather) => /** @type {const} */ ({ kind: "gather", gather, input: padded, output: outgoing.buffer }),
      ),
    ],
    outgoing,
  };
}

/**
 * @param {Safetensors} file
 * @param {string} name
 * @param {number[]} shape
 * @returns {Float32Array}
 */
function readParameter(file, name, shape) {
  const tensor = file.tensors[name];
  if (!tensor) throw new FormatError(`A network's file lacks the tensor ${name}.`);
  if (!(tensor.data instanceof Float32Array) || tensor.shape.join() !== shape.join())
    throw mismatch(name, tensor.shape, shape);
  return tensor.data;
}

/** @param {Layer} layer @param {string} where */
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

/** @param {number[]} shape */
const size = (shape) => shape.reduce((product, side) => product * side, 1);

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
