/**
 * What may come a moment after the picture, in pieces: each runs between two frames, and delays none for long.
 */

import { whenIdle } from "../../timing/idle.js";

export class Rounds {
  #pieces;
  #next = 0;
  #due = 0; // pieces that have not run since they were last asked for
  #idle = whenIdle(() => this.#run());

  /** @param {(() => void)[]} pieces  each runs once for a request, in turn */
  constructor(pieces) {
    this.#pieces = pieces;
  }

  /** All pieces are out of date. */
  request() {
    this.#due = this.#pieces.length;
    this.#idle.request();
  }

  cancel() {
    this.#due = 0;
    this.#idle.cancel();
  }

  #run() {
    if (!this.#due) return;
    this.#due--;
    this.#pieces[this.#next]();
    this.#next = (this.#next + 1) % this.#pieces.length;
    if (this.#due) this.#idle.request();
  }
}
