/** The shape of a Gaussian on a plane: numbers only, no page. */

/**
 * The covariance of N(mu, diag(sigma²)) on the plane of a linear map's first two axes: P diag(sigma²) Pᵀ.
 *
 * @param {import("../model.js").LinearMap} map  with orthonormal components
 * @param {ArrayLike<number>} sigma              (D)
 * @returns {[number, number, number]}  its entries xx, xy, yy
 */
export function covarianceOnPlane({ components }, sigma) {
  const dim = sigma.length;
  let [xx, xy, yy] = [0, 0, 0];
  for (let d = 0; d < dim; d++) {
    const variance = sigma[d] * sigma[d];
    const [x, y] = [components[d], components[dim + d]];
    xx += variance * x * x;
    xy += variance * x * y;
    yy += variance * y * y;
  }
  return [xx, xy, yy];
}

/**
 * The ellipse of one standard deviation of a covariance: the roots of its eigenvalues, and where the longer axis points.
 *
 * @param {[number, number, number]} covariance  xx, xy, yy
 * @returns {{long: number, short: number, angle: number}}  `angle` in radians from the first axis, towards the second
 */
export function ellipseOf([xx, xy, yy]) {
  const middle = (xx + yy) / 2;
  const off = Math.hypot((xx - yy) / 2, xy);
  return {
    long: Math.sqrt(Math.max(0, middle + off)),
    short: Math.sqrt(Math.max(0, middle - off)),
    angle: Math.atan2(2 * xy, xx - yy) / 2,
  };
}
