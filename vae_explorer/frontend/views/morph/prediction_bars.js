/**
 * What a classifier reads the picture as: one bar per class.
 *
 * @typedef {import("../../model.js").Model} Model
 * @typedef {{fill: HTMLDivElement, meter: HTMLDivElement, reading: HTMLSpanElement, shown: number}} Bar
 *   `shown` is a percentage
 */

import { element, errorBox } from "../../dom.js";
import { whenIdle } from "../../timing/idle.js";
import { PIXELS } from "../../picture/size.js";
import { classColour } from "../../palette.js";

const TEXT = {
  title: "A classifier reads this as",
  retry: "Try again",
  /** @param {string} nouns @param {number} accuracy 0…1 */
  about: (nouns, accuracy) =>
    `A separate network, trained to recognise the ${nouns} of this data set. It is right about ` +
    `${(100 * accuracy).toFixed(1)} % of the test ${nouns}, but it has to choose one of these classes ` +
    "even if the picture shows none of them.",
  /** @param {number} share a percentage */
  share: (share) => `${share} %`,
};

export class PredictionBars {
  #model;
  #pixels = new Float32Array(PIXELS);
  #prediction = whenIdle(() => this.#predict());
  #destroyed = false;
  /** @type {import("../../network/network.js").Network | null} */
  #network = null;
  /** @type {Bar[]} */
  #bars;

  /** @param {Model} model  one that has a classifier */
  constructor(model) {
    this.#model = model;
    const { classes } = model.manifest.data;
    this.#bars = classes.map((name, index) => makeBar(name, classColour(index)));
    this.title = element("p", { class: "vx-caption", text: TEXT.title });
    this.list = element("div", { class: "vx-prediction-list" });
    this.#bars.forEach(({ meter, reading }, index) => {
      const name = element("span", { text: classes[index], attributes: { "aria-hidden": "true" } });
      this.list.append(name, meter, reading);
    });
    this.root = element(
      "div",
      { class: "vx-prediction", attributes: { role: "group", "aria-label": TEXT.title } },
      this.title,
      this.list,
    );
    this.#load();
  }

  /** @param {ArrayLike<number>} pixels  (784) in 0…1; copied */
  show(pixels) {
    this.#pixels.set(pixels);
    if (this.#network) this.#prediction.request();
  }

  destroy() {
    this.#destroyed = true;
    this.#prediction.cancel();
    this.root.remove();
  }

  async #load() {
    try {
      const network = await this.#model.classifier();
      if (this.#destroyed) return;
      const { nouns } = this.#model.manifest.data;
      const about = TEXT.about(nouns, Number(network.metadata.accuracy));
      this.title.title = about;
      this.root.setAttribute("aria-description", about);
      this.#network = network;
      this.#prediction.request();
    } catch (error) {
      if (this.#destroyed) return;
      const box = errorBox(error, TEXT.retry, () => {
        box.replaceWith(this.list);
        this.#load();
      });
      this.list.replaceWith(box);
    }
  }

  #predict() {
    if (!this.#network) return;
    const logits = this.#network.run(this.#pixels);
    const highest = Math.max(...logits);
    const exponentials = Array.from(logits, (logit) => Math.exp(logit - highest));
    const total = exponentials.reduce((sum, value) => sum + value, 0);
    this.#bars.forEach((bar, index) => {
      showShare(bar, (100 * exponentials[index]) / total);
    });
  }
}

/**
 * @param {string} name
 * @param {string} colour
 * @returns {Bar}
 */
function makeBar(name, colour) {
  const fill = element("div", { class: "vx-prediction-fill" });
  fill.style.background = colour;
  const attributes = {
    role: "meter",
    "aria-label": name,
    "aria-valuemin": 0,
    "aria-valuemax": 100,
    "aria-valuenow": 0,
  };
  const meter = element("div", { class: "vx-prediction-bar", attributes }, fill);
  const reading = element("span", { class: "vx-prediction-reading", attributes: { "aria-hidden": "true" } });
  return { fill, meter, reading, shown: NaN };
}

/**
 * @param {Bar} bar
 * @param {number} share  a percentage
 */
function showShare(bar, share) {
  bar.fill.style.transform = `scaleX(${(share / 100).toFixed(4)})`;
  const rounded = Math.round(share);
  if (rounded === bar.shown) return;
  bar.shown = rounded;
  bar.meter.setAttribute("aria-valuenow", String(rounded));
  bar.reading.textContent = TEXT.share(rounded);
}
