/**
 * Chooses a test picture: a random one of a class, or by its number.
 *
 * @typedef {import("../../../types.js").Manifest} Manifest
 * @typedef {import("../../../model.js").Model} Model
 */

import { anotherOfClass } from "../../../code_sources.js";
import { button, buttonGroup, element, errorBox } from "../../../dom.js";
import { capitalise, classNamed, formatCount } from "../../../text.js";

const TEXT = {
  retry: "Try again",
  /** @param {Manifest["data"]} data */
  group: ({ split, noun }) => `${capitalise(split)} ${noun} of class`,
  /** @param {Manifest["data"]} data @param {string} className */
  button: ({ split, noun }, className) => `${capitalise(split)} ${noun} of ${classNamed(className)}`,
  number: "or number",
  /** @param {Manifest["data"]} data */
  numberOf: ({ split, noun }) => `Number of a ${split} ${noun}`,
  /** @param {Manifest["data"]} data */
  outside: ({ split, nouns, count }) => `The ${split} ${nouns} are numbered from 0 to ${formatCount(count - 1)}.`,
};

export class TestChoice {
  #model;
  #data;
  #onChoose;
  #last = ""; // a code source
  /** Whether somebody is in the field, to write a number: a picture that arrives meanwhile leaves it alone. */
  #isWriting = false;
  /** What it would say then. @type {string | null} */
  #waiting = null;
  #isDestroyed = false;

  /**
   * @param {Model} model
   * @param {(index: number) => Promise<void>} onChoose  may fail, if a file cannot be fetched
   */
  constructor(model, onChoose) {
    this.#model = model;
    this.#data = model.manifest.data;
    this.#onChoose = onChoose;
    const { classes, count } = this.#data;
    this.number = element("input", {
      class: "vx-field",
      attributes: {
        type: "number",
        inputmode: "numeric",
        min: 0,
        max: count - 1,
        step: 1,
        placeholder: `0–${count - 1}`,
        "aria-label": TEXT.numberOf(this.#data),
      },
      on: {
        focus: () => (this.#isWriting = true),
        input: () => (this.#isWriting = true),
        change: () => this.#chooseNumber(),
        blur: () => this.#leaveNumber(),
      },
    });
    this.message = element("div", { class: "vx-test-message", attributes: { "aria-live": "polite" } });
    const group = buttonGroup(
      TEXT.group(this.#data),
      classes.map((name, label) =>
        button(name, () => this.attempt(() => this.#chooseClass(label)), {
          attributes: { "aria-label": TEXT.button(this.#data, name) },
        }),
      ),
    );
    // Labels and pictures are fetched when somebody comes near: not for everybody, but before the click.
    const prepare = () => {
      model.codes().catch(() => {});
      model.digits().catch(() => {});
    };
    this.root = element(
      "div",
      { class: classes.every((name) => name.length <= 2) ? "vx-test-choice vx-short-names" : "vx-test-choice" },
      group,
      element("label", { class: "vx-test-number" }, element("span", { text: TEXT.number }), this.number),
      this.message,
    );
    this.root.addEventListener("pointerenter", prepare, { once: true });
    this.root.addEventListener("focusin", prepare, { once: true });
  }

  /** @param {number | null} index  of the one that is shown */
  show(index) {
    const text = index === null ? "" : String(index);
    if (this.#isWriting) this.#waiting = text;
    else this.number.value = text;
    this.message.replaceChildren();
  }

  destroy() {
    this.#isDestroyed = true;
  }

  /** @param {number} label */
  async #chooseClass(label) {
    const source = await anotherOfClass(this.#model, label, this.#last);
    if (!source || this.#isDestroyed) return;
    this.#last = source;
    await this.#onChoose(Number(source.slice(1)));
  }

  #leaveNumber() {
    this.#isWriting = false;
    if (this.#waiting !== null) this.number.value = this.#waiting;
    this.#waiting = null;
  }

  #chooseNumber() {
    this.#isWriting = false;
    this.#waiting = null;
    const index = this.number.valueAsNumber;
    if (Number.isNaN(index)) return;
    if (Number.isInteger(index) && index >= 0 && index < this.#data.count) this.attempt(() => this.#onChoose(index));
    else this.message.replaceChildren(element("p", { class: "vx-note", text: TEXT.outside(this.#data) }));
  }

  /** Says it if a file that is needed does not come, and offers to try again. @param {() => Promise<void>} choose */
  async attempt(choose) {
    this.message.replaceChildren();
    try {
      await choose();
    } catch (error) {
      if (!this.#isDestroyed) this.message.replaceChildren(errorBox(error, TEXT.retry, () => this.attempt(choose)));
    }
  }
}
