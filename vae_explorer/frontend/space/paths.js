/**
 * Paths from code to code: along a straight line, and along an arc around the origin. Numbers only, no page.
 *
 * @typedef {(a: ArrayLike<number>, b: ArrayLike<number>, t: number, into: Float64Array) => void} Path
 *   writes the code between a (t = 0) and b (t = 1), each (D), into the last argument
 *
 * @typedef {object} Route
 * @property {ArrayLike<number>[]} stops  at least two codes of D numbers
 * @property {boolean} closed             continues from the last stop to the first
 */

import { clamp } from "../numbers.js";

// Below this, a length or the sine of an angle gives no direction.
const TINY = 1e-9;

/** z = (1 - t) a + t b. @type {Path} */
export function linear(a, b, t, into) {
  for (let i = 0; i < into.length; i++) into[i] = (1 - t) * a[i] + t * b[i];
}

/**
 * The direction turns at a constant rate from that of a to that of b, along the great circle through both: slerp, Shoemake,
 * "Animating rotation with quaternion curves", SIGGRAPH 1985; for latent codes White, "Sampling generative networks",
 * arXiv:1609.04468. The length changes at a constant rate from |a| to |b|; with slerp's weights on the codes
 * themselves it would bulge between codes of different length.
 *
 * Opposite codes have no single great circle: the path then goes through the axis in which a is smallest.
 *
 * @type {Path}
 */
export function spherical(a, b, t, into) {
  const from = lengthOf(a),
    to = lengthOf(b);
  if (from < TINY || to < TINY) return linear(a, b, t, into); // the origin has no direction
  let cosine = 0;
  for (let i = 0; i < into.length; i++) cosine += (a[i] / from) * (b[i] / to);
  const angle = Math.acos(clamp(cosine, -1, 1));
  const sine = Math.sin(angle);
  const length = (1 - t) * from + t * to;
  if (sine > TINY) {
    const ofA = Math.sin((1 - t) * angle) / sine,
      ofB = Math.sin(t * angle) / sine;
    for (let i = 0; i < into.length; i++) into[i] = length * (ofA * (a[i] / from) + ofB * (b[i] / to));
    return undefined;
  }
  const side = cosine < 0 ? perpendicular(a, from) : null;
  if (!side) return linear(a, b, t, into); // one direction, or one dimension
  const ofA = Math.cos(Math.PI * t),
    ofSide = Math.sin(Math.PI * t);
  for (let i = 0; i < into.length; i++) into[i] = length * (ofA * (a[i] / from) + ofSide * side[i]);
  return undefined;
}

/**
 * The number of segments of a route, from stop to stop.
 *
 * @param {Route} route
 */
export function segmentsOf({ stops, closed }) {
  return stops.length - (closed ? 0 : 1);
}

/**
 * The code at a position along a route.
 *
 * @param {Path} path
 * @param {Route} route
 * @param {number} position  0 at the first stop, 1 at the second, … `segmentsOf(route)`
 * @param {Float64Array} into  (D)
 */
export function codeAt(path, route, position, into) {
  const { stops } = route;
  const segment = clamp(Math.floor(position), 0, segmentsOf(route) - 1);
  path(stops[segment], stops[(segment + 1) % stops.length], position - segment, into);
}

/**
 * The codes at several positions.
 *
 * @param {Path} path
 * @param {Route} route
 * @param {number[]} positions
 * @returns {Float64Array}  (positions, D)
 */
export function codesAt(path, route, positions) {
  const dim = route.stops[0].length;
  const codes = new Float64Array(positions.length * dim);
  positions.forEach((position, i) => {
    codeAt(path, route, position, codes.subarray(i * dim, (i + 1) * dim));
  });
  return codes;
}

/**
 * @param {ArrayLike<number>} z  (D)
 * @returns {number}  its Euclidean length |z|
 */
export function lengthOf(z) {
  let square = 0;
  for (let i = 0; i < z.length; i++) square += z[i] * z[i];
  return Math.sqrt(square);
}

/**
 * @param {ArrayLike<number>} a
 * @param {number} length  of a
 * @returns {Float64Array | null}  a unit vector at right angles to a; null in one dimension
 */
function perpendicular(a, length) {
  if (a.length < 2) return null;
  let least = 0;
  for (let i = 1; i < a.length; i++) if (Math.abs(a[i]) < Math.abs(a[least])) least = i;
  const side = Float64Array.from({ length: a.length }, (_, i) => Number(i === least) - (a[least] * a[i]) / length ** 2);
  const norm = lengthOf(side);
  return side.map((value) => value / norm);
}
