// What the colours mean when they do not mean classes: a colour bar for a quantity, names for categories.

import { element } from "../../dom.js";
import { limitsOf, SCALE } from "./colours.js";

/** @typedef {import("../../model.js").Codes} Codes */
/** @typedef {import("../../types.js").Manifest} Manifest */
/** @typedef {import("./colours.js").Colouring} Colouring */

const TEXT = {
  /** @param {string} title @param {string} low @param {string} high */
  bar: (title, low, high) => `${title}: from ${low} (blue) to ${high} (yellow)`,
  outside: "98 % of the values lie between the two ends; those beyond have the colour of the end.",
};

export class ColourKey {
  /** @param {Manifest} manifest */
  constructor({ data }) {
    this.noun = data.noun;
    this.bar = element("div", {
      class: "vx-map-colours",
      attributes: { role: "img", style: `background: linear-gradient(to right, ${SCALE.join(", ")})` },
    });
    this.low = element("span");
    this.high = element("span");
    this.scale = element(
      "div",
      { attributes: { title: TEXT.outside } },
      this.bar,
      element("div", { class: "vx-map-ends vx-note" }, this.low, this.high),
    );
    this.categories = element("div", { class: "vx-map-categories vx-note" });
    this.about = element("p", { class: "vx-note" });
    this.root = element("div", { class: "vx-map-key" }, this.scale, this.categories, this.about);
  }

  /**
   * @param {Colouring} colouring
   * @param {Codes} codes
   */
  show({ title, values, show, keys, about }, codes) {
    this.root.hidden = !values && !keys;
    this.scale.hidden = !values;
    this.about.textContent = about ? about(this.noun) : "";
    if (values && show) {
      const [low, high] = limitsOf(values(codes)).map(show);
      this.low.textContent = `≤ ${low}`;
      this.high.textContent = `≥ ${high}`;
      this.bar.setAttribute("aria-label", TEXT.bar(title, low, high));
    }
    this.categories.replaceChildren(
      ...(keys ? keys(codes) : []).map(({ name, colour }) =>
        element("span", { class: "vx-map-category", text: name, attributes: { style: `--vx-class: ${colour}` } }),
      ),
    );
  }
}
