/**
 * One button per class: each press goes to the code of another test picture of that class. As long as the code of a test
 * picture is shown, wherever it came from, a line says which one it is, and the original is beside its reconstruction.
 *
 * @typedef {import("../../types.js").Manifest} Manifest
 * @typedef {import("../../model.js").Model} Model
 * @typedef {import("../../history.js").SavedCode} SavedCode
 *
 * @typedef {object} FromDataCallbacks
 * @property {(code: SavedCode) => void} onGo
 * @property {(draw: ((context: CanvasRenderingContext2D) => void) | null, name: string) => void} onOriginal
 *   the picture that the code is of, to be shown as long as that code is; null: another code is shown now
 */

import { anotherOfClass, resolveSource } from "../../code_sources.js";
import { button, buttonGroup, element, errorBox } from "../../dom.js";
import { SIDE } from "../../picture/size.js";
import { capitalise, classNamed } from "../../text.js";
import { pictureOfCode } from "./picture_of_code.js";

const TEXT = {
  retry: "Try again",
  /** @param {Manifest["data"]} data */
  group: ({ split, noun }) => `From a ${split} ${noun}`,
  /** @param {Manifest["data"]} data @param {string} className */
  button: ({ split, noun }, className) => `${capitalise(split)} ${noun} of ${classNamed(className)}`,
  /** @param {Manifest["data"]} data @param {number} index */
  source: ({ split, noun }, index) => `Code of ${split} ${noun} ${index}`,
  /** @param {Manifest["data"]} data @param {number} index */
  original: ({ split, noun }, index) => `Original of ${split} ${noun} ${index}`,
};

export class FromData {
  #data;
  #model;
  #callbacks;
  #last = ""; // a code source
  #asked = 0; // how often which picture the code is of was asked, or forgotten
  #isDestroyed = false;

  /**
   * @param {Manifest} manifest
   * @param {Model} model
   * @param {FromDataCallbacks} callbacks
   */
  constructor({ data }, model, callbacks) {
    this.#data = data;
    this.#model = model;
    this.#callbacks = callbacks;
    this.source = element("p", { class: "vx-note vx-source", attributes: { "aria-live": "polite" } });
    const group = buttonGroup(
      TEXT.group(data),
      data.classes.map((name, label) =>
        button(name, () => this.#goToExample(label), { attributes: { "aria-label": TEXT.button(data, name) } }),
      ),
    );
    // The codes are fetched when the pointer or the focus comes near: not for everybody, but before the click.
    const prepare = () => this.#model.codes().catch(() => {});
    group.addEventListener("pointerenter", prepare, { once: true });
    group.addEventListener("focusin", prepare, { once: true });
    this.root = element("div", { class: "vx-tests" }, group, this.source);
  }

  /** Another code is shown now. */
  forget() {
    this.#asked++;
    if (!this.source.textContent) return;
    this.source.textContent = "";
    this.#callbacks.onOriginal(null, "");
  }

  /**
   * A code has come to rest: if it is that of a test picture, its original is shown until it is forgotten.
   *
   * @param {SavedCode} code
   * @param {boolean} mayBeRounded  as a link rounds codes
   */
  async recognise(code, mayBeRounded) {
    const asked = ++this.#asked;
    try {
      const index = pictureOfCode(await this.#model.codes(), code, mayBeRounded);
      if (index < 0 || asked !== this.#asked) return;
      const text = TEXT.source(this.#data, index);
      if (this.source.textContent !== text) this.source.textContent = text; // it is read aloud once
      const digits = await this.#model.digits();
      if (this.#isDestroyed || asked !== this.#asked) return;
      this.#callbacks.onOriginal(
        (context) => digits.draw(context, index, 0, 0, SIDE),
        TEXT.original(this.#data, index),
      );
    } catch {
      // The original is an addition. What needs these files for more than that says what is wrong with them.
    }
  }

  destroy() {
    this.#isDestroyed = true;
  }

  /** @param {number} label */
  async #goToExample(label) {
    this.#clear();
    try {
      const source = await anotherOfClass(this.#model, label, this.#last);
      const code = source && (await resolveSource(this.#model, source));
      if (this.#isDestroyed || !code) return;
      this.#last = source;
      this.#callbacks.onGo({ z: Array.from(code.z), label: code.label });
    } catch (error) {
      if (this.#isDestroyed) return;
      this.#clear();
      this.root.append(errorBox(error, TEXT.retry, () => this.#goToExample(label)));
    }
  }

  #clear() {
    this.root.querySelector("[role=alert]")?.remove();
  }
}
