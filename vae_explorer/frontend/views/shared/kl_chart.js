/**
 * The KL of each dimension as bars.
 *
 * @typedef {{line: string, posterior: string}} Colours  of the ground line, and of the bars
 */

import { FittedCanvas } from "./canvas.js";

const LEAST_TOP = 3; // nats: bars do not fill the chart because all are small

export class KlChart {
  #order;
  #fitted;
  /** @type {[ArrayLike<number>, Colours] | null} */
  #shown = null;

  /**
   * @param {number[]} order  dimensions from 0, from left to right
   * @param {string} label
   */
  constructor(order, label) {
    this.#order = order;
    this.canvas = document.createElement("canvas");
    this.canvas.className = "vx-kl-chart";
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", label);
    this.#fitted = new FittedCanvas(this.canvas, () => this.#shown && this.#draw(...this.#shown));
  }

  /**
   * @param {ArrayLike<number>} kl  (D) nats
   * @param {Colours} colours
   * @returns {number}  what the highest bar could be, nats
   */
  show(kl, colours) {
    this.#shown = [kl, colours];
    return this.#draw(kl, colours);
  }

  /** @param {ArrayLike<number>} kl @param {Colours} colours */
  #draw(kl, colours) {
    let top = LEAST_TOP;
    for (const i of this.#order) if (Number.isFinite(kl[i]) && kl[i] > top) top = Math.ceil(kl[i]);
    const fit = this.#fitted.clear();
    if (!fit) return top;
    const { context, width, height } = fit;
    const pitch = width / this.#order.length;
    const bar = Math.max(1, Math.min(18, pitch * 0.75));
    context.fillStyle = colours.line;
    context.fillRect(0, height - 1, width, 1);
    context.fillStyle = colours.posterior;
    this.#order.forEach((dimension, index) => {
      const share = Math.min(1, kl[dimension] / top) || 0;
      context.fillRect(index * pitch + (pitch - bar) / 2, height * (1 - share), bar, height * share);
    });
    return top;
  }
}
