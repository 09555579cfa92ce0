/**
 * Where codes lie on the map, and which part of it is shown, from one picture of a film to the next: without a flip, and
 * without a jump.
 *
 * @typedef {[number, number, number, number]} Bounds  left, right, bottom, top
 */

import { principalAxes, projected } from "../space/pca.js";
import { integersFor } from "./streams.js";

// The prior N(0, I) has nearly all of its codes within so many units of 0: a space that forms grows into view.
const PRIOR_REACH = 3;
const MARGIN = 0.05;
const OUTSIDE = 0.005; // the share of codes that may lie beyond each edge
const GROWTH = 0.5; // how much of the way to where they should be the edges go at a time
const SHRINKING = 0.1;
const JITTER_REACH = 1.25;

export class CodeMap {
  #dim;
  #jitter;
  /** @type {Float32Array | null} */
  #last = null;
  /** @type {Bounds | null} */
  #bounds = null;

  /**
   * @param {number} dim    D
   * @param {number} count  N
   * @param {number} seed   of the jitter that spreads codes of one dimension
   */
  constructor(dim, count, seed) {
    this.#dim = dim;
    const next = integersFor(seed, "jitter");
    this.#jitter = Float32Array.from({ length: dim === 1 ? count : 0 }, () => next() / 2 ** 31 - 1);
  }

  /**
   * @param {Float32Array} mu  (N, D)
   * @returns {{positions: Float32Array, bounds: Bounds}}
   *   positions (N, 2): of one dimension mu and a jitter in -1…1; of two mu; of more their first two principal components,
   *   turned to lie as they did the last time. Both axes have the same scale, except for one dimension.
   */
  place(mu) {
    let positions = mu;
    if (this.#dim === 1) positions = interleaved(mu, this.#jitter);
    if (this.#dim > 2) {
      positions = onPlane(mu, this.#dim);
      if (this.#last) turn(positions, this.#last);
    }
    this.#last = positions;
    const aim =
      this.#dim === 1 ? /** @type {Bounds} */ ([...edges(mu), -JITTER_REACH, JITTER_REACH]) : square(positions);
    const before = this.#bounds;
    /** @type {Bounds} */
    const bounds = before
      ? /** @type {Bounds} */ (before.map((edge, i) => edge + share(edge, aim[i], i) * (aim[i] - edge)))
      : aim;
    this.#bounds = bounds;
    return { positions: positions.slice(), bounds };
  }
}

/** @param {number} edge @param {number} aim @param {number} i  of the edge: left, right, bottom, top */
function share(edge, aim, i) {
  return (i % 2 ? aim > edge : aim < edge) ? GROWTH : SHRINKING;
}

/** @param {Float32Array} first @param {Float32Array} second */
function interleaved(first, second) {
  return Float32Array.from({ length: 2 * first.length }, (_, at) => (at % 2 ? second : first)[at >> 1]);
}

/** Edges that hold the prior, and all of the values but a few. @param {Float32Array} values @returns {[number, number]} */
function edges(values) {
  const sorted = values.slice().sort();
  const skipped = Math.floor(OUTSIDE * sorted.length);
  const [low, high] = [sorted[skipped], sorted[sorted.length - 1 - skipped]];
  const margin = MARGIN * (high - low);
  return [Math.min(-PRIOR_REACH, low - margin), Math.max(PRIOR_REACH, high + margin)];
}

/** The square around the edges of both axes. @param {Float32Array} positions  (N, 2) @returns {Bounds} */
function square(positions) {
  const [[left, right], [bottom, top]] = [0, 1].map((axis) => edges(positions.filter((_, at) => at % 2 === axis)));
  const half = Math.max(right - left, top - bottom) / 2;
  const [x, y] = [(left + right) / 2, (bottom + top) / 2];
  return [x - half, x + half, y - half, y + half];
}

/**
 * The first two principal components.
 *
 * @param {Float32Array} mu  (N, D), with D at least 2
 * @param {number} dim       D
 * @returns {Float32Array}  (N, 2), with the mean at 0
 */
function onPlane(mu, dim) {
  const count = mu.length / dim;
  const points = projected(mu, count, dim, principalAxes(mu, count, dim));
  return Float32Array.from({ length: 2 * count }, (_, at) => points[3 * (at >> 1) + (at % 2)]);
}

/**
 * Turns or mirrors points about 0 so that they lie as near as possible to where they were: the orthogonal Procrustes
 * problem in the plane, by the angle of the best rotation and that of the best reflection.
 *
 * @param {Float32Array} points  (N, 2); overwritten
 * @param {Float32Array} before  (N, 2)
 */
function turn(points, before) {
  let [xx, xy, yx, yy] = [0, 0, 0, 0];
  for (let at = 0; at < points.length; at += 2) {
    xx += points[at] * before[at];
    xy += points[at] * before[at + 1];
    yx += points[at + 1] * before[at];
    yy += points[at + 1] * before[at + 1];
  }
  const turned = Math.hypot(xx + yy, xy - yx);
  const mirrored = Math.hypot(xx - yy, xy + yx);
  const sign = turned >= mirrored ? 1 : -1;
  const size = Math.max(turned, mirrored);
  if (!(size > 0)) return;
  const c = (xx + sign * yy) / size;
  const s = (xy - sign * yx) / size;
  for (let at = 0; at < points.length; at += 2) {
    const [x, y] = [points[at], points[at + 1]];
    points[at] = c * x - sign * s * y;
    points[at + 1] = s * x + sign * c * y;
  }
}
