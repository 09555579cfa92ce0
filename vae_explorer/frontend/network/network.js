/**
 * A small feed-forward network as the page runs it, float32 in and out.
 *
 * Its layers are read and their geometry is worked out once (layers.js). The loops that run at every picture are in
 * kernels.js, plain JavaScript, and in simd.js, for browsers that can.
 *
 * @typedef {import("./safetensors.js").Safetensors} Safetensors
 * @typedef {import("./layers.js").Layer} Layer
 * @typedef {import("./kernels.js").Step} Step
 */

import { runStep } from "./kernels.js";
import { buildLayer, makeSignal } from "./layers.js";
import { FormatError } from "./safetensors.js";
import { accelerate } from "./simd.js";

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
    /** What the file says beside the layers, such as a classifier's accuracy. */
    this.metadata = file.metadata;
    const layers = /** @type {Layer[]} */ (listIn(file, "layers"));
    let signal = makeSignal(/** @type {number[]} */ (listIn(file, "input_shape")), "input_shape");
    const input = signal.buffer;
    /** @type {Step[]} */
    const steps = [];
    layers.forEach((layer, index) => {
      const built = buildLayer(layer, index, file, signal);
      steps.push(...built.steps);
      signal = built.outgoing;
    });
    const output = signal.buffer;
    const program = accelerate(steps, input, output) ?? { run: () => steps.forEach(runStep), input, output };
    this.#run = program.run;
    this.#input = program.input;
    this.#output = program.output;
    this.inputs = input.length;
    this.outputs = output.length;
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
