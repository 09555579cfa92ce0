/**
 * One slider and one typed value a latent dimension.
 *
 * @typedef {object} DialEvents
 * @property {(index: number, value: number) => void} onInput  a value moves; may come sixty times a second
 * @property {() => void} onCommit                             the hand lets go
 *
 * @typedef {object} Dial
 * @property {HTMLDivElement} root
 * @property {HTMLInputElement} range
 * @property {HTMLInputElement} typed
 * @property {number} shown
 */

import { element } from "../dom.js";

const TEXT = {
  /** @param {number} index */
  name: (index) => `z${index + 1}`,
  /** @param {number} index */
  typed: (index) => `z${index + 1} value`,
  reset: "Double click, or Delete on the slider: back to 0",
};

// A pixel of a slider is about 0.03; typed values have two decimals and the slider must be able to show them.
const STEP = 0.01;
const KEY_STEP = 0.1;

/** @type {Record<string, number>} */
const ARROWS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };

export class Dials {
  /** @type {Dial[]} */
  #dials;
  #limit;
  #events;

  /**
   * @param {number} count
   * @param {number} limit  values that a hand sets lie in -limit…limit
   * @param {DialEvents} events
   */
  constructor(count, limit, events) {
    this.#limit = limit;
    this.#events = events;
    this.#dials = Array.from({ length: count }, (_, index) => this.#makeDial(index));
    this.root = element("div", { class: "vx-dials" }, ...this.#dials.map((dial) => dial.root));
  }

  /**
   * Shows a code. Values beyond the limit (they come from samples and test pictures) keep their number; only the
   * slider stops at its end.
   *
   * @param {ArrayLike<number>} z
   */
  show(z) {
    this.#dials.forEach((_, index) => this.#showOne(index, z[index]));
  }

  /**
   * @param {number} index
   * @param {number} value
   */
  #showOne(index, value) {
    const dial = this.#dials[index];
    if (Object.is(dial.shown, value)) return;
    dial.shown = value;
    dial.range.value = String(value);
    this.#fill(dial);
    dial.typed.value = twoDecimals(value);
  }

  /** @param {Dial} dial */
  #fill(dial) {
    const part = (Number(dial.range.value) + this.#limit) / (2 * this.#limit);
    dial.range.style.setProperty("--vx-part", part.toFixed(4));
  }

  /**
   * @param {number} index
   * @param {number} value
   */
  #move(index, value) {
    this.#showOne(index, value);
    this.#events.onInput(index, value);
  }

  /** @param {number} index */
  #reset(index) {
    this.#move(index, 0);
    this.#events.onCommit();
  }

  /**
   * @param {number} index
   * @returns {Dial}
   */
  #makeDial(index) {
    const limits = { min: -this.#limit, max: this.#limit };
    const onReset = () => this.#reset(index);
    const name = element("span", {
      class: "vx-dial-name",
      text: TEXT.name(index),
      attributes: { "aria-hidden": "true", title: TEXT.reset },
      on: { dblclick: onReset },
    });
    const range = element("input", {
      class: "vx-range",
      attributes: { type: "range", "aria-label": TEXT.name(index), step: STEP, value: 0, ...limits },
      on: {
        input: () => this.#move(index, Number(range.value)),
        change: () => this.#events.onCommit(),
        dblclick: onReset,
      },
    });
    const typed = element("input", {
      class: "vx-field vx-dial-value",
      attributes: {
        type: "number",
        inputmode: "decimal",
        "aria-label": TEXT.typed(index),
        step: KEY_STEP,
        value: "0.00",
        ...limits,
      },
      on: {
        change: () => this.#take(index),
        focus: () => typed.select(),
      },
    });
    this.#listenToKeys(index, range);
    this.#listenToScrolling(index, range);
    const root = element("div", { class: "vx-dial" }, name, range, typed);
    const dial = { root, range, typed, shown: 0 };
    this.#fill(dial);
    return dial;
  }

  /**
   * The browser's own arrow step would be `STEP`, a hundred presses for one. Shift keeps that fine step. Delete does
   * what a double click does.
   *
   * @param {number} index
   * @param {HTMLInputElement} range
   */
  #listenToKeys(index, range) {
    let moved = false;
    range.addEventListener("keydown", (event) => {
      if (event.key === "Delete" || event.key === "Backspace") this.#reset(index);
      const direction = ARROWS[event.key];
      if (!direction || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const value = Number(range.value) + direction * (event.shiftKey ? STEP : KEY_STEP);
      this.#move(index, this.#clamp(Math.round(value / STEP) * STEP));
      moved = true;
    });
    const letGo = () => {
      if (moved) this.#events.onCommit();
      moved = false;
    };
    range.addEventListener("keyup", letGo);
    range.addEventListener("blur", letGo);
  }

  /**
   * A finger that scrolls the page may have begun on a slider, which has jumped to it; it did not mean to.
   *
   * @param {number} index
   * @param {HTMLInputElement} range
   */
  #listenToScrolling(index, range) {
    let before = 0;
    range.addEventListener("pointerdown", () => (before = this.#dials[index].shown));
    range.addEventListener("pointercancel", () => {
      this.#move(index, before);
      this.#events.onCommit();
    });
  }

  /**
   * Takes a typed value over; what is no number goes back to what it was.
   *
   * @param {number} index
   */
  #take(index) {
    const { typed, shown } = this.#dials[index];
    const value = typed.valueAsNumber;
    if (Number.isFinite(value)) {
      const clamped = this.#clamp(value);
      this.#move(index, clamped);
      this.#events.onCommit();
      typed.value = twoDecimals(clamped);
    } else {
      typed.value = twoDecimals(shown);
    }
  }

  /** @param {number} value */
  #clamp(value) {
    return Math.min(this.#limit, Math.max(-this.#limit, value));
  }
}

/**
 * @param {number} value
 * @returns {string}  never "-0.00"
 */
function twoDecimals(value) {
  return (Math.round(value * 100) / 100 + 0).toFixed(2);
}
