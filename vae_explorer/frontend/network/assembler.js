/**
 * Just enough of an assembler to write small WebAssembly functions in JavaScript: no compiler, and no bytes in the
 * repository that nobody can read. An instruction is a list of bytes; lists are put one behind the other.
 *
 * Numbers are those of the WebAssembly core specification 2.0, "Instructions".
 *
 * @typedef {number[]} Code
 *
 * @typedef {object} FunctionCode
 * @property {string} name
 * @property {number} parameters  all i32
 * @property {number} integers    more locals, i32, behind the parameters
 * @property {number} vectors     more locals, v128, behind these
 * @property {Code} body
 */

const I32 = 0x7f;
const V128 = 0x7b;

/** @param {...Code} parts @returns {Code} */
export const code = (...parts) => parts.flat();

/** @param {number} local */
export const get = (local) => [0x20, ...unsigned(local)];
/** @param {number} local @param {Code} value */
export const set = (local, value) => [...value, 0x21, ...unsigned(local)];
/** @param {number} value */
export const i32 = (value) => [0x41, ...signed(value)];
/** @param {Code} a @param {Code} b */
export const add = (a, b) => [...a, ...b, 0x6a];
/** @param {Code} a */
export const timesFour = (a) => [...a, ...i32(2), 0x74];
/** @param {Code} a @param {Code} b */
export const lessThan = (a, b) => [...a, ...b, 0x49];

/** @param {Code} condition @param {Code} yes @param {Code} [no] */
export const ifElse = (condition, yes, no = []) => [...condition, 0x04, 0x40, ...yes, 0x05, ...no, 0x0b];
/** At least once. @param {Code} condition @param {...Code} body */
export const doWhile = (condition, ...body) => [0x03, 0x40, ...body.flat(), ...condition, 0x0d, 0, 0x0b];
/** @param {Code} condition @param {...Code} body */
export const whileLoop = (condition, ...body) => ifElse(condition, doWhile(condition, ...body));

/** @param {Code} address @param {number} [offset] bytes */
export const loadI32 = (address, offset = 0) => [...address, 0x28, 2, ...unsigned(offset)];

/** @param {number} opcode */
const binaryVector = (opcode) => (/** @type {Code} */ a, /** @type {Code} */ b) => [
  ...a,
  ...b,
  0xfd,
  ...unsigned(opcode),
];
/** @param {number} opcode */
const unaryVector = (opcode) => (/** @type {Code} */ a) => [...a, 0xfd, ...unsigned(opcode)];

/** Vectors of four 32-bit numbers. */
export const vector = {
  /** @param {Code} address @param {number} [offset] bytes */
  load: (address, offset = 0) => [...address, 0xfd, 0x00, 2, ...unsigned(offset)],
  /** One number, four times. @param {Code} address @param {number} [offset] bytes */
  loadSplat: (address, offset = 0) => [...address, 0xfd, 0x09, 2, ...unsigned(offset)],
  /** @param {Code} address @param {Code} value */
  store: (address, value) => [...address, ...value, 0xfd, 0x0b, 2, 0],
  /** One of the four. @param {Code} address @param {Code} value @param {number} lane */
  storeLane: (address, value, lane) => [...address, ...value, 0xfd, 0x5a, 2, 0, lane],
  /** The same float32 four times. @param {number} value */
  floats: (value) => [0xfd, 0x0c, ...repeated(new Uint8Array(new Float32Array([value]).buffer))],
  /** The same whole number four times. @param {number} value */
  integers: (value) => [0xfd, 0x0c, ...repeated(new Uint8Array(new Int32Array([value]).buffer))],
  nearest: unaryVector(0x6a),
  negate: unaryVector(0xe1),
  add: binaryVector(0xe4),
  subtract: binaryVector(0xe5),
  multiply: binaryVector(0xe6),
  divide: binaryVector(0xe7),
  /**
   * a * b + c, rounded once or twice as the processor likes ("relaxed SIMD", newer than the rest).
   *
   * @param {Code} a @param {Code} b @param {Code} c
   */
  multiplyAdd: (a, b, c) => [...a, ...b, ...c, 0xfd, ...unsigned(0x105)],
  smaller: binaryVector(0xe8),
  larger: binaryVector(0xe9),
  toIntegers: unaryVector(0xf8),
  addIntegers: binaryVector(0xae),
  /** @param {Code} a @param {number} bits */
  shiftLeft: (a, bits) => [...a, ...i32(bits), 0xfd, ...unsigned(0xab)],
};

/**
 * A module that imports one memory, `page.memory`, and exports functions.
 *
 * @param {FunctionCode[]} functions
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function assemble(functions) {
  const types = functions.map(({ parameters }) => [0x60, ...list(Array(parameters).fill([I32])), 0]);
  const bodies = functions.map(({ integers, vectors, body }) =>
    sized([
      ...list([
        [...unsigned(integers), I32],
        [...unsigned(vectors), V128],
      ]),
      ...body,
      0x0b,
    ]),
  );
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, types),
    ...section(2, [[...text("page"), ...text("memory"), 2, 0, 0]]),
    ...section(
      3,
      functions.map((_, index) => unsigned(index)),
    ),
    ...section(
      7,
      functions.map(({ name }, index) => [...text(name), 0, ...unsigned(index)]),
    ),
    ...section(10, bodies),
  ]);
}

/** @param {number} id @param {Code[]} items */
const section = (id, items) => [id, ...sized(list(items))];
/** @param {Code[]} items */
const list = (items) => [...unsigned(items.length), ...items.flat()];
/** @param {Code} bytes */
const sized = (bytes) => [...unsigned(bytes.length), ...bytes];
/** @param {string} name */
const text = (name) => sized([...new TextEncoder().encode(name)]);
/** @param {Uint8Array} bytes */
const repeated = (bytes) => [...bytes, ...bytes, ...bytes, ...bytes];

/**
 * LEB128.
 *
 * @param {number} value
 * @returns {Code}
 */
function unsigned(value) {
  const low = value & 0x7f;
  return value > 0x7f ? [low | 0x80, ...unsigned(value >>> 7)] : [low];
}

/**
 * @param {number} value
 * @returns {Code}
 */
function signed(value) {
  const low = value & 0x7f;
  const rest = value >> 7;
  const done = (rest === 0 && !(low & 0x40)) || (rest === -1 && low & 0x40);
  return done ? [low] : [low | 0x80, ...signed(rest)];
}
