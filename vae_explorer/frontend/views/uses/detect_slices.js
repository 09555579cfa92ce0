/** Work in the background, a few milliseconds a frame, what is urgent first. */

import { oncePerFrame } from "../../dom.js";

const SLICE = 8; // milliseconds

export class Slices {
  /** @type {Map<number, Generator<undefined, void>>} */
  #jobs = new Map();
  #frame = oncePerFrame(() => this.#run());

  /**
   * @param {number} rank  the lower, the more urgent; one job of each rank, a new one in place of the old
   * @param {Generator<undefined, void>} job
   */
  start(rank, job) {
    this.#jobs.set(rank, job);
    this.#frame.request();
  }

  /** @param {number} rank */
  isBusy(rank) {
    return this.#jobs.has(rank);
  }

  /** @param {number} rank */
  stop(rank) {
    this.#jobs.delete(rank);
  }

  destroy() {
    this.#jobs.clear();
    this.#frame.cancel();
  }

  #run() {
    const end = performance.now() + SLICE;
    while (this.#jobs.size && performance.now() < end) {
      const rank = Math.min(...this.#jobs.keys());
      const job = this.#jobs.get(rank);
      // A job may start another in its place as it ends.
      if (job?.next().done && this.#jobs.get(rank) === job) this.#jobs.delete(rank);
    }
    if (this.#jobs.size) this.#frame.request();
  }
}
