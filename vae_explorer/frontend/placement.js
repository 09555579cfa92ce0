// Where codes lie on a map: numbers only, no page.

/** @typedef {import("./model.js").Codes} Codes */
/** @typedef {{x: Float32Array, y: Float32Array}} Plane coordinates of N points */
/** @typedef {{x: [number, number], y: [number, number]}} Extent */

/**
 * The first two columns of a row-major table as a plane.
 * @param {Float32Array} table (N, columns)
 * @param {number} count N
 * @returns {Plane}
 */
export function firstTwoColumns(table, count) {
  const columns = table.length / count;
  const x = new Float32Array(count), y = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    x[i] = table[i * columns];
    y[i] = table[i * columns + 1];
  }
  return { x, y };
}

/**
 * The smallest box around all points, with a margin on each side.
 * @param {Plane} plane
 * @param {number} margin as a share of the box
 * @returns {Extent}
 */
export function extentOf({ x, y }, margin) {
  /** @param {Float32Array} values @returns {[number, number]} */
  const range = (values) => {
    let low = Infinity, high = -Infinity;
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
 * Widens one side so that a unit is as long across as up: only then are distances on the map true.
 * @param {Extent} extent
 * @param {number} width of the plot, pixels
 * @param {number} height
 * @returns {Extent}
 */
export function withEqualUnits(extent, width, height) {
  const [x0, x1] = extent.x, [y0, y1] = extent.y;
  const unit = Math.max((x1 - x0) / width, (y1 - y0) / height);
  const middleX = (x0 + x1) / 2, middleY = (y0 + y1) / 2;
  return {
    x: [middleX - (unit * width) / 2, middleX + (unit * width) / 2],
    y: [middleY - (unit * height) / 2, middleY + (unit * height) / 2],
  };
}

/**
 * A code on the PCA plane, exactly: (z - mean) · components.
 * @param {Codes} codes
 * @param {ArrayLike<number>} z (D,)
 * @returns {[number, number]}
 */
export function onPcaPlane(codes, z) {
  const { pcaMean, pcaComponents } = codes;
  const dim = pcaMean.length;
  let x = 0, y = 0;
  for (let d = 0; d < dim; d++) {
    const off = z[d] - pcaMean[d];
    x += off * pcaComponents[d];
    y += off * pcaComponents[dim + d];
  }
  return [x, y];
}

/**
 * A code on a map that has no formula (t-SNE): the mean place of its nearest codes, the nearer the heavier.
 * @param {Codes} codes
 * @param {ArrayLike<number>} z (D,)
 * @param {Plane} plane where the codes lie on that map
 * @param {number} neighbours how many of them
 * @returns {[number, number]}
 */
export function amongNearest(codes, z, plane, neighbours) {
  const { count, mu } = codes;
  const dim = mu.length / count;
  /** @type {{index: number, distance: number}[]} nearest first, squared distances */
  const nearest = [];
  for (let i = 0; i < count; i++) {
    const farthest = nearest.length < neighbours ? Infinity : nearest[nearest.length - 1].distance;
    let distance = 0;
    for (let d = 0; d < dim && distance < farthest; d++) {
      const off = z[d] - mu[i * dim + d];
      distance += off * off;
    }
    if (distance >= farthest) continue;
    if (nearest.length === neighbours) nearest.pop();
    const place = nearest.findIndex((other) => other.distance > distance);
    nearest.splice(place < 0 ? nearest.length : place, 0, { index: i, distance });
  }
  let x = 0, y = 0, total = 0;
  for (const { index, distance } of nearest) {
    // The small number keeps a code that is a test picture's own finite, and puts it on that picture's point.
    const weight = 1 / (Math.sqrt(distance) + 1e-6);
    x += weight * plane.x[index];
    y += weight * plane.y[index];
    total += weight;
  }
  return [x / total, y / total];
}

/**
 * Which share of the codes' variance the PCA plane shows, 0…1.
 * @param {Codes} codes
 */
export function shareOnPcaPlane(codes) {
  const { count, mu, pca } = codes;
  const columns = pca.length / count, dim = mu.length / count;
  let total = 0;
  for (let d = 0; d < dim; d++) total += variance(mu, dim, d);
  return (variance(pca, columns, 0) + variance(pca, columns, 1)) / total;
}

/**
 * @param {Float32Array} table row-major
 * @param {number} columns
 * @param {number} column
 */
function variance(table, columns, column) {
  let total = 0, squares = 0;
  const count = table.length / columns;
  for (let i = column; i < table.length; i += columns) {
    total += table[i];
    squares += table[i] * table[i];
  }
  return squares / count - (total / count) ** 2;
}
