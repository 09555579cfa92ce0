/**
 * A button a class: each press takes another test picture of it, whose code the encoder has given. A line says which
 * picture the code is of, until it is another code.
 *
 * @typedef {import("../../types.js").Manifest} Manifest
 * @typedef {import("../../model.js").Model} Model
 * @typedef {import("../../workspace.js").Kept} Kept
 */

import { button, buttonGroup, element, errorBox } from "../../dom.js";
import { anotherTest, pointOf } from "../../code_sources.js";

const TEXT = {
  retry: "Try again",
  /** @param {Manifest["data"]} data */
  group: ({ split, noun }) => `From a ${split} ${noun}`,
  /** @param {Manifest["data"]} data @param {string} className */
  button: ({ split, noun }, className) => `${split === "test" ? "Test" : "Training"} ${noun} ${className}`,
  /** @param {Manifest["data"]} data @param {number} index */
  source: ({ split, noun }, index) => `Code of ${split} ${noun} ${index.toLocaleString("en")}`,
};

export class FromData {
  #data;
  #model;
  #onGo;
  #last = ""; // an origin
  #isDestroyed = false;

  /**
   * @param {Manifest} manifest
   * @param {Model} model
   * @param {(code: Kept) => void} onGo
   */
  constructor({ data }, model, onGo) {
    this.#data = data;
    this.#model = model;
    this.#onGo = onGo;
    this.source = element("p", { class: "vx-note vx-source", attributes: { "aria-live": "polite" } });
    const group = buttonGroup(
      TEXT.group(data),
      data.classes.map((name, label) =>
        button(name, () => this.#take(label), { attributes: { "aria-label": TEXT.button(data, name) } }),
      ),
    );
    // The codes are fetched when a hand comes near: not for everybody, and not only at the click.
    const prepare = () => this.#model.codes().catch(() => {});
    group.addEventListener("pointerenter", prepare, { once: true });
    group.addEventListener("focusin", prepare, { once: true });
    this.root = element("div", { class: "vx-tests" }, group, this.source);
  }

  /** The code that is shown is another one now. */
  forget() {
    if (this.source.textContent) this.source.textContent = "";
  }

  destroy() {
    this.#isDestroyed = true;
  }

  /** @param {number} label */
  async #take(label) {
    this.#clear();
    try {
      const origin = await anotherTest(this.#model, label, this.#last);
      const point = origin && (await pointOf(this.#model, origin));
      if (this.#isDestroyed || !point) return;
      this.#last = origin;
      this.#onGo({ z: Array.from(point.z), label: point.label });
      this.source.textContent = TEXT.source(this.#data, Number(origin.slice(1)));
    } catch (error) {
      if (this.#isDestroyed) return;
      this.#clear();
      this.root.append(errorBox(error, TEXT.retry, () => this.#take(label)));
    }
  }

  #clear() {
    this.root.querySelector("[role=alert]")?.remove();
  }
}
