/**
 * "A classifier takes this for": one bar a class, for the picture that is shown.
 *
 * @typedef {import("../../model.js").Model} Model
 * @typedef {{fill: HTMLDivElement, meter: HTMLDivElement, reading: HTMLSpanElement, shown: number}} Bar
 *   `shown` is in per cent
 */

import { element, errorBox } from "../../dom.js";
import { PIXELS } from "../../model.js";
import { classColour } from "../../palette.js";
import { inSpareTime } from "../../idle.js";

const TEXT = {
  title: "A classifier takes this for",
  retry: "Try again",
  /** @param {string} noun @param {string} nouns @param {number} accuracy 0…1 */
  about: (noun, nouns, accuracy) =>
    `A separate network that learned to name the ${nouns} of this data set; it is right for ` +
    `${(100 * accuracy).toFixed(1)} % of the test ${nouns}. It has to choose among these classes, ` +
    `even for a picture that is no ${noun} at all.`,
  /** @param {number} share in per cent */
  share: (share) => `${share} %`,
};

export class JudgeBars {
  #model;
  #pixels = new Float32Array(PIXELS);
  #turn = inSpareTime(() => this.#judge());
  #destroyed = false;
  /** @type {import("../../network/network.js").Network | null} */
  #network = null;
  /** @type {Bar[]} */
  #bars;

  /** @param {Model} model  one that has a judge */
  constructor(model) {
    this.#model = model;
    const { classes } = model.manifest.data;
    this.#bars = classes.map((name, index) => makeBar(name, classColour(index)));
    this.title = element("p", { class: "vx-caption", text: TEXT.title });
    this.list = element("div", { class: "vx-judge-bars" });
    this.#bars.forEach(({ meter, reading }, index) => {
      const name = element("span", { text: classes[index], attributes: { "aria-hidden": "true" } });
      this.list.append(name, meter, reading);
    });
    this.root = element(
      "div",
      { class: "vx-judge", attributes: { role: "group", "aria-label": TEXT.title } },
      this.title,
      this.list,
    );
    this.#load();
  }

  /** @param {ArrayLike<number>} pixels  (784) in 0…1; copied */
  show(pixels) {
    this.#pixels.set(pixels);
    if (this.#network) this.#turn.request();
  }

  destroy() {
    this.#destroyed = true;
    this.#turn.cancel();
    this.root.remove();
  }

  async #load() {
    try {
      const network = await this.#model.judge();
      if (this.#destroyed) return;
      const { noun, nouns } = this.#model.manifest.data;
      const about = TEXT.about(noun, nouns, Number(network.metadata.accuracy));
      this.title.title = about;
      this.root.setAttribute("aria-description", about);
      this.#network = network;
      this.#turn.request();
    } catch (error) {
      if (this.#destroyed) return;
      const box = errorBox(error, TEXT.retry, () => {
        box.replaceWith(this.list);
        this.#load();
      });
      this.list.replaceWith(box);
    }
  }

  #judge() {
    if (!this.#network) return;
    const logits = this.#network.run(this.#pixels);
    const most = Math.max(...logits);
    const parts = Array.from(logits, (logit) => Math.exp(logit - most));
    const whole = parts.reduce((sum, part) => sum + part, 0);
    this.#bars.forEach((bar, index) => showShare(bar, (100 * parts[index]) / whole));
  }
}

/**
 * @param {string} name
 * @param {string} colour
 * @returns {Bar}
 */
function makeBar(name, colour) {
  const fill = element("div", { class: "vx-judge-fill" });
  fill.style.background = colour;
  const attributes = {
    role: "meter",
    "aria-label": name,
    "aria-valuemin": 0,
    "aria-valuemax": 100,
    "aria-valuenow": 0,
  };
  const meter = element("div", { class: "vx-judge-bar", attributes }, fill);
  const reading = element("span", { class: "vx-judge-reading", attributes: { "aria-hidden": "true" } });
  return { fill, meter, reading, shown: NaN };
}

/**
 * @param {Bar} bar
 * @param {number} share  in per cent
 */
function showShare(bar, share) {
  bar.fill.style.transform = `scaleX(${(share / 100).toFixed(4)})`;
  const rounded = Math.round(share);
  if (rounded === bar.shown) return;
  bar.shown = rounded;
  bar.meter.setAttribute("aria-valuenow", String(rounded));
  bar.reading.textContent = TEXT.share(rounded);
}
