/**
 * How a picture gets onto the Encode page: a test picture by its class or its number.
 *
 * @typedef {import("../../model.js").Model} Model
 * @typedef {import("./state.js").EncodedPicture} EncodedPicture
 *
 * @typedef {object} PicturePanelCallbacks
 * @property {(picture: EncodedPicture | null) => void} onPicture  null: there is none now
 */

import { anotherOfClass } from "../../code_sources.js";
import { button, buttonGroup, element, errorBox } from "../../dom.js";
import { Painter, pictureContext } from "../../paint.js";
import { capitalise, classNamed } from "../../text.js";

const TEXT = {
  picture: "What the model sees",
  /** @param {import("../../types.js").ManifestData} data */
  group: ({ split, noun }) => `A ${split} ${noun} of class`,
  /** @param {import("../../types.js").ManifestData} data @param {string} name */
  button: ({ split, noun }, name) => `${capitalise(split)} ${noun} of ${classNamed(name)}`,
  /** @param {import("../../types.js").ManifestData} data */
  number: ({ split, noun }) => `${capitalise(split)} ${noun} by number`,
  retry: "Try again",
};

export class PicturePanel {
  #model;
  #callbacks;
  #painter = new Painter();
  #context;
  #isDestroyed = false;
  #asked = 0; // how often a picture was asked for

  /**
   * @param {Model} model
   * @param {PicturePanelCallbacks} callbacks
   */
  constructor(model, callbacks) {
    this.#model = model;
    this.#callbacks = callbacks;
    const { data } = model.manifest;
    this.canvas = element("canvas", { attributes: { role: "img", "aria-label": TEXT.picture } });
    this.#context = pictureContext(this.canvas);
    this.number = element("input", {
      class: "vx-field",
      attributes: { type: "number", min: 0, max: data.count - 1, step: 1, "aria-label": TEXT.number(data) },
      on: { change: () => this.number.validity.valid && this.showTest(this.number.valueAsNumber) },
    });
    this.failure = element("div");
    this.root = element(
      "div",
      { class: "vx-picture-panel" },
      element("div", { class: "vx-picture" }, this.canvas),
      buttonGroup(
        TEXT.group(data),
        data.classes.map((name, label) =>
          button(name, () => this.#another(label), { attributes: { "aria-label": TEXT.button(data, name) } }),
        ),
      ),
      this.number,
      this.failure,
    );
  }

  destroy() {
    this.#isDestroyed = true;
    this.root.remove();
  }

  /** @param {number} index */
  async showTest(index) {
    this.failure.replaceChildren();
    const asked = ++this.#asked;
    try {
      const [digits, codes] = await Promise.all([this.#model.digits(), this.#model.codes()]);
      if (this.#isDestroyed || asked !== this.#asked) return;
      this.number.value = String(index);
      this.#show({ pixels: digits.pixels(index), source: { kind: "test", index, label: codes.label[index] } });
    } catch (error) {
      if (!this.#isDestroyed) this.failure.append(errorBox(error, TEXT.retry, () => this.showTest(index)));
    }
  }

  /** @param {Float32Array} pixels  (784) in 0…1 */
  showPixels(pixels) {
    this.#asked++;
    this.#show({ pixels, source: { kind: "drawing" } });
  }

  /** @param {number} label */
  async #another(label) {
    const source = await anotherOfClass(this.#model, label, `t${this.number.value}`).catch(() => "t0");
    if (source && !this.#isDestroyed) this.showTest(Number(source.slice(1)));
  }

  /** @param {EncodedPicture} picture */
  #show(picture) {
    this.#painter.paint(this.#context, picture.pixels);
    this.#callbacks.onPicture(picture);
  }
}
