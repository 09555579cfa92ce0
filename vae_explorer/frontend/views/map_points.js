// The points of one projection as a hand meets them: which one is under the pointer, which one comes next.

import { extentOf } from "../placement.js";
import { PointIndex } from "../point_index.js";

/** @typedef {import("../placement.js").Plane} Plane */
/** @typedef {import("./map_chart.js").Frame} Frame */
/** @typedef {[number, number]} Place data coordinates */
/** @typedef {(index: number) => boolean} Shows whether a point is on the map, its class being switched on */

const MARGIN = 0.03;
const STEP = 14; // how far an arrow key goes at least, pixels

export class MapPoints {
  /** @param {Plane} plane */
  constructor(plane) {
    this.plane = plane;
    this.home = extentOf(plane, MARGIN);
    this.index = new PointIndex(plane.x, plane.y);
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
    const across = (left - frame.left) / frame.width, up = 1 - (top - frame.top) / frame.height;
    if (across < 0 || across > 1 || up < 0 || up > 1) return -1;
    const width = frame.x[1] - frame.x[0], height = frame.y[1] - frame.y[0];
    return this.index.nearest(
      frame.x[0] + across * width,
      frame.y[0] + up * height,
      (reach / frame.width) * width,
      (reach / frame.height) * height,
      shows,
    );
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
    return this.index.next(from, dx, dy, step, (i) => shows(i) && this.#inView(frame, i));
  }

  /**
   * Where a walk from point to point begins: near a place.
   * @param {Frame} frame
   * @param {Place} place
   * @param {Shows} shows
   */
  first(frame, [x, y], shows) {
    const width = frame.x[1] - frame.x[0], height = frame.y[1] - frame.y[0];
    return this.index.nearest(x, y, width, height, (i) => shows(i) && this.#inView(frame, i));
  }

  /** @param {Frame} frame @param {number} i */
  #inView(frame, i) {
    const [x, y] = this.place(i);
    return x >= frame.x[0] && x <= frame.x[1] && y >= frame.y[0] && y <= frame.y[1];
  }
}
