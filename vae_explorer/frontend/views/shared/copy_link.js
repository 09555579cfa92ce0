/** The button "Copy link", and its status line. */

import { button, element } from "../../dom.js";
import { copyText, isOfThisComputer } from "../../link.js";
import { OWN } from "../../own/facts.js";

const TEXT = {
  copy: "Copy link",
  hint: "A link that opens what this page shows",
  copied: "Link copied",
  /** @param {string} missing */
  but: (missing) => `, but ${missing}`,
  copiedHere: "Link copied. Only this computer can open it",
  copiedForBrowser:
    "Link copied. Only this browser has the model: others need its file, from “Save” in the list of models",
  byHand: "Copy this link",
};

const STATUS_MS = 4000;

export class CopyLink {
  #link;
  #missing;
  #timer = 0;

  /**
   * @param {() => string} link  called when the button is pressed
   * @param {() => string} [missing]  what of the page the link does not hold, as the end of a sentence; "" if nothing
   */
  constructor(link, missing = () => "") {
    this.#link = link;
    this.#missing = missing;
    this.status = element("span", { class: "vx-note", attributes: { role: "status" } });
    this.button = button(TEXT.copy, () => this.#copy(), { attributes: { title: TEXT.hint } });
    this.root = element("div", { class: "vx-copy-link" }, this.status, this.button);
  }

  destroy() {
    clearTimeout(this.#timer);
  }

  async #copy() {
    clearTimeout(this.#timer);
    const link = this.#link();
    if (await copyText(link)) {
      const missing = this.#missing();
      const isOwn = new URL(link).searchParams.get("model")?.startsWith(OWN);
      const copied = isOwn ? TEXT.copiedForBrowser : isOfThisComputer(link) ? TEXT.copiedHere : TEXT.copied;
      this.status.textContent = copied + (missing && TEXT.but(missing));
      this.#timer = window.setTimeout(() => this.status.replaceChildren(), STATUS_MS);
      return;
    }
    const field = element("input", {
      class: "vx-field",
      attributes: { type: "text", readonly: true, value: link, "aria-label": TEXT.byHand },
      on: { focus: () => field.select() },
    });
    this.status.replaceChildren(field);
    field.focus();
  }
}
