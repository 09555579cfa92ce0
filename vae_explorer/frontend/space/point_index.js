// Finds the point under the pointer among tens of thousands: a grid over the plane, built once per projection.
//
// The cells lie in data coordinates, so zooming and panning never rebuild it; hidden classes are skipped at query
// time, so the legend never rebuilds it either.

import { clamp } from "../numbers.js";

const POINTS_PER_CELL = 4;

export class PointIndex {
  /**
   * @param {Float32Array} x (N,) data coordinates
   * @param {Float32Array} y (N,)
   */
  constructor(x, y) {
    this.x = x;
    this.y = y;
    const count = x.length;
    let left = Infinity,
      right = -Infinity,
      bottom = Infinity,
      top = -Infinity;
    for (let i = 0; i < count; i++) {
      if (x[i] < left) left = x[i];
      if (x[i] > right) right = x[i];
      if (y[i] < bottom) bottom = y[i];
      if (y[i] > top) top = y[i];
    }
    this.side = Math.max(1, Math.round(Math.sqrt(count / POINTS_PER_CELL)));
    this.left = left;
    this.bottom = bottom;
    this.cellWidth = (right - left) / this.side || 1;
    this.cellHeight = (top - bottom) / this.side || 1;

    // A counting sort: `members` lists the points cell by cell, `starts[c]` is where cell c begins in it.
    const cells = new Int32Array(count);
    this.starts = new Int32Array(this.side * this.side + 1);
    for (let i = 0; i < count; i++) {
      cells[i] = this.#row(y[i]) * this.side + this.#column(x[i]);
      this.starts[cells[i] + 1]++;
    }
    for (let c = 0; c < this.side * this.side; c++) this.starts[c + 1] += this.starts[c];
    this.members = new Int32Array(count);
    const next = this.starts.slice();
    for (let i = 0; i < count; i++) this.members[next[cells[i]]++] = i;
  }

  /** @param {number} x */
  #column(x) {
    return clamp(Math.floor((x - this.left) / this.cellWidth), 0, this.side - 1);
  }

  /** @param {number} y */
  #row(y) {
    return clamp(Math.floor((y - this.bottom) / this.cellHeight), 0, this.side - 1);
  }

  /**
   * The accepted point nearest to (x, y) inside an ellipse around it, or -1.
   *
   * @param {number} x data coordinates
   * @param {number} y
   * @param {number} reachX the ellipse's half axes, in data units: a number of pixels at the current zoom
   * @param {number} reachY
   * @param {(index: number) => boolean} accepts whether a point can be hit
   * @returns {number} index, or -1 if nothing is near
   */
  nearest(x, y, reachX, reachY, accepts) {
    const firstRow = this.#row(y - reachY),
      lastRow = this.#row(y + reachY);
    const firstColumn = this.#column(x - reachX),
      lastColumn = this.#column(x + reachX);
    let best = -1,
      bestDistance = 1;
    for (let row = firstRow; row <= lastRow; row++) {
      // The cells of one row lie side by side in `members`.
      const end = this.starts[row * this.side + lastColumn + 1];
      for (let m = this.starts[row * this.side + firstColumn]; m < end; m++) {
        const i = this.members[m];
        const dx = (this.x[i] - x) / reachX,
          dy = (this.y[i] - y) / reachY;
        const distance = dx * dx + dy * dy;
        if (distance <= bestDistance && accepts(i)) {
          bestDistance = distance;
          best = i;
        }
      }
    }
    return best;
  }

  /**
   * The next accepted point in a direction, or -1: at least a step away along it, and preferably straight ahead.
   *
   * @param {number} from index of the point to start at
   * @param {number} dx direction, of length 1
   * @param {number} dy
   * @param {number} step data units
   * @param {(index: number) => boolean} accepts
   */
  next(from, dx, dy, step, accepts) {
    let best = -1,
      bestCost = Infinity;
    for (let i = 0; i < this.x.length; i++) {
      const offX = this.x[i] - this.x[from],
        offY = this.y[i] - this.y[from];
      const along = offX * dx + offY * dy,
        aside = Math.abs(offX * dy - offY * dx);
      if (along < step || aside > along) continue;
      const cost = along + 2 * aside;
      if (cost < bestCost && accepts(i)) {
        bestCost = cost;
        best = i;
      }
    }
    return best;
  }
}
