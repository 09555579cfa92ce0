/** Where the parts of the Encode page are, for encode.css. */

import { element } from "../../dom.js";

/**
 * @param {object} parts
 * @param {HTMLElement[]} parts.side    the picture, and where to go on
 * @param {HTMLElement} parts.row       the stages
 * @param {HTMLElement[]} parts.panels  what is said about them
 * @param {HTMLElement[]} parts.below   of which one is shown
 * @returns {HTMLElement}  the root of the view
 */
export function encodeLayout({ side, row, panels, below }) {
  return element(
    "div",
    { class: "vx vx-encode" },
    element(
      "div",
      { class: "vx-enc-grid" },
      element("div", { class: "vx-enc-side" }, ...side),
      row,
      element("div", { class: "vx-enc-panels" }, ...panels),
      ...below,
    ),
  );
}
