/**
 * The loops of kernels.js four numbers at a time, as WebAssembly, where the browser can (all do since 2023).
 *
 * Sums are float32 here and double in kernels.js: results differ in the last bits of a float32, as those of torch do.
 *
 * @typedef {import("./kernels.js").Step} Step
 * @typedef {import("./assembler.js").Code} Code
 * @typedef {Float32Array | Int32Array} Numbers
 *
 * @typedef {(weight: number, bias: number, depth: number, offset: number, from: number, fromEnd: number,
 *   to: number, plane: number, input: number, output: number) => void} GatherBlock
 * @typedef {Record<string, (...numbers: number[]) => void>} Kernels  by the names given below
 */

import { pad } from "./kernels.js";
import { add, assemble, code, get, i32, lessThan, loadI32, set, timesFour, vector, whileLoop } from "./assembler.js";

const PAGE_BYTES = 65536;
const WORD = 4;
const VECTOR = 16;

// How many positions at a time; two blocks of four outputs at four positions are eight sums, which with two vectors
// of weights leave some of the processor's sixteen vector registers free.
const POSITIONS = 4;

/**
 * The sums of `blocks` times four outputs at all positions, `positions` of them at a time.
 *
 * All sizes and distances are in bytes; `weight`, `bias` and `output` are of the first of the outputs.
 *
 * @param {1 | 2} blocks
 * @param {number} positions
 * @param {typeof vector.multiplyAdd} multiplyAdd
 */
function gatherBlock(blocks, positions, multiplyAdd) {
  const [weight, bias, depth, offset, from, fromEnd, to, plane, input, output] = Array(10).keys();
  const [w, k, kEnd, at, out] = [10, 11, 12, 13, 14];
  const place = 15; // one for each position
  const sum = place + positions; // one for each block and position
  const weights = sum + blocks * positions; // one for each block
  const blockAll = Array.from({ length: blocks }, (_, b) => b);
  const positionAll = Array.from({ length: positions }, (_, p) => p);
  const each = blockAll.flatMap((b) => positionAll.map((p) => ({ b, p, at: sum + b * positions + p })));
  return {
    name: `gather${blocks}x${positions}`,
    parameters: 10,
    integers: 5 + positions,
    vectors: blocks * positions + blocks,
    body: whileLoop(
      lessThan(get(from), get(fromEnd)),
      ...positionAll.map((p) => set(place + p, add(get(input), loadI32(get(from), p * WORD)))),
      ...each.map((one) => set(one.at, vector.load(get(bias), one.b * VECTOR))),
      set(w, get(weight)),
      set(k, get(offset)),
      set(kEnd, add(get(offset), get(depth))),
      whileLoop(
        lessThan(get(k), get(kEnd)),
        set(at, loadI32(get(k))),
        set(weights, vector.load(get(w))),
        // The second block lies behind the first, which has 16 bytes for each 4 bytes of offsets.
        ...(blocks > 1 ? [set(weights + 1, vector.load(add(get(w), timesFour(get(depth)))))] : []),
        ...positionAll.flatMap((p) => {
          const read = vector.loadSplat(add(get(place + p), get(at)));
          return blockAll.map((b) => {
            const one = sum + b * positions + p;
            return set(one, multiplyAdd(get(weights + b), read, get(one)));
          });
        }),
        set(w, add(get(w), i32(VECTOR))),
        set(k, add(get(k), i32(WORD))),
      ),
      ...each.map(({ b, p, at }) =>
        code(
          set(out, add(add(get(output), loadI32(get(to), p * WORD)), b ? timesFour(get(plane)) : i32(0))),
          vector.storeLane(get(out), get(at), 0),
          ...[1, 2, 3].map((lane) =>
            code(set(out, add(get(out), get(plane))), vector.storeLane(get(out), get(at), lane)),
          ),
        ),
      ),
      set(from, add(get(from), i32(positions * WORD))),
      set(to, add(get(to), i32(positions * WORD))),
    ),
  };
}

/**
 * 1 + exp(-x) of a vector: 2^n times a polynomial of what is left, |r| <= ln(2) / 2; Cephes' expf, good to a bit or two.
 *
 * @param {number} x  locals
 * @param {number} n
 * @param {number} r
 * @returns {Code}  leaves the vector
 */
function onePlusExpOfMinus(x, n, r) {
  const v = vector;
  // Beyond 87 in size exp leaves float32, and 1 + exp(-x) has long been 1 or as good as infinite.
  const clamped = v.smaller(v.larger(v.negate(get(x)), v.floats(-87)), v.floats(87));
  const terms = [1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1];
  const series = terms.reduce((sum, term) => v.add(v.multiply(sum, get(r)), v.floats(term)), v.floats(1.98756915e-4));
  const power = v.shiftLeft(v.addIntegers(v.toIntegers(get(n)), v.integers(127)), 23);
  return code(
    set(r, clamped),
    set(n, v.nearest(v.multiply(get(r), v.floats(Math.LOG2E)))),
    // ln(2) in two parts, so that nothing is lost when its multiple is taken away.
    set(
      r,
      v.subtract(
        v.subtract(get(r), v.multiply(get(n), v.floats(0.693359375))),
        v.multiply(get(n), v.floats(-2.1219444e-4)),
      ),
    ),
    v.add(
      v.multiply(v.add(v.add(v.multiply(v.multiply(series, get(r)), get(r)), get(r)), v.floats(1)), power),
      v.floats(1),
    ),
  );
}

/**
 * @param {string} name
 * @param {(x: number, n: number, r: number) => Code} result
 */
