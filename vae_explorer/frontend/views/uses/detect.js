/**
 * The tab Detect.
 *
 * @typedef {import("./state.js").Tab} Tab
 * @typedef {import("./state.js").TabContext} TabContext
 * @typedef {import("../shared/picture/state.js").EncodedPicture} EncodedPicture
 */

import { element } from "../../dom.js";

/** @implements {Tab} */
export class DetectTab {
  #context;

  /** @param {TabContext} context */
  constructor(context) {
    this.#context = context;
    this.root = element("div", { class: "vx-detect" });
  }

  /** @param {EncodedPicture | null} picture */
  show(picture) {
    this.root.textContent = `${this.#context.settings.use} ${picture?.source.kind}`;
  }

  destroy() {}
}
