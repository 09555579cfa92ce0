/** What is kept of a run to go back through it: at most 200 frames, spread evenly over all that there were. */

const MOST = 200;

/** @template {{step: number}} T */
export class Records {
  /** @type {T[]} */
  #kept = [];
  #seen = 0;
  #every = 1;

  get length() {
    return this.#kept.length;
  }

  /**
   * Takes the next frame, or passes it over. When there are too many, every second is dropped.
   *
   * @param {T} frame
   * @returns {boolean}  whether it was kept: it is the last then
   */
  add(frame) {
    if (this.#seen++ % this.#every) return false;
    if (this.#kept.length === MOST) {
      this.#kept = this.#kept.filter((_, i) => i % 2 === 0);
      this.#every *= 2;
    }
    this.#kept.push(frame);
    return true;
  }

  /** @param {number} index @returns {T | undefined} */
  at(index) {
    return this.#kept[index];
  }

  /** Forgets what came after a step. @param {number} step */
  dropAfter(step) {
    this.#kept = this.#kept.filter((frame) => frame.step <= step);
    this.#seen = this.#kept.length * this.#every;
  }
}