function activation(name, result) {
  const [values, end, x, n, r] = Array(5).keys();
  return {
    name,
    parameters: 2,
    integers: 0,
    vectors: 3,
    body: whileLoop(
      lessThan(get(values), get(end)),
      set(x, vector.load(get(values))),
      vector.store(get(values), result(x, n, r)),
      set(values, add(get(values), i32(VECTOR))),
    ),
  };
}

/** @param {typeof vector.multiplyAdd} multiplyAdd */
function assembleKernels(multiplyAdd) {
  return assemble([
    gatherBlock(2, POSITIONS, multiplyAdd),
    gatherBlock(2, 1, multiplyAdd),
    gatherBlock(1, POSITIONS, multiplyAdd),
    gatherBlock(1, 1, multiplyAdd),
    activation("relu", (x) => vector.larger(get(x), vector.floats(0))),
    activation("silu", (x, n, r) => vector.divide(get(x), onePlusExpOfMinus(x, n, r))),
    activation("sigmoid", (x, n, r) => vector.divide(vector.floats(1), onePlusExpOfMinus(x, n, r))),
  ]);
}

/** @type {WebAssembly.Module | null | undefined} */
let compiled;

/** @returns {WebAssembly.Module | null}  the quickest that this browser knows, compiled once */
function kernelModule() {
  if (compiled === undefined) compiled = compile();
  return compiled;
}

/** @returns {WebAssembly.Module | null} */
function compile() {
  /** @type {typeof vector.multiplyAdd} */
  const inTwo = (a, b, c) => vector.add(vector.multiply(a, b), c);
  const codes = [vector.multiplyAdd, inTwo].map(assembleKernels);
  try {
    const known = codes.find((bytes) => WebAssembly.validate(bytes));
    return known ? new WebAssembly.Module(known) : null;
  } catch {
    return null; // no WebAssembly at all, or a policy that forbids it
  }
}

/**
 * @param {number} bytes  of memory
 * @returns {{memory: ArrayBuffer, kernels: Kernels} | null}
 */
function startKernels(bytes) {
  const module = kernelModule();
  if (!module) return null;
  try {
    const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE_BYTES) });
    const { exports } = new WebAssembly.Instance(module, { page: { memory } });
    return { memory: memory.buffer, kernels: /** @type {Kernels} */ (/** @type {unknown} */ (exports)) };
  } catch {
    return null; // no room for one more
  }
}

/**
 * Moves a network's numbers into one WebAssembly memory.
 *
 * @param {Step[]} steps
 * @param {Float32Array} input
 * @param {Float32Array} output
 * @returns {{run: () => void, input: Float32Array, output: Float32Array} | null}  null: this browser cannot
 */
export function accelerate(steps, input, output) {
  const room = new Room();
  room.reserve(input);
  const begins = steps.map((step) => PLACE[step.kind](room, /** @type {any} */ (step)));
  const started = startKernels(room.layOut());
  if (!started) return null;
  room.fill(started.memory);
  const runs = begins.flatMap((begin) => begin(started.kernels));
  return {
    run() {
      for (const run of runs) run();
    },
    input: room.view(input),
    output: room.view(output),
  };
}

/** Gives arrays their places in a memory that is made when all are known: one that grew would leave its views behind. */
class Room {
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
 * @type {{[K in Step["kind"]]: (room: Room, step: Extract<Step, {kind: K}>) => (kernels: Kernels) => (() => void)[]}}
 */
const PLACE = {
  gather(room, { gather, input, output }) {
    const depth = gather.offset.length;
    const positions = gather.from.length;
    const fours = Math.ceil(gather.outs / 4);
    const weight = room.reserve(wholeBlocks(gather.weight, gather.outs, depth));
    const bias = room.reserve(gather.bias, 4 * fours);
    const [offset, from, to] = [gather.offset, gather.from, gather.to].map((words) => room.reserve(words.map(inBytes)));
    // A last block of fewer than four outputs is computed as four; what is too much lands past the end.
    room.reserve(output, Math.max(output.length, 4 * fours * gather.plane));
    const inFours = positions - (positions % POSITIONS);
    return (kernels) => {
      const runs = [];
      for (let block = 0; block < fours; ) {
        const blocks = Math.min(2, fours - block);
        const first = block;
        for (const [start, stop, width] of [
          [0, inFours, POSITIONS],
          [inFours, positions, 1],
        ]) {
          if (start === stop) continue;
          const run = kernels[`gather${blocks}x${width}`];
          const numbers = /** @type {Parameters<GatherBlock>} */ ([
            room.at(weight) + first * depth * VECTOR,
            room.at(bias) + first * VECTOR,
            depth * WORD,
            room.at(offset),
            room.at(from) + start * WORD,
            room.at(from) + stop * WORD,
            room.at(to) + start * WORD,
            gather.plane * WORD,
            room.at(input),
            room.at(output) + first * 4 * gather.plane * WORD,
          ]);
          runs.push(() => run(...numbers));
        }
        block += blocks;
      }
      return runs;
    };
  },

  pad(room, { input, padded, planes, height, width, margin }) {
    room.reserve(padded);
    return () => {
      const [from, to] = [room.view(input), room.view(padded)];
      return [() => pad(from, to, planes, height, width, margin)];
    };
  },

  activation(room, { name, values }) {
    return (kernels) => {
      const at = room.at(values);
      return [() => kernels[name](at, at + values.length * WORD)];
    };
  },
};

/** @param {number} words */
const inBytes = (words) => words * WORD;

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
