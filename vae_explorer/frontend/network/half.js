/**
 * Numbers that float16 holds, as in `vae_explorer/model/half.py`: in a file they take half the room. Not Float16Array:
 * browsers of 2024 have none.
 */

/** The largest number that float16 holds. */
const LARGEST = 65_504;

// 2^-24 … 2^15: what the last place of a float16 is worth, by its exponent. The smallest two share theirs.
const PLACES = Float32Array.from({ length: 31 }, (_, exponent) => 2 ** (Math.max(1, exponent) - 25));

const SMALLEST_NORMAL = 0x38800000; // 2^-14, as the bits of a float32
const BEYOND = 0x47800000; // 2^16
const NO_NUMBER = 0x7f800000; // above it: NaN
const REBIASED = 0x38000000; // exponents count from 127 in a float32, from 15 in a float16

const single = new Float32Array(1);
const singleBits = new Uint32Array(single.buffer);

/**
 * @param {Uint16Array} halves  the bits of float16 numbers
 * @returns {Float32Array<ArrayBuffer>}
 */
export function widened(halves) {
  const values = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) values[i] = wide(halves[i]);
  return values;
}

/**
 * @param {ArrayLike<number>} values  float32
 * @returns {Uint16Array<ArrayBuffer>}  the bits of the nearest float16 numbers; of two as near, the even one
 */
export function narrowed(values) {
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) halves[i] = narrow(values[i]);
  return halves;
}

/**
 * The nearest numbers that float16 holds; as they are, if one is beyond its range.
 *
 * @param {Float32Array} values
 * @returns {Float32Array<ArrayBuffer>}  a copy
 */
export function roundedToHalf(values) {
  return values.every((value) => Math.abs(value) <= LARGEST) ? widened(narrowed(values)) : values.slice();
}

/** @param {number} bits @returns {number} */
function wide(bits) {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  let size = PLACES[exponent] * (exponent ? 1024 + fraction : fraction);
  if (exponent === 31) size = fraction ? Number.NaN : Number.POSITIVE_INFINITY;
  return bits >> 15 ? -size : size;
}

/** @param {number} value @returns {number} */
function narrow(value) {
  single[0] = value;
  const sign = (singleBits[0] >>> 16) & 0x8000;
  const bits = singleBits[0] & 0x7fffffff;
  if (bits >= BEYOND) return sign | (bits > NO_NUMBER ? 0x7e00 : 0x7c00);
  if (bits < SMALLEST_NORMAL) return sign | toEven(Math.abs(value) * 2 ** 24);
  // 13 bits are dropped; what rounds up carries into the exponent, and past the largest number into infinity.
  return sign | ((bits - REBIASED + 0xfff + ((bits >>> 13) & 1)) >>> 13);
}

/** @param {number} value  at least 0 @returns {number}  the nearest whole number; of two as near, the even one */
function toEven(value) {
  const below = Math.floor(value);
  const rest = value - below;
  return below + (rest > 0.5 || (rest === 0.5 && below % 2) ? 1 : 0);
}
