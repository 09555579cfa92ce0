/**
 * The posterior: mu and sigma of each dimension against N(0, 1), in Morph's order, the unused ones folded away; and where
 * it lies on the map.
 *
 * @typedef {import("../../types.js").Manifest} Manifest
 * @typedef {import("../../model.js").Model} Model
 * @typedef {import("../shared/computation.js").Passed} Passed
 * @typedef {import("./palette.js").Colours} Colours
 */

import { element } from "../../dom.js";
import { unusedDims } from "../shared/axes.js";
import { figure } from "../shared/figures.js";
import { PosteriorChart } from "./posterior_chart.js";
import { PosteriorMap } from "./posterior_map.js";

const TEXT = {
  title: "Posterior q(z | x)",
  code: "Code",
  chart: "mu and sigma of the dimensions that the model uses, on the band of N(0, 1)",
  muChart: "The code, dimension by dimension",
  unusedChart: "mu and sigma of the dimensions that the model does not use",
  /** @param {number} count */
  unused: (count) => (count === 1 ? "1 unused dimension" : `${count} unused dimensions`),
  key: "bar mu, whiskers sigma, grey N(0, 1)",
  muKey: "bar: the code",
  /** @param {string[]} parts */
  at: (parts) => parts.join(", "),
};

export class PosteriorPanel {
  #manifest;
  #charts;
  #pointed = -1;
  /** @type {Passed | null} */
  #passed = null;

  /**
   * @param {Manifest} manifest
   * @param {Model} model
   */
  constructor(manifest, model) {
    this.#manifest = manifest;
    const { used, limit, deterministic } = manifest;
    const unused = unusedDims(manifest);
    const usedChart = new PosteriorChart(used, limit, !deterministic, deterministic ? TEXT.muChart : TEXT.chart);
    this.#charts = [usedChart];
    this.readout = element("p", { class: "vx-note vx-reading" });
    this.map = new PosteriorMap(manifest, model);
    this.root = element(
      "section",
      { class: "vx-enc-panel vx-enc-posterior-panel", attributes: { "aria-label": TEXT.title } },
      element(
        "div",
        { class: "vx-enc-head" },
        element("h2", { class: "vx-caption", text: deterministic ? TEXT.code : TEXT.title }),
        this.readout,
      ),
      usedChart.canvas,
    );
    if (unused.length) {
      const chart = new PosteriorChart(unused, limit, !deterministic, TEXT.unusedChart);
      this.#charts.push(chart);
      this.root.append(
        element(
          "details",
          { class: "vx-unused" },
          element("summary", { class: "vx-note", text: TEXT.unused(unused.length) }),
          chart.canvas,
        ),
      );
    }
    this.root.append(this.map.root);
    for (const chart of this.#charts) {
      chart.canvas.addEventListener("pointermove", (event) => {
        this.#pointed = chart.at(event.offsetX, event.offsetY) ?? -1;
        this.#read();
      });
      chart.canvas.addEventListener("pointerleave", () => {
        this.#pointed = -1;
        this.#read();
      });
    }
    this.#read();
  }

  destroy() {
    this.map.destroy();
  }

  /**
   * @param {Passed} passed
   * @param {Colours} colours
   */
  show(passed, colours) {
    this.#passed = passed;
    for (const chart of this.#charts) chart.show(passed, colours);
    if (this.#pointed >= 0) this.#read();
    this.map.show(passed, colours);
  }

  /** Where the posterior that was shown last lies on the map. */
  locate() {
    this.map.draw();
  }

  /** The numbers of the dimension under the pointer. */
  #read() {
    const { deterministic } = this.#manifest;
    const at = this.#pointed;
    let text = deterministic ? TEXT.muKey : TEXT.key;
    if (at >= 0 && this.#passed) {
      const { posterior, kl } = this.#passed;
      const rest = deterministic ? [] : [`sigma ${figure(posterior.sigma[at])}`, `KL ${figure(kl[at])}`];
      text = TEXT.at([`z${at + 1}: mu ${figure(posterior.mu[at])}`, ...rest]);
    }
    if (this.readout.textContent !== text) this.readout.textContent = text;
  }
}
