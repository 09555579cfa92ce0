// Where codes lie on a map: numbers only, no page.

/** @typedef {import("../model.js").Codes} Codes */
/** @typedef {import("../model.js").LinearMap} LinearMap */
/** @typedef {{x: Float32Array, y: Float32Array}} Plane coordinates of N points */
/** @typedef {Plane & {z?: Float32Array}} Cloud the same in two dimensions or three */
/** @typedef {{x: [number, number], y: [number, number]}} Extent */

/**
 * The first two columns of a row-major table as a plane.
 * @param {Float32Array} table (N, columns)
 * @param {number} count N
 * @returns {Plane}
 */
export function firstTwoColumns(table, count) {
  const columns = table.length / count;
  const x = new Float32Array(count),
    y = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    x[i] = table[i * columns];
    y[i] = table[i * columns + 1];
  }
  return { x, y };
}

/**
 * A plane as a row-major table, (N, 2).
 * @param {Plane} plane
 */
export function tableOf({ x, y }) {
  return Float32Array.from({ length: 2 * x.length }, (_, i) => (i % 2 ? y : x)[i >> 1]);
}

/**
 * Three columns of a table (N, 3), for a map with depth.
 * @param {Float32Array} table
 * @param {number} count N
 * @returns {Required<Cloud>}
 */
export function threeColumns(table, count) {
  const z = new Float32Array(count);
  for (let i = 0; i < count; i++) z[i] = table[i * 3 + 2];
  return { ...firstTwoColumns(table, count), z };
}

/**
 * The bounding box of all points, with a margin on each side.
 * @param {Plane} plane
 * @param {number} margin as a share of the box
 * @returns {Extent}
 */
export function extentOf({ x, y }, margin) {
  /** @param {Float32Array} values @returns {[number, number]} */
  const range = (values) => {
    let low = Infinity,
      high = -Infinity;
    for (const value of values) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    const pad = margin * (high - low || 1);
    return [low - pad, high + pad];
  };
  return { x: range(x), y: range(y) };
}

/**
 * Widens one side so that a unit is as long across as up: only then are distances on the map true to scale.
 * @param {Extent} extent
 * @param {number} width of the plot, pixels
 * @param {number} height
 * @returns {Extent}
 */
export function withEqualUnits(extent, width, height) {
  const [x0, x1] = extent.x,
    [y0, y1] = extent.y;
  const unit = Math.max((x1 - x0) / width, (y1 - y0) / height);
  const middleX = (x0 + x1) / 2,
    middleY = (y0 + y1) / 2;
  return {
    x: [middleX - (unit * width) / 2, middleX + (unit * width) / 2],
    y: [middleY - (unit * height) / 2, middleY + (unit * height) / 2],
  };
}

/**
 * The map on which a code lies where it is: its axes are those of z.
 * @param {number} dim D
 * @returns {LinearMap}
 */
export function identityMap(dim) {
  const components = Float32Array.from({ length: 3 * dim }, (_, i) => Number(i % dim === Math.floor(i / dim)));
  return { mean: new Float32Array(dim), components };
}

/**
 * A code on the plane of the first two axes, exactly: (z - mean) · components.
 * @param {LinearMap} map
 * @param {ArrayLike<number>} z (D,)
 * @returns {[number, number]}
 */
export function onPlane(map, z) {
  return [alongAxis(map, z, 0), alongAxis(map, z, 1)];
}

/**
 * A code's coordinate on one axis.
 * @param {LinearMap} map
 * @param {ArrayLike<number>} z (D,)
 * @param {number} axis 0…2
 */
export function alongAxis({ mean, components }, z, axis) {
  const dim = mean.length;
  let sum = 0;
  for (let d = 0; d < dim; d++) sum += (z[d] - mean[d]) * components[axis * dim + d];
  return sum;
}

/**
 * The code at a position on that plane. The plane says nothing about the rest of the code, which is taken from another
 * code. Exact, because the components are orthonormal.
 * @param {LinearMap} map
 * @param {[number, number]} position
 * @param {ArrayLike<number>} rest (D,)
 * @returns {Float64Array} (D,)
 */
export function fromPlane(map, [x, y], rest) {
  const { mean, components } = map;
  const dim = mean.length;
  const [restX, restY] = onPlane(map, rest);
  return Float64Array.from(rest, (value, d) => value + (x - restX) * components[d] + (y - restY) * components[dim + d]);
}

/**
 * The nearest of N rows to a row of numbers.
 * @param {Float32Array} table (N, columns), row-major
 * @param {ArrayLike<number>} row (columns,)
 * @param {number} most how many of them
 * @returns {{index: number, distance: number}[]} nearest first; Euclidean distances
 */
export function nearestRows(table, row, most) {
  const columns = row.length,
    count = table.length / columns;
  /** @type {{index: number, distance: number}[]} squared distances until the end */
  const nearest = [];
  let farthest = Infinity;
  for (let i = 0, start = 0; i < count; i++, start += columns) {
    let distance = 0;
    for (let d = 0; d < columns && distance < farthest; d++) {
      const off = row[d] - table[start + d];
      distance += off * off;
    }
    if (distance >= farthest) continue;
    if (nearest.length === most) nearest.pop();
    const rank = nearest.findIndex((other) => other.distance > distance);
    nearest.splice(rank < 0 ? nearest.length : rank, 0, { index: i, distance });
    if (nearest.length === most) farthest = nearest[most - 1].distance;
  }
  for (const one of nearest) one.distance = Math.sqrt(one.distance);
  return nearest;
}

/**
 * Where a code lies on a map without a formula: the mean position of its nearest codes, weighted by closeness.
 * @param {Codes} codes
 * @param {ArrayLike<number>} z (D,)
 * @param {Plane} plane where the codes lie on that map
 * @param {number} neighbours how many of them
 * @returns {[number, number]}
 */
export function amongNearest(codes, z, plane, neighbours) {
  const weights = weighted(nearestRows(codes.mu, z, neighbours));
  let x = 0,
    y = 0;
  for (const { index, weight } of weights) {
    x += weight * plane.x[index];
    y += weight * plane.y[index];
  }
  return [x, y];
}

/**
 * The inverse: the mean of the codes nearest to a position on the map, weighted by closeness.
 * @param {Codes} codes
 * @param {[number, number]} position
 * @param {Float32Array} table (N, 2), where the codes lie on that map
 * @param {number} neighbours how many of them
 * @returns {Float64Array} (D,)
 */
export function fromNearest(codes, position, table, neighbours) {
  const { count, mu } = codes;
  const dim = mu.length / count;
  const z = new Float64Array(dim);
  for (const { index, weight } of weighted(nearestRows(table, position, neighbours))) {
    for (let d = 0; d < dim; d++) z[d] += weight * mu[index * dim + d];
  }
  return z;
}

/**
 * Weights of a mean over neighbours, which add up to 1.
 * @param {{index: number, distance: number}[]} nearest
 */
function weighted(nearest) {
  // The small number keeps the weight of a test picture's own code finite, and puts that code on its point.
  const weights = nearest.map(({ distance }) => 1 / (distance + 1e-6));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return nearest.map(({ index }, n) => ({ index, weight: weights[n] / total }));
}
