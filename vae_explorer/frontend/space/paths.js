/**
 * Ways from code to code: along a straight line, and along an arc around the origin. Numbers only, no page.
 *
 * @typedef {(a: ArrayLike<number>, b: ArrayLike<number>, t: number, into: Float64Array) => void} Way
 *   writes what lies between a (t = 0) and b (t = 1), each (D), into the last argument
 *
 * @typedef {object} Route
 * @property {ArrayLike<number>[]} stops  at least two codes of D numbers
 * @property {boolean} closed             from the last stop on to the first
 */

// Below this a length, or the sine of an angle, says nothing about a direction.
const TINY = 1e-9;

/** z = (1 - t) a + t b. @type {Way} */
export function linear(a, b, t, into) {
  for (let i = 0; i < into.length; i++) into[i] = (1 - t) * a[i] + t * b[i];
}

/**
 * The direction turns evenly from that of a to that of b on the great circle through both: slerp, Shoemake,
 * "Animating rotation with quaternion curves", SIGGRAPH 1985; for latent codes White, "Sampling generative networks",
 * arXiv:1609.04468. The length goes evenly from |a| to |b|; with slerp's weights on the codes themselves it would
 * bulge between codes of different length.
 *
 * Opposite codes have no one great circle: it then goes by way of the axis that a has least of.
 *
 * @type {Way}
 */
export function spherical(a, b, t, into) {
  const from = lengthOf(a),
    to = lengthOf(b);
  if (from < TINY || to < TINY) return linear(a, b, t, into); // the origin has no direction
  let cosine = 0;
  for (let i = 0; i < into.length; i++) cosine += (a[i] / from) * (b[i] / to);
  const angle = Math.acos(Math.max(-1, Math.min(1, cosine)));
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
 * How many ways a route has from stop to stop.
 *
 * @param {Route} route
 */
export function segmentsOf({ stops, closed }) {
  return stops.length - (closed ? 0 : 1);
}

/**
 * The code at a place of a route.
 *
 * @param {Way} way
 * @param {Route} route
 * @param {number} place  0 at the first stop, 1 at the second, … `segmentsOf(route)`
 * @param {Float64Array} into  (D)
 */
export function codeAt(way, route, place, into) {
  const { stops } = route;
  const segment = Math.min(segmentsOf(route) - 1, Math.max(0, Math.floor(place)));
  way(stops[segment], stops[(segment + 1) % stops.length], place - segment, into);
}

/**
 * The codes at several places.
 *
 * @param {Way} way
 * @param {Route} route
 * @param {number[]} places
 * @returns {Float64Array}  (places, D)
 */
export function codesAt(way, route, places) {
  const dim = route.stops[0].length;
  const codes = new Float64Array(places.length * dim);
  places.forEach((place, i) => codeAt(way, route, place, codes.subarray(i * dim, (i + 1) * dim)));
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
