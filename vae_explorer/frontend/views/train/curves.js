/**
 * What a run has measured so far, as points of curves.
 *
 * @typedef {{reconstruction: number, kl: number, negativeElbo: number}} Losses  nats per image
 * @typedef {{epoch: number, losses: Losses}} Point
 * @typedef {Point & {at: number}} TestPoint  `at` is the step
 */

// Far more than a chart has pixels. A long run loses every second point whenever it has as many.
const MOST = 2000;

export class Curves {
  /** Means over the steps since the point before. @type {Point[]} */
  train = [];
  /** @type {TestPoint[]} */
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
    // A measurement is in every frame until the next. Known by its step: its epoch is not the same in each of them, as the
    // last batch of an epoch is smaller.
    const measured = test.at === step ? epoch : (epoch * test.at) / step; // not a rounding error behind the frame itself
    if (this.test[this.test.length - 1]?.at !== test.at)
      append(this.test, { epoch: measured, at: test.at, losses: test });
  }

  clear() {
    this.train = [];
    this.test = [];
  }
}

/** @template {Point} P @param {P[]} points @param {P} point */
function append(points, point) {
  points.push(point);
  if (points.length < MOST) return;
  const kept = points.filter((_, index) => index % 2);
  points.splice(0, points.length, ...kept);
}
