/**
 * Notices that a background worker is no more: a browser that is short of memory may end one without a word.
 *
 * It counts the page's own ticks, not time: a page that slept, or a machine that is busy, has had few of them. A page that
 * nobody sees may sleep, and the worker with it.
 */

const TICK_MS = 1000;
// A step may take seconds: large batches on a slow phone, in plain JavaScript.
const MOST_SILENT = 20;

export class Heartbeat {
  #silent = 0;
  #timer;

  /**
   * @param {() => void} ask   asks the worker whether it is there
   * @param {() => void} lost  called once; it ends then
   */
  constructor(ask, lost) {
    this.#timer = setInterval(() => {
      if (document.visibilityState === "hidden") return;
      this.#silent++;
      if (this.#silent === 1) ask();
      if (this.#silent <= MOST_SILENT) return;
      this.end();
      lost();
    }, TICK_MS);
  }

  /** Anything that the worker said. */
  heard() {
    this.#silent = 0;
  }

  end() {
    clearInterval(this.#timer);
  }
}
