/**
 * One axis of the code: a slider, a number field, a filmstrip and a small button.
 *
 * @typedef {import("../shared/axes.js").Axis} Axis
 *
 * @typedef {object} SliderCallbacks
 * @property {(axis: Axis, value: number) => void} onInput  a value moves, up to sixty times a second
 * @property {() => void} onCommit                          on release
 * @property {(commits: number) => void} onDoubleClick      before its commit: how many commits its clicks have made
 */

import { element } from "../../dom.js";
import { clamp, roundedToHundredths } from "../../numbers.js";
import { pictureContext } from "../../paint.js";

const TEXT = {
  /** @param {string} name */
  typed: (name) => `${name} value`,
  reset: "Double-click, or press Delete on the slider, to reset it",
  /** @param {string} name @param {number[]} stops */
  strip: (name, stops) => `Filmstrip of ${name}, ${stops[0]} to ${stops[stops.length - 1]}`,
  /** @param {string} name @param {number} value */
  frame: (name, value) => `Click to set ${name} to ${value}`,
};

// A pixel of a slider is about 0.03, but typed values have two decimals and the slider must be able to show them.
const STEP = 0.01;
const FINE = 0.1; // of an arrow key's step, with Shift

/** @type {Record<string, number>} */
const ARROWS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };

export class Slider {
  #callbacks;
  #value = 0;
  #clickCommits = 0; // since the first click

  /**
   * @param {Axis} axis
   * @param {SliderCallbacks} callbacks
   * @param {{weight?: number | null, about?: string, tool?: HTMLButtonElement}} [options]
   *   `weight` 0…1 draws a small bar, `about` describes the axis, `tool` is the small button
   */
  constructor(axis, callbacks, { weight = null, about, tool } = {}) {
    this.axis = axis;
    this.tool = tool;
    this.#callbacks = callbacks;
    const { name, stops, keyStep } = axis;
    const limits = { min: -axis.limit, max: axis.limit };
    this.range = element("input", {
      class: "vx-range vx-under-frames",
      attributes: { type: "range", "aria-label": name, "aria-description": about, step: STEP, value: 0, ...limits },
      on: {
        input: () => this.#move(Number(this.range.value)),
        mousedown: ({ detail }) => {
          if (detail === 1) this.#clickCommits = 0;
        },
        change: () => {
          this.#clickCommits++;
          this.#callbacks.onCommit();
        },
        dblclick: () => {
          this.#callbacks.onDoubleClick(this.#clickCommits);
          this.#moveTo(0);
        },
      },
    });
    this.typed = element("input", {
      class: "vx-field vx-slider-value",
      attributes: {
        type: "number",
        inputmode: "decimal",
        "aria-label": TEXT.typed(name),
        step: keyStep,
        value: "0.00",
        ...limits,
      },
      on: { change: () => this.#readTyped(), focus: () => this.typed.select() },
    });
    this.strip = element("canvas", {
      class: "vx-strip",
      attributes: { role: "img", "aria-label": TEXT.strip(name, stops) },
      on: {
        click: (event) => this.#moveTo(this.#stopAt(event)),
        pointermove: (event) => (this.strip.title = TEXT.frame(name, this.#stopAt(event))),
      },
    });
    this.stripContext = pictureContext(this.strip, stops.length);
    this.#listenToKeys();
    this.#listenToScrolling();
    const label = element("span", {
      class: "vx-slider-name",
      text: name,
      attributes: { "aria-hidden": "true", title: [name, about, TEXT.reset].filter(Boolean).join("\n") },
      on: { dblclick: () => this.#moveTo(0) },
    });
    if (weight !== null) {
      const bar = element("span", { class: "vx-slider-bar" });
      bar.style.setProperty("--vx-weight", weight.toFixed(4));
      label.append(bar);
    }
    const ends = [-axis.limit, axis.limit].map((end) => element("span", { text: shortNumber(end) }));
    const scale = element("span", { class: "vx-slider-scale", attributes: { "aria-hidden": "true" } }, ...ends);
    this.root = element("div", { class: "vx-slider" }, label, this.strip, this.typed, scale, this.range);
    this.root.style.setProperty("--vx-frames", String(stops.length));
    if (tool) this.root.append(tool);
    this.#fill();
  }

  /**
   * Shows a code. Values beyond the limit, as samples and test pictures may have, keep their number; only the
   * slider stops at its end.
   *
   * @param {ArrayLike<number>} z
   */
  show(z) {
    const value = this.axis.valueIn(z);
    if (Object.is(this.#value, value)) return;
    this.#value = value;
    this.range.value = String(value);
    this.#fill();
    this.typed.value = twoDecimals(value);
  }

  #fill() {
    const part = (Number(this.range.value) + this.axis.limit) / (2 * this.axis.limit);
    this.range.style.setProperty("--vx-part", part.toFixed(4));
  }

  /** @param {number} value */
  #move(value) {
    this.#callbacks.onInput(this.axis, value);
  }

  /** @param {number} value */
  #moveTo(value) {
    this.#move(value);
    this.#callbacks.onCommit();
  }

  /** @param {MouseEvent} event */
  #stopAt({ clientX }) {
    const { stops } = this.axis;
    const { left, width } = this.strip.getBoundingClientRect();
    const frame = Math.floor(((clientX - left) / width) * stops.length);
    return stops[clamp(frame, 0, stops.length - 1)];
  }

  /**
   * The browser's own arrow step would be `STEP`, a hundred presses for one unit. Delete does what a double click does.
   * In the number field Ctrl+Z undoes typing, and nothing else.
   */
  #listenToKeys() {
    let moved = false;
    this.range.addEventListener("keydown", (event) => {
      if (event.key === "Delete" || event.key === "Backspace") this.#moveTo(0);
      const direction = ARROWS[event.key];
      if (!direction || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const value = Number(this.range.value) + direction * this.axis.keyStep * (event.shiftKey ? FINE : 1);
      this.#move(this.#withinLimits(Math.round(value / STEP) * STEP));
      moved = true;
    });
    const release = () => {
      if (moved) this.#callbacks.onCommit();
      moved = false;
    };
    this.range.addEventListener("keyup", release);
    this.range.addEventListener("blur", release);
    this.typed.addEventListener("keydown", (event) => {
      if (this.typed.value !== twoDecimals(this.#value)) event.stopPropagation();
    });
  }

  /** A finger that scrolls the page may have started on a slider, which has jumped to it: this puts it back. */
  #listenToScrolling() {
    let before = 0;
    this.range.addEventListener("pointerdown", () => (before = this.#value));
    this.range.addEventListener("pointercancel", () => this.#moveTo(before));
  }

  /** Applies a typed value; what is not a number is reverted. */
  #readTyped() {
    const value = this.typed.valueAsNumber;
    if (Number.isFinite(value)) this.#moveTo(this.#withinLimits(value));
    this.typed.value = twoDecimals(this.#value);
  }

  /** @param {number} value */
  #withinLimits(value) {
    return clamp(value, -this.axis.limit, this.axis.limit);
  }
}

/**
 * @param {number} value
 * @returns {string}  with two digits, where it is not larger than 99
 */
function shortNumber(value) {
  const size = Math.abs(value);
  const text = size < 10 ? String(Number(size.toPrecision(2))) : size.toFixed(0);
  return value < 0 ? `−${text}` : text;
}

/**
 * @param {number} value
 * @returns {string}  never "-0.00"
 */
function twoDecimals(value) {
  return roundedToHundredths(value).toFixed(2);
}
