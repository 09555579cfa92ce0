// The points of one projection as a hand meets them: which one is under the pointer, which one comes next.

import { extentOf, tableOf } from "../../space/placement.js";
import { PointIndex } from "../../space/point_index.js";

/** @typedef {import("../../space/placement.js").Plane} Plane */
/** @typedef {import("./chart.js").Frame} Frame */
/** @typedef {[number, number]} Place data coordinates */
/** @typedef {(index: number) => boolean} Shows whether a point is on the map, its class being switched on */

const MARGIN = 0.03;
const STEP = 14; // how far an arrow key goes at least, pixels

export class MapPoints {
  /** @type {Float32Array | null} */
  #table = null;

  /** @param {Plane} plane */
  constructor(plane) {
    this.plane = plane;
    this.index = new PointIndex(plane.x, plane.y);
  }

  /** What is in view at first. */
  get home() {
    return extentOf(this.plane, MARGIN);
  }

  /** The plane as a table, (N, 2). */
  get table() {
    this.#table ??= tableOf(this.plane);
    return this.#table;
  }

  /** @param {number} i @returns {Place} */
  place(i) {
    return [this.plane.x[i], this.plane.y[i]];
  }

  /**
   * The point near a place in the stage, or -1.
   * @param {Frame} frame
   * @param {number} left pixels in the stage
   * @param {number} top
   * @param {number} reach pixels
   * @param {Shows} shows
   */
  find(frame, left, top, reach, shows) {
    const place = placeAt(frame, left, top);
    if (!place) return -1;
    const across = (frame.x[1] - frame.x[0]) / frame.width,
      up = (frame.y[1] - frame.y[0]) / frame.height;
    return this.index.nearest(place[0], place[1], reach * across, reach * up, shows);
  }

  /**
   * The next point in view in a direction, or -1; a step away at least, for among 10,000 points one would hardly
   * move otherwise.
   * @param {Frame} frame
   * @param {number} from index
   * @param {number} dx
   * @param {number} dy y up
   * @param {Shows} shows
   */
  next(frame, from, dx, dy, shows) {
    const step = (STEP * (frame.x[1] - frame.x[0])) / frame.width;
    return this.index.next(from, dx, dy, step, (i) => shows(i) && inView(frame, this.place(i)));
  }

  /**
   * Where a walk from point to point begins: near a place.
   * @param {Frame} frame
   * @param {Place} place
   * @param {Shows} shows
   */
  first(frame, [x, y], shows) {
    const width = frame.x[1] - frame.x[0],
      height = frame.y[1] - frame.y[0];
    return this.index.nearest(x, y, width, height, (i) => shows(i) && inView(frame, this.place(i)));
  }
}

/**
 * The place under a pixel of the stage, or null outside the plot.
 * @param {Frame} frame
 * @param {number} left pixels in the stage
 * @param {number} top
 * @returns {Place | null}
 */
export function placeAt(frame, left, top) {
  const across = (left - frame.left) / frame.width,
    up = 1 - (top - frame.top) / frame.height;
  if (across < 0 || across > 1 || up < 0 || up > 1) return null;
  return [frame.x[0] + across * (frame.x[1] - frame.x[0]), frame.y[0] + up * (frame.y[1] - frame.y[0])];
}

/**
 * @param {Frame} frame
 * @param {Place} place
 * @returns {[number, number]} pixels in the plot, from its upper left corner
 */
export function pixelsOf(frame, [x, y]) {
  const across = frame.width / (frame.x[1] - frame.x[0]),
    up = frame.height / (frame.y[1] - frame.y[0]);
  return [(x - frame.x[0]) * across, (frame.y[1] - y) * up];
}

/** @param {Frame} frame @param {Place} place */
export function inView({ x, y }, place) {
  return place[0] >= x[0] && place[0] <= x[1] && place[1] >= y[0] && place[1] <= y[1];
}
