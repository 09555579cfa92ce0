// One selection: how many points of which class, the picture of its mean code, its spread.

import { button, element } from "../../dom.js";
import { pictureContext } from "../../paint.js";
import { classColour } from "../../palette.js";
import { formatCount } from "../../text.js";

/** @typedef {import("../../types.js").Manifest} Manifest */
/** @typedef {import("./summary.js").Summary} Summary */

const TEXT = {
  /** @param {string} letter */
  choose: (letter) => `Select into ${letter}`,
  /** @param {string} letter */
  clear: (letter) => `Clear ${letter}`,
  /** @param {string} letter */
  open: (letter) => `Open the mean code of ${letter} in Morph`,
  none: "nothing selected",
  /** @param {number} count @param {{noun: string, nouns: string}} data */
  count: (count, { noun, nouns }) => `${formatCount(count)} ${count === 1 ? noun : nouns}`,
  /** @param {number} spread */
  spread: (spread) => `spread ${spread.toFixed(2)}`,
  /** @param {string} name @param {number} count */
  share: (name, count) => `${name}: ${formatCount(count)}`,
  /** @param {string} name */
  decodedAs: (name) => `, decoded as ${name}`,
};

/**
 * @typedef {object} CardCallbacks
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
   * @param {CardCallbacks} callbacks
   */
  constructor(letter, manifest, callbacks) {
    this.manifest = manifest;
    this.choose = button(letter, callbacks.choose, {
      class: "vx-map-letter",
      attributes: { "aria-label": TEXT.choose(letter) },
    });
    const canvas = element("canvas");
    this.picture = pictureContext(canvas);
    this.open = element(
      "button",
      {
        class: "vx-map-mean",
        attributes: { type: "button", "aria-label": TEXT.open(letter), title: TEXT.open(letter) },
        on: { click: () => this.#summary && callbacks.open(this.#summary) },
      },
      canvas,
    );
    this.count = element("span", { class: "vx-map-count", attributes: { role: "status" } });
    this.bars = element("div", { class: "vx-map-bars", attributes: { role: "img" } });
    this.spread = element("span", { class: "vx-note" });
    this.clear = button("×", callbacks.clear, {
      class: "vx-map-clear",
      attributes: { "aria-label": TEXT.clear(letter), title: TEXT.clear(letter) },
    });
    this.root = element(
      "div",
      { class: "vx-map-selected-card" },
      this.choose,
      this.open,
      element("div", { class: "vx-map-selected-text" }, this.count, this.bars, this.spread),
      this.clear,
    );
  }

  /** @param {boolean} on whether the next selection goes here */
  setNext(on) {
    this.choose.setAttribute("aria-pressed", String(on));
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
    const largest = Math.max(...counts);
    const shares = counts.map((count, label) => TEXT.share(data.classes[label], count));
    this.bars.setAttribute("aria-label", shares.join(", "));
    this.bars.replaceChildren(
      ...counts.map((count, label) =>
        element("span", {
          attributes: {
            title: shares[label],
            style: `--vx-class: ${classColour(label)}; --vx-share: ${count / largest}`,
          },
        }),
      ),
    );
    this.spread.replaceChildren(
      TEXT.spread(spread),
      element("span", { text: ` / ${wholeSpread.toFixed(2)}` }),
      classes ? TEXT.decodedAs(data.classes[commonest]) : "",
    );
  }
}
