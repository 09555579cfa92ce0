/**
 * One quantity of the loss over the epochs, of training and of test pictures, with a line to compare with.
 *
 * @typedef {import("./curves.js").Curves} Curves
 * @typedef {import("./curves.js").Point} Point
 * @typedef {import("./curves.js").Losses} Losses
 * @typedef {import("./palette.js").Colours} Colours
 *
 * @typedef {object} Shown
 * @property {Curves} curves
 * @property {number | null} reference  nats; null if there is nothing to compare with
 * @property {number} now     the epoch that the page shows
 * @property {Colours} colours
 */

import { element, setText } from "../../dom.js";
import { withTerms } from "../../glossary.js";
import { figure } from "../shared/figures.js";
import { FittedCanvas } from "../shared/canvas.js";

const TEXT = {
  /** @param {string} title */
  chart: (title) => `${title} over the epochs, in training and of test pictures`,
  /** @param {number} end */
  end: (end) => `epoch ${end.toFixed(end < 100 ? 1 : 0)}`,
  start: "0",
  nothing: "–",
};

// The first moments of a run cost several times what the rest does: once this share of the time has passed they leave
// the chart at its top, and what is learned then can be seen.
const EARLY = 0.08;
const LEAST_POINTS = 8; // in the chart without them: before, it would show none of what is falling
const MARGIN = 0.06; // of the range, above and below
const LEAST_RANGE = 1; // nats

export class LossChart {
  #name;
  #fitted;
  /** @type {Shown | null} */
  #shown = null;

  /**
   * @param {keyof Losses} name
   * @param {string} title
   */
  constructor(name, title) {
    this.#name = name;
    this.canvas = element("canvas", { attributes: { role: "img", "aria-label": TEXT.chart(title) } });
    this.test = element("span", { class: "vx-reading", text: TEXT.nothing });
    this.top = element("span", { class: "vx-train-tick vx-reading" });
    this.bottom = element("span", { class: "vx-train-tick vx-reading" });
    this.start = element("span", { class: "vx-reading" });
    this.end = element("span", { class: "vx-reading" });
    this.root = element(
      "div",
      { class: "vx-train-chart" },
      element("div", { class: "vx-between" }, element("span", { class: "vx-caption" }, ...withTerms(title)), this.test),
      element("div", { class: "vx-train-plot" }, this.canvas, this.top, this.bottom),
      element("div", { class: "vx-between vx-note" }, this.start, this.end),
    );
    this.#fitted = new FittedCanvas(this.canvas, () => this.#draw());
  }

  /** @param {Shown} shown */
  show(shown) {
    this.#shown = shown;
    this.#draw();
  }

  #draw() {
    if (!this.#shown) return;
    const { curves, reference, now, colours } = this.#shown;
    const name = this.#name;
    const measured = lastBefore(curves.test, now);
    setText(this.test, measured ? figure(measured.losses[name], 1) : TEXT.nothing);
    const fit = this.#fitted.clear();
    if (!fit) return;
    const { context, width, height } = fit;
    const end = Math.max(curves.train.at(-1)?.epoch ?? 0, curves.test.at(-1)?.epoch ?? 0);
    const [low, high] = rangeOf(curves, name, reference, end);
    setText(this.top, figure(high, 0));
    setText(this.bottom, figure(low, 0));
    setText(this.start, end ? TEXT.start : "");
    setText(this.end, TEXT.end(end));
    /** @param {number} epoch */
    const across = (epoch) => (end ? (epoch / end) * (width - 1) : 0);
    /** @param {number} value */
    const down = (value) => height - 1 - ((value - low) / (high - low)) * (height - 2);
    context.fillStyle = colours.line;
    context.fillRect(0, height - 1, width, 1);
    if (reference !== null) {
      context.strokeStyle = colours.quiet;
      context.setLineDash([4, 3]);
      context.beginPath();
      context.moveTo(0, down(reference));
      context.lineTo(width, down(reference));
      context.stroke();
      context.setLineDash([]);
    }
    /** @param {Point[]} points @param {string} colour @param {number} thickness */
    const curve = (points, colour, thickness) => {
      context.strokeStyle = colour;
      context.lineWidth = thickness;
      context.beginPath();
      for (const { epoch, losses } of points) context.lineTo(across(epoch), down(losses[name]));
      context.stroke();
    };
    curve(curves.train, colours.train, 1);
    curve(curves.test, colours.test, 2);
    if (now < end) {
      context.fillStyle = colours.text;
      context.fillRect(across(now), 0, 1, height);
    }
  }
}

/**
 * @param {Curves} curves
 * @param {keyof Losses} name
 * @param {number | null} reference
 * @param {number} end  the last epoch
 * @returns {[number, number]}  nats
 */
export function rangeOf({ train, test }, name, reference, end) {
  let low = reference ?? Infinity;
  let high = reference ?? -Infinity;
  const points = [...train, ...test];
  const late = points.filter(({ epoch }) => epoch >= EARLY * end);
  for (const { losses } of late.length < LEAST_POINTS ? points : late) {
    low = Math.min(low, losses[name]);
    high = Math.max(high, losses[name]);
  }
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, LEAST_RANGE];
  high = Math.max(high, low + LEAST_RANGE);
  const margin = MARGIN * (high - low);
  // A KL begins at zero, and so does its axis.
  return [name === "kl" ? 0 : low - margin, high + margin];
}

/**
 * @param {Point[]} points
 * @param {number} epoch
 */
function lastBefore(points, epoch) {
  let found = points[0];
  for (const point of points) if (point.epoch <= epoch) found = point;
  return found;
}
