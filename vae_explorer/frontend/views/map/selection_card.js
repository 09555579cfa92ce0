// What is said of one selection: how many of which class, the picture of its mean code, its spread.

import { button, element } from "../../dom.js";
import { pictureContext } from "../../paint.js";
import { classColour } from "../../palette.js";

/** @typedef {import("../../types.js").Manifest} Manifest */
/** @typedef {import("./summary.js").Summary} Summary */

const TEXT = {
  /** @param {string} letter */
  aim: (letter) => `Select into ${letter}`,
  /** @param {string} letter */
  clear: (letter) => `Clear ${letter}`,
  /** @param {string} letter */
  open: (letter) => `Open the mean code of ${letter} in Morph`,
  none: "nothing selected",
  /** @param {number} count @param {{noun: string, nouns: string}} data */
  count: (count, { noun, nouns }) => `${count.toLocaleString("en")} ${count === 1 ? noun : nouns}`,
  /** @param {number} spread */
  spread: (spread) => `spread ${spread.toFixed(2)}`,
  /** @param {string} name @param {number} count */
  share: (name, count) => `${name}: ${count.toLocaleString("en")}`,
  /** @param {string} name */
  told: (name) => `, decoded as ${name}`,
};

/**
 * @typedef {object} CardHands
 * @property {() => void} choose the next selection is to go here
 * @property {() => void} clear
 * @property {(summary: Summary) => void} open
 */

export class SelectionCard {
  /** @type {Summary | null} */
  #summary = null;

  /**
   * @param {string} letter
   * @param {Manifest} manifest
   * @param {CardHands} hands
   */
  constructor(letter, manifest, hands) {
    this.manifest = manifest;
    this.aim = button(letter, hands.choose, { class: "vx-map-letter", attributes: { "aria-label": TEXT.aim(letter) } });
    const canvas = element("canvas");
    this.picture = pictureContext(canvas);
    this.open = element(
      "button",
      {
        class: "vx-map-mean",
        attributes: { type: "button", "aria-label": TEXT.open(letter), title: TEXT.open(letter) },
        on: { click: () => this.#summary && hands.open(this.#summary) },
      },
      canvas,
    );
    this.count = element("span", { class: "vx-map-count", attributes: { role: "status" } });
    this.bars = element("div", { class: "vx-map-bars", attributes: { role: "img" } });
    this.spread = element("span", { class: "vx-note" });
    this.clear = button("×", hands.clear, {
      class: "vx-map-clear",
      attributes: { "aria-label": TEXT.clear(letter), title: TEXT.clear(letter) },
    });
    this.root = element(
      "div",
      { class: "vx-map-selected-card" },
      this.aim,
      this.open,
      element("div", { class: "vx-map-selected-words" }, this.count, this.bars, this.spread),
      this.clear,
    );
  }

  /** @param {boolean} on whether the next selection goes here */
  aimed(on) {
    this.aim.setAttribute("aria-pressed", String(on));
  }

  /**
   * @param {Summary | null} summary
   * @param {number} wholeSpread of all codes
   */
  show(summary, wholeSpread) {
    this.#summary = summary;
    this.open.hidden = this.bars.hidden = this.spread.hidden = this.clear.hidden = !summary;
    const { data, classes } = this.manifest;
    this.count.textContent = summary ? TEXT.count(summary.indices.length, data) : TEXT.none;
    if (!summary) return;
    const { counts, commonest, spread } = summary;
    const most = Math.max(...counts);
    const words = counts.map((count, label) => TEXT.share(data.classes[label], count));
    this.bars.setAttribute("aria-label", words.join(", "));
    this.bars.replaceChildren(
      ...counts.map((count, label) =>
        element("span", {
          attributes: { title: words[label], style: `--vx-class: ${classColour(label)}; --vx-share: ${count / most}` },
        }),
      ),
    );
    this.spread.replaceChildren(
      TEXT.spread(spread),
      element("span", { class: "vx-map-whole", text: ` / ${wholeSpread.toFixed(2)}` }),
      classes ? TEXT.told(data.classes[commonest]) : "",
    );
  }
}
