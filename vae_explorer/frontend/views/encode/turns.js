/**
 * What is painted together with a picture. While one picture follows another, as under a pen, and frames get long, each
 * frame paints one thing, in turn, so that the rest keeps up with the pen; when the picture rests, all things show it.
 */

import { inNextFrame, painted } from "../../timing/next_frame.js";

const LONG_MS = 12; // of the 16.7 that a frame has at 60 a second
const WEIGHT = 0.25; // of the latest frame in the average
const REST_MS = 100; // what comes later follows nothing

export class Turns {
  /** @type {(() => void)[]} */
  #paints = [];
  #next = 0;
  #due = 0; // paints that do not show the picture yet
  #latest = -REST_MS;
  #average = 0;
  #timer = 0;

  /**
   * There is another picture. To be called in a frame, or in place of one.
   *
   * @param {(() => void)[]} paints
   * @param {number} start  when the work for this picture began, by `performance.now()`
   */
  show(paints, start) {
    this.cancel();
    this.#paints = paints;
    this.#due = paints.length;
    const isFollowing = start - this.#latest < REST_MS;
    this.#latest = start;
    this.#paint(isFollowing && this.#average > LONG_MS ? 1 : this.#due);
    if (isFollowing) this.#measure(start);
    if (this.#due) this.#timer = window.setTimeout(() => this.#finish(), REST_MS);
  }

  cancel() {
    clearTimeout(this.#timer);
    this.#due = 0;
  }

  /** @param {number} count */
  #paint(count) {
    for (let i = 0; i < count; i++) {
      this.#next = (this.#next + 1) % this.#paints.length;
      this.#paints[this.#next]();
    }
    this.#due -= count;
  }

  async #finish() {
    while (this.#due) await inNextFrame(() => this.#due && this.#paint(1));
  }

  /** Layout and paint of the frame are in it. @param {number} start */
  async #measure(start) {
    await painted();
    this.#average += WEIGHT * (performance.now() - start - this.#average);
  }
}
