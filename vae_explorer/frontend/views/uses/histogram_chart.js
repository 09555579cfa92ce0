/**
 * Two histograms over one axis, test pictures filled and others outlined, with a threshold that can be dragged and the
 * score of one picture.
 *
 * @typedef {object} Histograms
 * @property {number} low
 * @property {number} high
 * @property {readonly number[]} test   counts
 * @property {readonly number[]} other  counts
 */

import { element } from "../../dom.js";
import { ticksBetween } from "./detect_ticks.js";
import { percent } from "./detect_rates.js";
import { svg } from "./detect_svg.js";

const MOST_OF_TEST = 2; // the axis ends at so many times the highest test bar
const FIRST_NUMBER = 0.03; // along the axis: there is room for half of it
const LAST_NUMBER = 0.93; // and for the unit behind it

const TEXT = {
  unit: "nats",
  usual: "usual",
  anomaly: "anomaly",
  cut: (/** @type {number} */ share) => `↑ ${percent(share)}`,
};

export class HistogramChart {
  /** @type {Histograms} */
  #shown = { low: 0, high: 1, test: [], other: [] };
  /** @type {number | null} */
  #dragging = null;

  /**
   * @param {object} callbacks
   * @param {(threshold: number) => void} callbacks.onDrag
   * @param {() => void} callbacks.onDrop
   * @param {() => void} callbacks.onCancel  it was no dragging: the finger scrolls
   */
  constructor({ onDrag, onDrop, onCancel }) {
    this.test = svg("path", { class: "vx-det-test-bars" });
    this.other = svg("path", { class: "vx-det-other-bars" });
    this.bars = svg("svg", { class: "vx-det-bars", preserveAspectRatio: "none", role: "img" }, this.test, this.other);
    this.zone = element("div", { class: "vx-det-zone" });
    this.threshold = element(
      "div",
      { class: "vx-det-threshold" },
      element("span", { class: "vx-det-usual", text: TEXT.usual }),
      element("span", { class: "vx-det-anomaly", text: TEXT.anomaly }),
    );
    this.ownLabel = element("span", { class: "vx-det-own-label vx-reading" });
    this.own = element("div", { class: "vx-det-own" }, this.ownLabel);
    this.cuts = element("div", { class: "vx-det-cuts" });
    this.plot = element(
      "div",
      { class: "vx-det-plot" },
      this.zone,
      this.bars,
      element(
        "div",
        { class: "vx-det-marks", attributes: { "aria-hidden": "true" } },
        this.cuts,
        this.threshold,
        this.own,
      ),
    );
    this.axis = element("div", { class: "vx-det-axis", attributes: { "aria-hidden": "true" } });
    this.root = element("div", { class: "vx-det-histogram" }, this.plot, this.axis);
    this.plot.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      this.plot.setPointerCapture(event.pointerId);
      this.#dragging = event.pointerId;
      onDrag(this.#scoreAt(event));
    });
    this.plot.addEventListener("pointermove", (event) => {
      if (event.pointerId === this.#dragging) onDrag(this.#scoreAt(event));
    });
    this.plot.addEventListener("pointerup", (event) => {
      if (event.pointerId !== this.#dragging) return;
      this.#dragging = null;
      onDrop();
    });
    this.plot.addEventListener("pointercancel", (event) => {
      if (event.pointerId !== this.#dragging) return;
      this.#dragging = null;
      onCancel();
    });
  }

  /**
   * @param {Histograms} histograms
   * @param {string} label
   */
  show(histograms, label) {
    this.#shown = histograms;
    const { low, high, test, other } = histograms;
    const shares = [test, other].map(sharesOf);
    const top = Math.max(1e-9, Math.min(MOST_OF_TEST * Math.max(...shares[0]), Math.max(...shares.flat())));
    this.bars.setAttribute("viewBox", `0 0 ${test.length} 1`);
    this.bars.setAttribute("aria-label", label);
    this.test.setAttribute("d", outline(shares[0], top));
    this.other.setAttribute("d", outline(shares[1], top));
    const most = Math.max(...shares[1]);
    this.cuts.replaceChildren(...(most > top ? [this.#cut(most, shares[1].indexOf(most), other.length)] : []));
    this.axis.replaceChildren(
      ...ticksBetween(low, high)
        .filter((tick) => this.#partOf(tick) > FIRST_NUMBER && this.#partOf(tick) < LAST_NUMBER)
        .map((tick) => {
          const at = element("span", { text: String(tick).replace("-", "−") });
          at.style.left = `${100 * this.#partOf(tick)}%`;
          return at;
        }),
      element("span", { class: "vx-det-unit", text: TEXT.unit }),
    );
  }

  /** @param {number} threshold */
  showThreshold(threshold) {
    const part = this.#partOf(threshold);
    this.threshold.style.left = this.zone.style.left = `${100 * part}%`;
    this.threshold.classList.toggle("vx-det-left", part < 0.12);
    this.threshold.classList.toggle("vx-det-right", part > 0.85);
  }

  /**
   * @param {number | null} score  null: there is none
   * @param {string} text          beside it
   */
  showOwn(score, text) {
    this.own.hidden = score === null;
    if (score === null) return;
    const part = this.#partOf(score);
    this.own.style.left = `${100 * Math.max(0, Math.min(1, part))}%`;
    this.own.classList.toggle("vx-det-beyond", part < 0 || part > 1);
    this.own.classList.toggle("vx-det-flip", part > 0.6);
    if (this.ownLabel.textContent !== text) this.ownLabel.textContent = text;
  }

  /** @param {number} share @param {number} bin @param {number} bins */
  #cut(share, bin, bins) {
    const isLeft = bin > 0.6 * bins; // where it has room
    const part = (isLeft ? bin : bin + 1) / bins;
    const label = element("span", { text: TEXT.cut(share) });
    label.style.left = `${100 * part}%`;
    label.classList.toggle("vx-det-flip", isLeft);
    return label;
  }

  /** @param {number} score */
  #partOf(score) {
    const { low, high } = this.#shown;
    return (score - low) / (high - low);
  }

  /** @param {PointerEvent} event */
  #scoreAt(event) {
    const { left, width } = this.plot.getBoundingClientRect();
    const { low, high } = this.#shown;
    return low + Math.max(0, Math.min(1, (event.clientX - left) / width)) * (high - low);
  }
}

/** @param {readonly number[]} counts */
function sharesOf(counts) {
  const all = counts.reduce((sum, count) => sum + count, 0) || 1;
  return counts.map((count) => count / all);
}

/** @param {number[]} shares @param {number} top */
function outline(shares, top) {
  const steps = shares.map((share, bin) => `V${(1 - Math.min(1, share / top)).toFixed(4)}H${bin + 1}`);
  return `M0 1${steps.join("")}V1`;
}
