/**
 * The map of the run, with the names of its colours, and the switch for what the decoder draws behind it.
 *
 * @typedef {import("./session.js").TrainingSession} TrainingSession
 */

import { element } from "../../dom.js";
import { classColour } from "../../palette.js";
import { DATA_SETS } from "../../training/data_sets.js";
import { NOUNS } from "./nouns.js";
import { MapChart } from "./map_chart.js";

const TEXT = {
  plane: "Decoded plane",
  planeHint: "What the decoder draws at each place of the map",
  left: "Not trained on",
};

export class MapPanel {
  #session;
  #chart = new MapChart();
  /** @type {HTMLElement[]} */
  #keys = [];
  /** @type {import("../../training/frames.js").Frame | null} */
  #shown = null;
  /** @type {Uint8Array | null} */
  #labels = null;

  /** @param {TrainingSession} session */
  constructor(session) {
    this.#session = session;
    this.plane = element("input", {
      attributes: { type: "checkbox" },
      on: { change: () => session.setPlane(this.plane.checked) },
    });
    this.planeChoice = element(
      "label",
      { class: "vx-train-check", attributes: { title: TEXT.planeHint } },
      this.plane,
      TEXT.plane,
    );
    this.key = element("div", { class: "vx-train-key" });
    this.root = element(
      "div",
      { class: "vx-train-map" },
      element("div", { class: "vx-train-stage" }, this.#chart.canvas, this.#chart.ring),
      element("div", { class: "vx-train-under" }, this.key, this.planeChoice),
      this.#chart.axes,
    );
  }

  show() {
    const { labels, shown, used, showsPlane } = this.#session;
    if (labels && labels !== this.#labels) {
      this.#labels = this.#chart.labels = labels;
      this.#keys = DATA_SETS[used.data].classes.map((name, label) =>
        element("span", {
          class: "vx-train-name",
          text: name,
          attributes: { style: `--vx-class: ${classColour(label)}` },
        }),
      );
      this.key.replaceChildren(...this.#keys);
    }
    this.plane.checked = showsPlane;
    this.planeChoice.hidden = used.latentDim !== 2;
    this.#keys.forEach((key, label) => {
      const isLeftOut = !used.classes.includes(label);
      key.classList.toggle("vx-train-left-out", isLeftOut);
      if (key.title !== (isLeftOut ? TEXT.left : "")) key.title = isLeftOut ? TEXT.left : "";
    });
    if (!shown || shown === this.#shown) return;
    this.#shown = shown;
    this.#chart.show(shown, used.latentDim, NOUNS[used.data], used.deterministic);
  }
}
