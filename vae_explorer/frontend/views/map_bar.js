// The row above the map: which projection, the way to one test picture, the link.

import { button, buttonGroup, element } from "../dom.js";
import { CopyLink } from "./copy_link.js";
import { PROJECTIONS } from "./map_projections.js";

/** @typedef {import("../types.js").Manifest} Manifest */
/** @typedef {import("./map_projections.js").ProjectionName} ProjectionName */

const TEXT = {
  projection: "Projection",
  /** @param {string} noun */
  find: (noun) => `Go to test ${noun}`,
  /** @param {number} last */
  range: (last) => `0…${last.toLocaleString("en")}`,
  go: "Go",
  /** @param {string} nouns @param {number} last */
  outside: (nouns, last) => `The test ${nouns} are numbered from 0 to ${last.toLocaleString("en")}.`,
};

/**
 * @typedef {object} BarHands
 * @property {(projection: ProjectionName) => void} project
 * @property {(index: number) => string} find goes to a test picture; what there is to say of it, "" for nothing
 * @property {() => string} link
 */

export class MapBar {
  /**
   * @param {Manifest} manifest
   * @param {BarHands} hands
   */
  constructor(manifest, hands) {
    const { count, noun, nouns } = manifest.data;
    this.projections = Object.entries(PROJECTIONS).map(([name, { title }]) =>
      button(title, () => hands.project(/** @type {ProjectionName} */ (name)), { attributes: { "data-name": name } }),
    );
    const last = count - 1;
    const field = element("input", {
      class: "vx-field",
      attributes: { type: "text", inputmode: "numeric", placeholder: TEXT.range(last), "aria-label": TEXT.find(noun) },
    });
    const said = element("span", { class: "vx-note", attributes: { role: "status" } });
    const find = element(
      "form",
      {
        class: "vx-map-find",
        on: {
          submit: (event) => {
            event.preventDefault();
            const digits = field.value.replaceAll(/[,\s]/g, "");
            const index = /^\d+$/.test(digits) ? Number(digits) : NaN;
            said.textContent = index <= last ? hands.find(index) : TEXT.outside(nouns, last);
          },
          input: () => (said.textContent = ""),
        },
      },
      element("span", { class: "vx-caption", text: TEXT.find(noun), attributes: { "aria-hidden": "true" } }),
      field,
      element("button", { class: "vx-button", text: TEXT.go }),
      said,
    );
    this.link = new CopyLink(hands.link);
    this.root = element(
      "div",
      { class: "vx-map-bar" },
      buttonGroup(TEXT.projection, this.projections),
      find,
      this.link.root,
    );
  }

  /** @param {ProjectionName} projection */
  show(projection) {
    for (const item of this.projections) {
      item.setAttribute("aria-pressed", String(item.dataset.name === projection));
    }
  }

  destroy() {
    this.link.destroy();
  }
}
