/**
 * The kernels: the loops of kernels.js four numbers at a time, as WebAssembly, written when the first network asks.
 *
 * Sums are float32 here and double in kernels.js: results differ in the last bits of a float32, as those of torch do.
 *
 * @typedef {import("./assembler.js").Code} Code
 *
 * @typedef {(weight: number, bias: number, depth: number, offset: number, from: number, fromEnd: number,
 *   to: number, plane: number, input: number, output: number) => void} GatherBlock
 * @typedef {Record<string, (...numbers: number[]) => void>} Kernels  by the names given below
 */

import {
  add,
  assemble,
  code,
  doWhile,
  get,
  i32,
  ifElse,
  lessThan,
  loadI32,
  set,
  timesFour,
  vector,
  whileLoop,
} from "./assembler.js";

const PAGE_BYTES = 65536;
export const WORD = 4;
export const VECTOR = 16;

// How many positions at a time; two blocks of four outputs at four positions are eight sums, which with two vectors
// of weights leave some of the processor's sixteen vector registers free.
export const POSITIONS = 4;

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
  const addProducts = code(
    set(w, get(weight)),
    set(k, get(offset)),
    set(kEnd, add(get(offset), get(depth))),
    doWhile(
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
  );
  /** @param {Code} products */
  const biasesAnd = (products) =>
    whileLoop(
      lessThan(get(from), get(fromEnd)),
      ...positionAll.map((p) => set(place + p, add(get(input), loadI32(get(from), p * WORD)))),
      ...each.map((one) => set(one.at, vector.load(get(bias), one.b * VECTOR))),
      products,
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
    );
  return {
    name: `gather${blocks}x${positions}`,
    parameters: 10,
    integers: 5 + positions,
    vectors: blocks * positions + blocks,
    // Whether there are products at all is asked once: asked at every position, it made convolutions 1.3 times as slow.
    body: ifElse(get(depth), biasesAnd(addProducts), biasesAnd([])),
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

/** @returns {WebAssembly.Module | null}  the quickest kernels that this browser knows, compiled once; null: it knows none */
export function kernelModule() {
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
 * @param {WebAssembly.Module} module
 * @param {number} bytes
 * @returns {{memory: ArrayBuffer, kernels: Kernels} | null}  kernels with a memory of so many bytes; null: there is no room
 */
export function startKernels(module, bytes) {
  try {
    const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE_BYTES) });
    const { exports } = new WebAssembly.Instance(module, { page: { memory } });
    return { memory: memory.buffer, kernels: /** @type {Kernels} */ (/** @type {unknown} */ (exports)) };
  } catch {
    return null;
  }
}
