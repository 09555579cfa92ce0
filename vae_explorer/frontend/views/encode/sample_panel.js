/**
 * What of the posterior is decoded: its mean, or one of eight samples, with a temperature.
 *
 * @typedef {import("../../types.js").Manifest} Manifest
 * @typedef {import("../../types.js").EncodeSettings} EncodeSettings
 *
 * @typedef {object} SampleCallbacks
 * @property {(change: Partial<EncodeSettings>) => void} onInput  while something is dragged
 * @property {(change: Partial<EncodeSettings>) => void} onChange on release
 */

import { button, element, setPressed } from "../../dom.js";
import { Painter, pictureContext } from "../../paint.js";
import { freshSeed } from "../../space/random.js";
import { STRIP, TEMPERATURE } from "./state.js";

const NEW_SEEDS = 1_000_000; // short enough to read out to somebody

const TEXT = {
  title: "Sample z",
  mean: "Mean",
  sample: "Sample",
  again: "Sample again",
  choice: "What is decoded",
  temperature: "Temperature",
  unmoved: "It changes the eight samples, not the mean: choose one of them to follow it through the row.",
  strip: "Eight samples, decoded",
  /** @param {number} number */
  pick: (number) => `Sample ${number}`,
  why:
    "Training decodes a sample: codes all around mu have to be drawn well, too, and mu and sigma still get their " +
    "gradients. Evaluation takes the mean: of all codes it is the most probable one, and the same each time.",
  nothing:
    "This is a plain autoencoder: its encoder gives one code and no sigma, so there is nothing to sample. In training " +
    "and in evaluation alike, z is that code.",
  off: "At a temperature other than 1 these are no samples of the posterior.",
};

export class SamplePanel {
  #callbacks;
  #painter = new Painter();
  /** @type {CanvasRenderingContext2D[]} */
  #contexts = [];

  /**
   * @param {Manifest} manifest
   * @param {SampleCallbacks} callbacks
   */
  constructor({ deterministic }, callbacks) {
    this.#callbacks = callbacks;
    this.choices = [
      button(TEXT.mean, () => callbacks.onChange({ draw: "mean" })),
      button(TEXT.sample, () => callbacks.onChange({ draw: "sample" })),
    ];
    this.again = button(TEXT.again, () => callbacks.onChange({ draw: "sample", noise: freshSeed(NEW_SEEDS), pick: 0 }));
    this.temperature = element("input", {
      class: "vx-range vx-enc-range",
      attributes: { type: "range", "aria-label": TEXT.temperature, ...TEMPERATURE },
      on: {
        input: () => callbacks.onInput({ spread: this.temperature.valueAsNumber }),
        change: () => callbacks.onChange({ spread: this.temperature.valueAsNumber }),
        dblclick: () => callbacks.onChange({ spread: 1 }),
      },
    });
    this.reading = element("output", { class: "vx-reading" });
    this.cells = Array.from({ length: STRIP }, (_, index) => this.#cell(index));
    this.off = element("p", { class: "vx-note", text: TEXT.off, attributes: { hidden: true } });
    this.root = element("section", {
      class: "vx-enc-panel vx-enc-sample-panel",
      attributes: { "aria-label": TEXT.title },
    });
    const title = element("h2", { class: "vx-caption", text: TEXT.title });
    if (deterministic) {
      this.root.append(title, element("p", { class: "vx-note", text: TEXT.nothing }));
      return;
    }
    const choices = { class: "vx-choices", attributes: { role: "group", "aria-label": TEXT.choice } };
    this.root.append(
      element("div", { class: "vx-enc-head" }, title, element("div", choices, ...this.choices, this.again)),
      element(
        "div",
        { class: "vx-enc-slider" },
        element("span", { class: "vx-caption", text: TEXT.temperature, attributes: { "aria-hidden": "true" } }),
        this.temperature,
        this.reading,
      ),
      element("div", { class: "vx-enc-strip", attributes: { role: "group", "aria-label": TEXT.strip } }, ...this.cells),
      this.off,
      element("p", { class: "vx-note vx-enc-why", text: TEXT.why }),
    );
  }

  /** @param {EncodeSettings} settings */
  show({ draw, spread, pick }) {
    setPressed(this.choices, (index) => (index === 1) === (draw === "sample"));
    setPressed(this.cells, (index) => draw === "sample" && index === pick);
    this.temperature.value = String(spread);
    const part = (spread - TEMPERATURE.min) / (TEMPERATURE.max - TEMPERATURE.min);
    this.temperature.style.setProperty("--vx-part", part.toFixed(4));
    this.reading.textContent = spread.toFixed(2);
    this.off.hidden = spread === 1;
    this.off.textContent = draw === "mean" ? `${TEXT.off} ${TEXT.unmoved}` : TEXT.off;
  }

  /**
   * @param {number} index      of the sample
   * @param {Float32Array} xHat (784) in 0…1
   */
  paint(index, xHat) {
    this.#painter.paint(this.#contexts[index], xHat);
  }

  /** @param {number} index */
  #cell(index) {
    const canvas = element("canvas");
    this.#contexts.push(pictureContext(canvas));
    return element(
      "button",
      {
        class: "vx-cell",
        attributes: { type: "button", "aria-label": TEXT.pick(index + 1), title: TEXT.pick(index + 1) },
        on: { click: () => this.#callbacks.onChange({ draw: "sample", pick: index }) },
      },
      canvas,
    );
  }
}
