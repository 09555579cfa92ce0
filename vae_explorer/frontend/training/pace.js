/** How fast a run trains: over its last two seconds, so that one can read the figure. */

const WINDOW_MS = 2000;
const LEAST_MS = 500; // of less the browser's compiling is the most

export class Pace {
  /** The first is the newest that is older than the window, if any is. @type {{elapsed: number, digits: number}[]} */
  #marks = [];

  /**
   * @param {number} elapsed  milliseconds of training so far
   * @param {number} digits   trained on so far
   * @returns {number | null}  digits a second; null while it is too early to say
   */
  add(elapsed, digits) {
    const marks = this.#marks;
    marks.push({ elapsed, digits });
    while (marks.length > 2 && marks[1].elapsed <= elapsed - WINDOW_MS) marks.shift();
    const spent = elapsed - marks[0].elapsed;
    return spent >= LEAST_MS ? (1000 * (digits - marks[0].digits)) / spent : null;
  }

  /** What comes is of another stretch of training. */
  clear() {
    this.#marks = [];
  }
}
