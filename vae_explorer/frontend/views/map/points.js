// Finding points of one projection: which one is under the pointer, which one comes next.

import { extentOf, tableOf } from "../../space/placement.js";
import { PointIndex } from "../../space/point_index.js";

/** @typedef {import("../../space/placement.js").Plane} Plane */
/** @typedef {import("./chart.js").Frame} Frame */
/** @typedef {[number, number]} Position data coordinates */
/** @typedef {(index: number) => boolean} Shows whether a point is on the map: its class is switched on */

const MARGIN = 0.03;
const STEP = 14; // the least that an arrow key moves, pixels

export class MapPoints {
  /** @type {Float32Array | null} */
  #table = null;

  /** @param {Plane} plane */
  constructor(plane) {
    this.plane = plane;
    this.index = new PointIndex(plane.x, plane.y);
  }

  /** The view to begin with. */
  get home() {
    return extentOf(this.plane, MARGIN);
  }

  /** The plane as a table, (N, 2). */
  get table() {
    this.#table ??= tableOf(this.plane);
    return this.#table;
  }

  /** @param {number} i @returns {Position} */
  position(i) {
    return [this.plane.x[i], this.plane.y[i]];
  }

  /**
   * The point near a position in the stage, or -1.
   * @param {Frame} frame
   * @param {number} left pixels in the stage
   * @param {number} top
   * @param {number} reach pixels
   * @param {Shows} shows
   */
  find(frame, left, top, reach, shows) {
    const position = positionAt(frame, left, top);
    if (!position) return -1;
    const across = (frame.x[1] - frame.x[0]) / frame.width,
      up = (frame.y[1] - frame.y[0]) / frame.height;
    return this.index.nearest(position[0], position[1], reach * across, reach * up, shows);
  }

  /**
   * The next point in view in a direction, or -1; at least a step away, because among 10,000 points the nearest would
   * hardly be a move.
   * @param {Frame} frame
   * @param {number} from index
   * @param {number} dx
   * @param {number} dy y up
   * @param {Shows} shows
   */
  next(frame, from, dx, dy, shows) {
    const step = (STEP * (frame.x[1] - frame.x[0])) / frame.width;
    return this.index.next(from, dx, dy, step, (i) => shows(i) && inView(frame, this.position(i)));
  }

  /**
   * The point to start from with arrow keys: the nearest to a position.
   * @param {Frame} frame
   * @param {Position} position
   * @param {Shows} shows
   */
  first(frame, [x, y], shows) {
    const width = frame.x[1] - frame.x[0],
      height = frame.y[1] - frame.y[0];
    return this.index.nearest(x, y, width, height, (i) => shows(i) && inView(frame, this.position(i)));
  }
}

/**
 * The position under a pixel of the stage, or null outside the plot.
 * @param {Frame} frame
 * @param {number} left pixels in the stage
 * @param {number} top
 * @returns {Position | null}
 */
export function positionAt(frame, left, top) {
  const position = placeOf(frame, left, top);
  return inView(frame, position) ? position : null;
}

/** The same, outside the plot too. @param {Frame} frame @param {number} left @param {number} top @returns {Position} */
export function placeOf(frame, left, top) {
  const across = (left - frame.left) / frame.width,
    up = 1 - (top - frame.top) / frame.height;
  return [frame.x[0] + across * (frame.x[1] - frame.x[0]), frame.y[0] + up * (frame.y[1] - frame.y[0])];
}

/**
 * @param {Frame} frame
 * @param {Position} position
 * @returns {[number, number]} pixels in the plot, from its upper left corner
 */
export function pixelsOf(frame, [x, y]) {
  const across = frame.width / (frame.x[1] - frame.x[0]),
    up = frame.height / (frame.y[1] - frame.y[0]);
  return [(x - frame.x[0]) * across, (frame.y[1] - y) * up];
}

/** @param {Frame} frame @param {Position} position */
export function inView({ x, y }, position) {
  return position[0] >= x[0] && position[0] <= x[1] && position[1] >= y[0] && position[1] <= y[1];
}
