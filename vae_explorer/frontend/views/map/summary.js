// Summary statistics of a set of codes: numbers only, no page.

/** @typedef {import("../../model.js").Codes} Codes */

/**
 * @typedef {object} Summary
 * @property {Int32Array} indices of the codes
 * @property {number[]} counts how many of each class
 * @property {number} commonest the most common class
 * @property {Float64Array} mean (D,) of the codes
 * @property {number} spread root mean square distance of the codes from their mean
 */

/**
 * @param {Codes} codes
 * @param {Int32Array} indices at least one
 * @param {number} classes how many there are
 * @returns {Summary}
 */
export function summarise({ mu, label, count }, indices, classes) {
  const dim = mu.length / count;
  /** @type {number[]} */
  const counts = new Array(classes).fill(0);
  const mean = new Float64Array(dim);
  for (const i of indices) {
    counts[label[i]]++;
    for (let d = 0; d < dim; d++) mean[d] += mu[i * dim + d] / indices.length;
  }
  let squares = 0;
  for (const i of indices) for (let d = 0; d < dim; d++) squares += (mu[i * dim + d] - mean[d]) ** 2;
  const commonest = counts.indexOf(Math.max(...counts));
  return { indices, counts, commonest, mean, spread: Math.sqrt(squares / indices.length) };
}

/**
 * @param {Codes} codes
 * @param {(index: number) => boolean} accepts
 * @returns {Int32Array}
 */
export function indicesWhere({ count }, accepts) {
  return Int32Array.from(Array.from({ length: count }, (_, i) => i).filter(accepts));
}

/**
 * Whether a point lies inside a closed line that may cross itself: an odd number of its sides lie to the right.
 * @param {[number, number][]} corners
 * @param {number} x
 * @param {number} y
 */
export function isInside(corners, x, y) {
  let inside = false;
  for (let i = 0, j = corners.length - 1; i < corners.length; j = i++) {
    const [xi, yi] = corners[i],
      [xj, yj] = corners[j];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}
