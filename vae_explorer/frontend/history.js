/**
 * Undo and redo of codes.
 *
 * @typedef {{z: number[], label: number | null}} SavedCode  a copy of a code
 */

const MAX_STEPS = 100;

export class CodeHistory {
  /** @type {SavedCode | null} the code on the last release */
  #latest = null;
  /** @type {SavedCode[]} the codes before it, the most recent last */
  #past = [];
  /** @type {SavedCode[]} the codes that were undone, the next to redo last */
  #future = [];

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  /** Records the code on release; if it has changed, that is one more step to undo. @param {SavedCode} code */
  record(code) {
    const before = this.#latest;
    if (before && isSame(before, code)) return;
    this.#latest = code;
    if (!before) return;
    this.#past.push(before);
    if (this.#past.length > MAX_STEPS) this.#past.shift();
    this.#future.length = 0;
  }

  /**
   * Drops recorded steps that were not meant as such: the clicks of a double click move a slider before it is one.
   *
   * @param {number} steps  the last ones
   */
  rollback(steps) {
    const dropped = this.#past.splice(Math.max(0, this.#past.length - steps));
    if (dropped.length) this.#latest = dropped[0];
  }

  /** @returns {SavedCode | null}  the code before; null if there is none */
  undo() {
    return this.#step(this.#past, this.#future);
  }

  /** @returns {SavedCode | null}  the code that was undone; null if there is none */
  redo() {
    return this.#step(this.#future, this.#past);
  }

  /**
   * @param {SavedCode[]} from
   * @param {SavedCode[]} to
   */
  #step(from, to) {
    const code = from.pop();
    if (!code) return null;
    if (this.#latest) to.push(this.#latest);
    this.#latest = code;
    return code;
  }
}

/**
 * @param {SavedCode} one
 * @param {SavedCode} other
 */
function isSame(one, other) {
  return one.label === other.label && one.z.every((value, i) => Object.is(value, other.z[i]));
}
