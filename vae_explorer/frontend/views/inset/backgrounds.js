// What the ring of the inset moves over: where a code lies there, and which code a place stands for. Numbers only; the
// inset draws them.

import { amongNearest, extentOf, firstTwoColumns, fromPcaPlane, onPcaPlane } from "../../space/placement.js";
import { PointIndex } from "../../space/point_index.js";
import { keyStepOf } from "../shared/axes.js";

/** @typedef {import("../../model.js").Codes} Codes */
/** @typedef {import("../../space/placement.js").Plane} Plane */
/** @typedef {import("../../space/placement.js").Extent} Extent */
/** @typedef {import("../../types.js").Manifest} Manifest */
/** @typedef {[number, number]} Place data coordinates, y up */
/** @typedef {{z: Float64Array, label: number | null}} Code */

/**
 * @typedef {object} Ground
 * @property {Plane | null} plane where the test codes lie; null where they are not shown
 * @property {Extent} extent what has to be in sight
 * @property {(z: Float64Array) => Place} place where a code belongs
 * @property {(code: Code, to: Place) => void} move changes the code as a hand does that goes to a place
 * @property {(code: Code, direction: Place, isFine: boolean) => void} step the same for an arrow key
 */

const MARGIN = 0.03;
const NEIGHBOURS = 5;
const FINE = 0.1; // of a key's step, as of the sliders
const POINT_STEP = 1 / 25; // of the map's width: how far an arrow key goes at least, from test code to test code

/**
 * The plane of a two-dimensional code itself; a one-dimensional one has only its line.
 *
 * @param {Manifest} manifest
 * @param {Codes | null} codes shown as points
 * @returns {Ground}
 */
export function codePlane(manifest, codes) {
  const { latent_dim: dim, limit } = manifest;
  const keyStep = keyStepOf(manifest);
  /** @param {number} value */
  const within = (value) => Math.min(limit, Math.max(-limit, value));
  /** @type {Ground["move"]} */
  const move = ({ z }, [x, y]) => {
    z[0] = within(x);
    if (dim > 1) z[1] = within(y);
  };
  return {
    plane: codes && firstTwoColumns(codes.mu, codes.count),
    extent: { x: [-limit, limit], y: dim > 1 ? [-limit, limit] : [-1, 1] },
    place: (z) => [z[0], dim > 1 ? z[1] : 0],
    move,
    step: (code, [dx, dy], isFine) => {
      const size = keyStep * (isFine ? FINE : 1);
      move(code, [code.z[0] + size * dx, dim > 1 ? code.z[1] + size * dy : 0]);
    },
  };
}

/**
 * The first two principal axes. A hand moves z along them and leaves what is at right angles to them as it is.
 *
 * @param {Manifest} manifest
 * @param {Codes} codes
 * @returns {Ground}
 */
export function pcaPlane(manifest, codes) {
  const keyStep = keyStepOf(manifest);
  const plane = firstTwoColumns(codes.pca, codes.count);
  /** @type {Ground["move"]} */
  const move = ({ z }, to) => z.set(fromPcaPlane(codes, to, z));
  return {
    plane,
    extent: extentOf(plane, MARGIN),
    place: (z) => onPcaPlane(codes, z),
    move,
    step: (code, [dx, dy], isFine) => {
      const [x, y] = onPcaPlane(codes, code.z);
      const size = keyStep * (isFine ? FINE : 1);
      move(code, [x + size * dx, y + size * dy]);
    },
  };
}

/**
 * t-SNE, which has no formula: a code is placed among its nearest, and a place stands for the nearest test code.
 *
 * @param {Codes} codes
 * @param {boolean} isTold whether the decoder is told the class, which then goes with the code
 * @returns {Ground}
 */
export function tsneMap(codes, isTold) {
  const { mu, label, count, tsne } = codes;
  const plane = firstTwoColumns(tsne, count);
  const extent = extentOf(plane, MARGIN);
  const width = extent.x[1] - extent.x[0];
  const height = extent.y[1] - extent.y[0];
  const index = new PointIndex(plane.x, plane.y);
  /** @param {Place} place */
  const nearest = ([x, y]) => index.nearest(x, y, 2 * width, 2 * height, () => true);
  /** @param {Code} code @param {number} i */
  const take = (code, i) => {
    if (i < 0) return;
    code.z.set(mu.subarray(i * code.z.length, (i + 1) * code.z.length));
    if (isTold) code.label = label[i];
  };
  /** @param {Float64Array} z */
  const place = (z) => amongNearest(codes, z, plane, NEIGHBOURS);
  return {
    plane,
    extent,
    place,
    move: (code, to) => take(code, nearest(to)),
    step: (code, direction) => {
      const from = nearest(place(code.z));
      if (from >= 0)
        take(
          code,
          index.next(from, ...direction, POINT_STEP * width, () => true),
        );
    },
  };
}
