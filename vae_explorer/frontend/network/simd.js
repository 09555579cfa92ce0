/**
 * Runs a network as WebAssembly, where the browser can (all do since 2023): its numbers lie in one memory, and each of
 * its steps is a call to one of the kernels of kernels/forward.c.
 *
 * @typedef {import("./kernels.js").Step} Step
 * @typedef {Record<string, (...numbers: number[]) => void>} Kernels  by their names in forward.c
 * @typedef {Float32Array | Int32Array} Numbers
 */

import { FORWARD } from "../kernels/forward_wasm.js";
import { kernelModule, startKernels } from "../kernels/webassembly.js";
import { ACTIVATIONS, pad } from "./kernels.js";

const WORD = 4;
const VECTOR = 16;

/**
 * Moves a network's numbers into one WebAssembly memory.
 *
 * @param {Step[]} steps
 * @param {Float32Array} input
 * @param {Float32Array} output
 * @returns {{run: () => void, input: Float32Array, output: Float32Array} | null}  null: the browser cannot
 */
export function accelerate(steps, input, output) {
  const module = kernelModule(FORWARD);
  if (!module) return null;
  const layout = new Layout();
  layout.reserve(input);
  const begins = steps.map((step) => PLACE[step.kind](layout, /** @type {any} */ (step)));
  const started = startKernels(module, layout.layOut());
  if (!started) return null;
  layout.fill(started.memory);
  const kernels = /** @type {Kernels} */ (started.kernels);
  const runs = begins.map((begin) => begin(kernels));
  return {
    run() {
      for (const run of runs) run();
    },
    input: layout.view(input),
    output: layout.view(output),
  };
}

/** Gives arrays their places in a memory that is made when all are known: one that grew would leave its views behind. */
class Layout {
  /** @type {Map<Numbers, {words: number, at: number}>} */
  #places = new Map();
  #memory = new ArrayBuffer(0);

  /**
   * @template {Numbers} T
   * @param {T} array
   * @param {number} [words]  more than its length where a kernel writes past its end
   * @returns {T}
   */
  reserve(array, words = array.length) {
    const before = this.#places.get(array)?.words ?? 0;
    this.#places.set(array, { words: Math.max(words, before), at: 0 });
    return array;
  }

  /** @returns {number}  bytes that all of them take */
  layOut() {
    let end = 0;
    for (const place of this.#places.values()) {
      place.at = end;
      end += Math.ceil((place.words * WORD) / VECTOR) * VECTOR;
    }
    return end;
  }

  /** @param {ArrayBuffer} memory  gets what the arrays hold */
  fill(memory) {
    this.#memory = memory;
    for (const [array, { at }] of this.#places) new (typeOf(array))(memory, at, array.length).set(array);
  }

  /** @param {Numbers} array @returns {number}  bytes from the start of the memory */
  at(array) {
    return this.#places.get(array)?.at ?? 0;
  }

  /** @param {Float32Array} array */
  view(array) {
    return new Float32Array(this.#memory, this.at(array), array.length);
  }
}

/** @param {Numbers} array */
const typeOf = (array) => (array instanceof Float32Array ? Float32Array : Int32Array);

/**
 * What a step needs of the memory, now, and what it runs, once that is there.
 *
 * @type {{[K in Step["kind"]]: (layout: Layout, step: Extract<Step, {kind: K}>) => (kernels: Kernels) => () => void}}
 */
const PLACE = {
  gather(layout, { gather, input, output }) {
    const depth = gather.offset.length;
    const positions = gather.from.length;
    const fours = Math.ceil(gather.outs / 4);
    const weight = layout.reserve(wholeBlocks(gather.weight, gather.outs, depth));
    const bias = layout.reserve(gather.bias, 4 * fours);
    const [offset, from, to] = [gather.offset, gather.from, gather.to].map((words) => layout.reserve(words));
    // A last block of fewer than four outputs is computed as four; what is too much lands past the end.
    layout.reserve(output, Math.max(output.length, 4 * fours * gather.plane));
    return (kernels) => {
      const [w, b, o, f, t, i, out] = [weight, bias, offset, from, to, input, output].map((array) => layout.at(array));
      return () => kernels.gather(w, b, fours, depth, o, f, t, positions, gather.plane, i, out);
    };
  },

  pad(layout, { input, padded, planes, height, width, margin }) {
    layout.reserve(padded);
    return () => {
      const [from, to] = [layout.view(input), layout.view(padded)];
      return () => pad(from, to, planes, height, width, margin);
    };
  },

  activation(layout, { name, values, slope }) {
    return (kernels) => {
      const kernel = kernels[name];
      const [at, view] = [layout.at(values), layout.view(values)];
      return kernel ? () => kernel(at, values.length) : () => ACTIVATIONS[name](view, slope);
    };
  },
};

/**
 * @param {Float32Array} weight  as in kernels.js: (outs / 4, depth, 4), then what is left over as (outs % 4, depth)
 * @param {number} outs
 * @param {number} depth
 * @returns {Float32Array}  (ceil(outs / 4), depth, 4), with zeros for the outputs that there are not
 */
function wholeBlocks(weight, outs, depth) {
  const left = outs % 4;
  if (!left) return weight;
  const blocked = outs - left;
  const whole = new Float32Array((blocked + 4) * depth);
  whole.set(weight.subarray(0, blocked * depth));
  for (let o = 0; o < left; o++) {
    for (let k = 0; k < depth; k++) whole[blocked * depth + 4 * k + o] = weight[(blocked + o) * depth + k];
  }
  return whole;
}
