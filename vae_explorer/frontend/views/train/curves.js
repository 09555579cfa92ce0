/**
 * What a run has measured so far, as points of curves.
 *
 * @typedef {{reconstruction: number, kl: number, negativeElbo: number}} Losses  nats per image
 * @typedef {{epoch: number, losses: Losses}} Point
 */

// Far more than a chart has pixels. A long run loses every second point whenever it has as many.
const MOST = 2000;

export class Curves {
  /** Means over the steps since the point before. @type {Point[]} */
  train = [];
  /** @type {Point[]} */
  test = [];

  /**
   * A frame of a run: one that lies before what is known, as after a reset, takes the place of what comes after it.
   *
   * @param {{step: number, epoch: number, train: Losses | null, test: (Losses & {at: number}) | null}} frame
   */
  add({ step, epoch, train, test }) {
    for (const points of [this.train, this.test])
      while (points.length && points[points.length - 1].epoch > epoch) points.pop();
    if (train) append(this.train, { epoch, losses: train });
    if (!test) return;
    const measured = step ? (epoch * test.at) / step : 0;
    if (this.test[this.test.length - 1]?.epoch !== measured) append(this.test, { epoch: measured, losses: test });
  }

  clear() {
    this.train = [];
    this.test = [];
  }
}

/** @param {Point[]} points @param {Point} point */
function append(points, point) {
  points.push(point);
  if (points.length < MOST) return;
  const kept = points.filter((_, index) => index % 2);
  points.splice(0, points.length, ...kept);
}
