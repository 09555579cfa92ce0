/**
 * Random numbers from a seed, the same on every machine.
 *
 * The uniform part is integer arithmetic. The normals use +, -, x, / and square roots only, which IEEE 754 fixes
 * to the last bit; Math.log is not fixed and differs between browsers, hence the logarithm below.
 */

/**
 * A generator of integers in 0…2^32 - 1: sfc32, the small fast counting generator of Chris Doty-Humphrey.
 *
 * @param {number} seed  an unsigned 32-bit integer
 * @returns {() => number}
 */
export function randomIntegers(seed) {
  let a = seed | 0;
  let b = 0;
  let c = 0;
  let counter = 1;
  const next = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  // Seeds that differ in one bit need a few rounds before their numbers are unrelated.
  for (let round = 0; round < 15; round++) next();
  return next;
}

/**
 * Standard normal numbers.
 *
 * @param {number} seed  an unsigned 32-bit integer
 * @returns {() => number}
 */
export function standardNormals(seed) {
  return normalsFrom(randomIntegers(seed));
}

/**
 * Standard normal numbers from uniform ones, by Marsaglia's polar method.
 *
 * @param {() => number} next  integers in 0…2^32 - 1
 * @returns {() => number}
 */
export function normalsFrom(next) {
  // The middle of one of 2^32 cells of (-1, 1): never exactly 0, never exactly 1.
  const symmetric = () => (next() + 0.5) / 2 ** 31 - 1;
  /** @type {number | null} */
  let spare = null;
  return () => {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value;
    }
    let u = 0;
    let v = 0;
    let square = 1;
    while (square >= 1) {
      u = symmetric();
      v = symmetric();
      square = u * u + v * v;
    }
    const stretch = Math.sqrt((-2 * logarithm(square)) / square);
    spare = v * stretch;
    return u * stretch;
  };
}

/**
 * A random seed.
 *
 * @param {number} [below]  seeds are integers in 0…below - 1; at most 2^32
 * @returns {number}
 */
export function freshSeed(below = 2 ** 32) {
  return crypto.getRandomValues(new Uint32Array(1))[0] % below;
}

/**
 * ln(x) for 0 < x <= 1, to the last bits: halvings, then 2 artanh((m - 1) / (m + 1)) as a series.
 *
 * @param {number} x
 * @returns {number}
 */
export function logarithm(x) {
  let halvings = 0;
  while (x < Math.SQRT1_2) {
    x *= 2;
    halvings++;
  }
  const s = (x - 1) / (x + 1); // at most 0.172 in size, so 11 terms reach the last bit
  const square = s * s;
  let sum = 0;
  for (let power = 21; power >= 1; power -= 2) sum = sum * square + 1 / power;
  return 2 * s * sum - halvings * Math.LN2;
}
