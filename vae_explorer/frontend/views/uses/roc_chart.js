/** The ROC curve of a score, and where on it a threshold is. */

import { element } from "../../dom.js";
import { svg } from "./detect_svg.js";

const TEXT = {
  across: "false alarms",
  up: "found",
};

export class RocChart {
  constructor() {
    this.area = svg("path", { class: "vx-det-roc-area" });
    this.curve = svg("path", { class: "vx-det-roc-curve" });
    this.chart = svg(
      "svg",
      { viewBox: "0 0 1 1", preserveAspectRatio: "none", role: "img" },
      svg("path", { class: "vx-det-roc-guess", d: "M0 1L1 0" }),
      this.area,
      this.curve,
    );
    this.dot = element("div", { class: "vx-det-dot" });
    this.root = element(
      "div",
      { class: "vx-det-roc" },
      element("div", { class: "vx-det-roc-up", text: TEXT.up, attributes: { "aria-hidden": "true" } }),
      element("div", { class: "vx-det-roc-plot" }, this.chart, this.dot),
      element("div", { class: "vx-det-roc-across", text: TEXT.across, attributes: { "aria-hidden": "true" } }),
    );
  }

  /**
   * @param {{alarms: number, found: number}[]} points
   * @param {string} label
   */
  show(points, label) {
    const line = points.map(({ alarms, found }) => `${alarms.toFixed(4)} ${(1 - found).toFixed(4)}`).join("L");
    this.curve.setAttribute("d", `M${line}`);
    this.area.setAttribute("d", `M${line}L1 1L0 1Z`);
    this.chart.setAttribute("aria-label", label);
  }

  /** @param {number} alarms  0…1 @param {number} found  0…1 */
  showAt(alarms, found) {
    this.dot.style.left = `${100 * alarms}%`;
    this.dot.style.bottom = `${100 * found}%`;
  }
}
