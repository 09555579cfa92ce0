// What the ring of the inset moves over: where a code lies on it, and which code a position stands for. Numbers only; the
// inset draws them.

import { clamp } from "../../numbers.js";
import { amongNearest, extentOf, firstTwoColumns, fromPlane, onPlane } from "../../space/placement.js";
import { PointIndex } from "../../space/point_index.js";
import { keyStepOf } from "../shared/axes.js";

/** @typedef {import("../../model.js").Codes} Codes */
/** @typedef {import("../../model.js").LinearMap} LinearMap */
/** @typedef {import("../../space/placement.js").Plane} Plane */
/** @typedef {import("../../space/placement.js").Extent} Extent */
/** @typedef {import("../../types.js").Manifest} Manifest */
/** @typedef {[number, number]} Position data coordinates, y up */
/** @typedef {{z: Float64Array, label: number | null}} Code */

/**
 * @typedef {object} Background
 * @property {Plane | null} plane where the test codes lie; null where they are not shown
 * @property {Extent} extent what has to be in view
 * @property {Position | null} prior the middle of N(0, I), which is round and has the deviation 1 there; null where there is no
 *   prior, or no place for it
 * @property {(z: Float64Array) => Position} locate where a code lies
 * @property {(code: Code, to: Position) => void} move moves the code to a position
 * @property {(code: Code, direction: Position, isFine: boolean) => void} step moves the code by an arrow key
 */

const MARGIN = 0.03;
const NEIGHBOURS = 5;
const FINE = 0.1; // of an arrow key's step, as for the sliders
const POINT_STEP = 1 / 25; // of the map's width: the least that an arrow key moves, from test code to test code

/**
 * The plane of a two-dimensional code itself; a one-dimensional one has only its line.
 *
 * @param {Manifest} manifest
 * @param {Codes | null} codes shown as points
 * @returns {Background}
 */
export function codePlane(manifest, codes) {
  const { latent_dim: dim, limit, deterministic } = manifest;
  const keyStep = keyStepOf(manifest);
  /** @param {number} value */
  const within = (value) => clamp(value, -limit, limit);
  /** @type {Background["move"]} */
  const move = ({ z }, [x, y]) => {
    z[0] = within(x);
    if (dim > 1) z[1] = within(y);
  };
  return {
    plane: codes && firstTwoColumns(codes.mu, codes.count),
    extent: { x: [-limit, limit], y: dim > 1 ? [-limit, limit] : [-1, 1] },
    prior: deterministic || dim === 1 ? null : [0, 0],
    locate: (z) => [z[0], dim > 1 ? z[1] : 0],
    move,
    step: (code, [dx, dy], isFine) => {
      const size = keyStep * (isFine ? FINE : 1);
      move(code, [code.z[0] + size * dx, dim > 1 ? code.z[1] + size * dy : 0]);
    },
  };
}

/**
 * The first two axes of a linear projection. Moving the ring moves z along them; the components at right angles stay.
 *
 * @param {Manifest} manifest
 * @param {Codes} codes
 * @param {string} tensor of the projection
 * @returns {Background}
 */
export function linearPlane(manifest, codes, tensor) {
  const keyStep = keyStepOf(manifest);
  const { points, linear } = codes.layouts[tensor];
  const map = /** @type {LinearMap} */ (linear);
  const plane = firstTwoColumns(points, codes.count);
  /** @type {Background["move"]} */
  const move = ({ z }, to) => z.set(fromPlane(map, to, z));
  return {
    plane,
    extent: extentOf(plane, MARGIN),
    prior: manifest.deterministic ? null : onPlane(map, new Float64Array(manifest.latent_dim)),
    locate: (z) => onPlane(map, z),
    move,
    step: (code, [dx, dy], isFine) => {
      const [x, y] = onPlane(map, code.z);
      const size = keyStep * (isFine ? FINE : 1);
      move(code, [x + size * dx, y + size * dy]);
    },
  };
}

/**
 * A projection without a formula: a code lies among its nearest, and a position stands for the nearest test code.
 *
 * @param {Codes} codes
 * @param {string} tensor of the projection
 * @param {boolean} isConditional whether the decoder is conditioned on the class, which is then part of the code
 * @returns {Background}
 */
export function neighbourMap(codes, tensor, isConditional) {
  const { mu, label, count, layouts } = codes;
  const plane = firstTwoColumns(layouts[tensor].points, count);
  const extent = extentOf(plane, MARGIN);
  const width = extent.x[1] - extent.x[0];
  const height = extent.y[1] - extent.y[0];
  const index = new PointIndex(plane.x, plane.y);
  /** @param {Position} position */
  const nearest = ([x, y]) => index.nearest(x, y, 2 * width, 2 * height, () => true);
  /** @param {Code} code @param {number} i */
  const set = (code, i) => {
    if (i < 0) return;
    code.z.set(mu.subarray(i * code.z.length, (i + 1) * code.z.length));
    if (isConditional) code.label = label[i];
  };
  /** @param {Float64Array} z */
  const locate = (z) => amongNearest(codes, z, plane, NEIGHBOURS);
  return {
    plane,
    extent,
    prior: null,
    locate,
    move: (code, to) => set(code, nearest(to)),
    step: (code, direction) => {
      const from = nearest(locate(code.z));
      if (from >= 0)
        set(
          code,
          index.next(from, ...direction, POINT_STEP * width, () => true),
        );
    },
  };
}
