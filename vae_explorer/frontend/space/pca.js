/**
 * Principal component analysis of codes, as `vae_explorer/projections/pca.py` has it.
 *
 * The axes are the eigenvectors of the covariance, found by Jacobi's method: turns in one plane after another until
 * nothing is left beside the diagonal. Golub and Van Loan, "Matrix Computations", section 8.5.
 */

const AXES = 3;
const MOST_SWEEPS = 30; // over all pairs; twenty dimensions take fewer than ten
const NOTHING = 1e-22; // of the squares beside the diagonal, as a share of all: the square of what a double can tell apart

/**
 * @typedef {object} Principal
 * @property {Float64Array} mean        (D)
 * @property {Float64Array} components  (3, D) orthonormal, the widest first; zeros beyond D. An axis has no sign of its
 *   own: its numbers add up to 0 or more
 */

/**
 * @param {ArrayLike<number>} codes  (N, D)
 * @param {number} count             N, at least 2
 * @param {number} dim               D, at most a few dozen
 * @returns {Principal}
 */
export function principalAxes(codes, count, dim) {
  const { mean, matrix } = covariance(codes, count, dim);
  const vectors = eigenvectors(matrix, dim);
  const order = Array.from({ length: dim }, (_, i) => i).sort((i, j) => matrix[j * dim + j] - matrix[i * dim + i]);
  const components = new Float64Array(AXES * dim);
  order.slice(0, AXES).forEach((column, axis) => {
    let sum = 0;
    for (let i = 0; i < dim; i++) sum += vectors[i * dim + column];
    for (let i = 0; i < dim; i++) components[axis * dim + i] = (sum < 0 ? -1 : 1) * vectors[i * dim + column];
  });
  return { mean, components };
}

/**
 * @param {ArrayLike<number>} codes  (N, D)
 * @param {number} count
 * @param {number} dim
 * @param {Principal} principal
 * @returns {Float32Array<ArrayBuffer>}  (N, 3) where the codes lie on the axes
 */
export function projected(codes, count, dim, { mean, components }) {
  const points = new Float32Array(count * AXES);
  for (let row = 0; row < count; row++) {
    for (let axis = 0; axis < AXES; axis++) {
      let sum = 0;
      for (let i = 0; i < dim; i++) sum += (codes[row * dim + i] - mean[i]) * components[axis * dim + i];
      points[row * AXES + axis] = sum;
    }
  }
  return points;
}

/**
 * @param {ArrayLike<number>} codes
 * @param {number} count
 * @param {number} dim
 * @returns {{mean: Float64Array, matrix: Float64Array}}  (D) and (D, D)
 */
function covariance(codes, count, dim) {
  const mean = new Float64Array(dim);
  for (let at = 0; at < count * dim; at++) mean[at % dim] += codes[at] / count;
  const matrix = new Float64Array(dim * dim);
  for (let row = 0; row < count; row++) {
    for (let i = 0; i < dim; i++) {
      const off = codes[row * dim + i] - mean[i];
      for (let j = i; j < dim; j++) matrix[i * dim + j] += off * (codes[row * dim + j] - mean[j]);
    }
  }
  for (let i = 0; i < dim; i++) {
    for (let j = i; j < dim; j++) matrix[j * dim + i] = matrix[i * dim + j] /= count - 1;
  }
  return { mean, matrix };
}

/**
 * @param {Float64Array} matrix  (D, D) symmetric; becomes diagonal, with the eigenvalues
 * @param {number} dim
 * @returns {Float64Array}  (D, D), an eigenvector in each column
 */
function eigenvectors(matrix, dim) {
  const vectors = new Float64Array(dim * dim);
  for (let i = 0; i < dim; i++) vectors[i * dim + i] = 1;
  const whole = matrix.reduce((sum, value) => sum + value * value, 0);
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let beside = 0;
    for (let i = 0; i < dim; i++) for (let j = 0; j < i; j++) beside += 2 * matrix[i * dim + j] ** 2;
    if (beside <= NOTHING * whole) break;
    for (let i = 0; i < dim; i++) for (let j = i + 1; j < dim; j++) turn(matrix, vectors, dim, i, j);
  }
  return vectors;
}

/**
 * Turns the plane of two axes so that nothing is left of their product.
 *
 * @param {Float64Array} matrix
 * @param {Float64Array} vectors
 * @param {number} dim
 * @param {number} i
 * @param {number} j
 */
function turn(matrix, vectors, dim, i, j) {
  const product = matrix[i * dim + j];
  if (product === 0) return;
  const slope = (matrix[j * dim + j] - matrix[i * dim + i]) / (2 * product);
  const tangent = (slope < 0 ? -1 : 1) / (Math.abs(slope) + Math.hypot(1, slope));
  const cosine = 1 / Math.hypot(1, tangent);
  const sine = tangent * cosine;
  /** @param {Float64Array} of @param {number} a @param {number} b */
  const mix = (of, a, b) => {
    const [one, other] = [of[a], of[b]];
    of[a] = cosine * one - sine * other;
    of[b] = sine * one + cosine * other;
  };
  for (let k = 0; k < dim; k++) mix(matrix, k * dim + i, k * dim + j);
  for (let k = 0; k < dim; k++) mix(matrix, i * dim + k, j * dim + k);
  for (let k = 0; k < dim; k++) mix(vectors, k * dim + i, k * dim + j);
}
