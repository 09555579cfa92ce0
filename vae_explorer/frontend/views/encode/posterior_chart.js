/**
 * The posterior of each dimension: a bar from 0 to mu, whiskers of one sigma to each side, on the band of N(0, 1).
 *
 * On a canvas, because twenty rows change at every picture.
 *
 * @typedef {import("../shared/computation.js").Passed} Passed
 * @typedef {import("./palette.js").Colours} Colours
 */

import { FittedCanvas } from "../shared/canvas.js";

const ROW = 14; // pixels at the usual size of text
const NAME = 2.2; // widths of the font's size that a name takes
const GAP = 16;

export class PosteriorChart {
  #dimensions;
  #limit;
  #columns;
  #hasSigma;
  #family = "";
  // What is the same for all pictures: names, band and axis. Painted anew for another size and in other colours.
  #ground = document.createElement("canvas");
  #groundIs = "";

  #fitted;
  /** @type {[Passed, Colours] | null} */
  #shown = null;

  /**
   * @param {number[]} dimensions  from 0, in the order of the rows
   * @param {number} limit         the axis goes from -limit to limit
   * @param {boolean} hasSigma
   * @param {string} label         for those who cannot see it
   */
  constructor(dimensions, limit, hasSigma, label) {
    this.#dimensions = dimensions;
    this.#limit = limit;
    this.#hasSigma = hasSigma;
    this.#columns = dimensions.length > 8 ? 2 : 1;
    this.canvas = document.createElement("canvas");
    this.canvas.className = "vx-enc-chart";
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", label);
    this.#fitted = new FittedCanvas(this.canvas, () => this.#shown && this.#draw(...this.#shown));
    this.canvas.style.setProperty("--vx-rows", String(this.#rows));
  }

  get #rows() {
    return Math.ceil(this.#dimensions.length / this.#columns);
  }

  /**
   * @param {number} left  in CSS pixels, from the canvas's corner
   * @param {number} top
   * @returns {number | null}  the dimension that is there
   */
  at(left, top) {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const column = Math.floor((left / width) * this.#columns);
    const row = Math.floor((top / height) * this.#rows);
    return this.#dimensions[column * this.#rows + row] ?? null;
  }

  /**
   * @param {Passed} passed
   * @param {Colours} colours
   */
  show(passed, colours) {
    this.#shown = [passed, colours];
    this.#draw(passed, colours);
  }

  /**
   * @param {Passed} passed
   * @param {Colours} colours
   */
  #draw({ posterior, eps, z }, colours) {
    const fit = this.#fitted.clear();
    if (!fit) return;
    const { context, width, height } = fit;
    const { rows, pitch, scale, size, columnWidth, plot } = this.#measures(width, height);
    const unit = plot / 2 / this.#limit;
    context.drawImage(this.#groundOf(width, height, colours), 0, 0, width, height);
    this.#dimensions.forEach((dimension, index) => {
      const left = Math.floor(index / rows) * (columnWidth + GAP);
      const middle = (index % rows) * pitch + pitch / 2;
      const zero = left + NAME * size + plot / 2;
      /** @param {number} value */
      const at = (value) => zero + Math.max(-this.#limit, Math.min(this.#limit, value || 0)) * unit;
      const mu = at(posterior.mu[dimension]);
      context.fillStyle = colours.posterior;
      context.fillRect(Math.min(zero, mu), middle - 3 * scale, Math.max(1, Math.abs(mu - zero)), 6 * scale);
      if (this.#hasSigma) {
        const low = at(posterior.mu[dimension] - posterior.sigma[dimension]);
        const high = at(posterior.mu[dimension] + posterior.sigma[dimension]);
        context.fillStyle = colours.text;
        context.fillRect(low, middle - 0.5, Math.max(1, high - low), 1);
        context.fillRect(low, middle - 3 * scale, 1, 6 * scale);
        context.fillRect(high - 1, middle - 3 * scale, 1, 6 * scale);
      }
      if (eps) {
        context.fillStyle = colours.code;
        context.beginPath();
        context.arc(at(z[dimension]), middle, 3 * scale, 0, 2 * Math.PI);
        context.fill();
      }
    });
  }

  /** @param {number} width @param {number} height */
  #measures(width, height) {
    const rows = this.#rows;
    const pitch = height / rows;
    const scale = pitch / ROW;
    const size = Math.max(12, 12 * scale);
    const columnWidth = (width - GAP * (this.#columns - 1)) / this.#columns;
    return { rows, pitch, scale, size, columnWidth, plot: columnWidth - NAME * size };
  }

  /**
   * @param {number} width   CSS pixels
   * @param {number} height
   * @param {Colours} colours
   */
  #groundOf(width, height, colours) {
    const { quiet, band, line } = colours;
    const ground = this.#ground;
    const is = [this.canvas.width, this.canvas.height, width, height, quiet, band, line].join();
    if (is === this.#groundIs) return ground;
    this.#groundIs = is;
    ground.width = this.canvas.width;
    ground.height = this.canvas.height;
    const context = ground.getContext("2d");
    if (!context) return ground;
    context.scale(ground.width / width, ground.height / height);
    const { rows, pitch, size, columnWidth, plot } = this.#measures(width, height);
    const unit = plot / 2 / this.#limit;
    this.#family ||= getComputedStyle(this.canvas).fontFamily;
    context.font = `${size}px ${this.#family}`;
    context.textBaseline = "middle";
    this.#dimensions.forEach((dimension, index) => {
      const left = Math.floor(index / rows) * (columnWidth + GAP);
      const top = (index % rows) * pitch;
      const zero = left + NAME * size + plot / 2;
      context.fillStyle = quiet;
      context.fillText(`z${dimension + 1}`, left, top + pitch / 2);
      context.fillStyle = band;
      if (this.#hasSigma) context.fillRect(zero - unit, top, 2 * unit, pitch);
      context.fillStyle = line;
      context.fillRect(zero - 0.5, top, 1, pitch);
    });
    return ground;
  }
}
