/** The button "Copy link", and what it says when it was pressed. */

import { button, element } from "../../dom.js";
import { copyText } from "../../link.js";

const TEXT = {
  copy: "Copy link",
  hint: "A link that opens what this page shows",
  copied: "Link copied",
  byHand: "Copy this link",
};

const SAID_MS = 4000;

export class CopyLink {
  #link;
  #timer = 0;

  /** @param {() => string} link  asked when the button is pressed */
  constructor(link) {
    this.#link = link;
    this.said = element("span", { class: "vx-note", attributes: { role: "status" } });
    this.button = button(TEXT.copy, () => this.#copy(), { attributes: { title: TEXT.hint } });
    this.root = element("div", { class: "vx-copy-link" }, this.said, this.button);
  }

  destroy() {
    clearTimeout(this.#timer);
  }

  async #copy() {
    clearTimeout(this.#timer);
    const link = this.#link();
    if (await copyText(link)) {
      this.said.textContent = TEXT.copied;
      this.#timer = window.setTimeout(() => this.said.replaceChildren(), SAID_MS);
      return;
    }
    const field = element("input", {
      class: "vx-field",
      attributes: { type: "text", readonly: true, value: link, "aria-label": TEXT.byHand },
      on: { focus: () => field.select() },
    });
    this.said.replaceChildren(field);
    field.focus();
  }
}
