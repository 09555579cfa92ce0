/**
 * All dimensions side by side, in little space: mu with one sigma to each side, or the code z.
 *
 * @typedef {import("../shared/computation.js").Passed} Passed
 * @typedef {import("./palette.js").Colours} Colours
 */

import { FittedCanvas } from "../shared/canvas.js";

export class ProfileChart {
  #dimensions;
  #limit;
  #what;

  #fitted;
  /** @type {[Passed, Colours] | null} */
  #shown = null;

  /**
   * @param {number[]} dimensions  from 0, from left to right
   * @param {number} limit
   * @param {"posterior" | "code"} what
   * @param {string} label
   */
  constructor(dimensions, limit, what, label) {
    this.#dimensions = dimensions;
    this.#limit = limit;
    this.#what = what;
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", label);
    this.#fitted = new FittedCanvas(this.canvas, () => this.#shown && this.#draw(...this.#shown));
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
  #draw({ posterior, z }, colours) {
    const fit = this.#fitted.clear();
    if (!fit) return;
    const { context, width, height } = fit;
    const pitch = width / this.#dimensions.length;
    const bar = Math.max(2, Math.min(10, pitch * 0.6));
    const unit = height / 2 / this.#limit;
    /** @param {number} value */
    const at = (value) => height / 2 - Math.max(-this.#limit, Math.min(this.#limit, value || 0)) * unit;
    context.fillStyle = colours.line;
    context.fillRect(0, height / 2 - 0.5, width, 1);
    this.#dimensions.forEach((dimension, index) => {
      const middle = (index + 0.5) * pitch;
      if (this.#what === "code") {
        const top = at(z[dimension]);
        context.fillStyle = colours.code;
        context.fillRect(middle - bar / 2, Math.min(top, height / 2), bar, Math.max(1, Math.abs(top - height / 2)));
        return;
      }
      const [mu, sigma] = [posterior.mu[dimension], posterior.sigma[dimension]];
      const [top, bottom] = [at(mu + sigma), at(mu - sigma)];
      context.fillStyle = colours.posterior;
      context.globalAlpha = 0.45;
      context.fillRect(middle - bar / 2, top, bar, Math.max(1, bottom - top));
      context.globalAlpha = 1;
      context.fillRect(middle - bar / 2, at(mu) - 1, bar, 2);
    });
  }
}
