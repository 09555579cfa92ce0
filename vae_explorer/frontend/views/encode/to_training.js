/**
 * Gives the visitor's own picture to training: under its class, with the way to Train. Nothing of it is shown for a test
 * picture, or where the page Train has nothing of what the model was trained on.
 *
 * @typedef {import("../../own/drawings.js").Drawings} Drawings
 * @typedef {import("../shared/picture/state.js").EncodedPicture} EncodedPicture
 */

import { button, buttonGroup, element, setPressed, setText } from "../../dom.js";
import { greysOf, setOf } from "../../own/drawings.js";
import { classNamed } from "../../text.js";

const TEXT = {
  group: "Add to training, as class",
  hint: "It stays in this browser. The class that is lit, clicked again, takes it out.",
  /** @param {string} name */
  add: (name) => `Add to training as ${classNamed(name)}`,
  /** @param {number} count */
  count: (count) => (count === 1 ? "1 drawing to train on" : `${count} drawings to train on`),
  train: "Go to Train",
};

export class ToTraining {
  #drawings;
  #data;
  #stop;
  /** The picture as it would be kept; null: there is none to add. @type {Uint8Array | null} */
  #pixels = null;
  /** The class that it is kept under; null: it is not. @type {number | null} */
  #label = null;

  /**
   * @param {Drawings} drawings
   * @param {{name: string, classes: string[]}} data  what the model was trained on
   * @param {() => void} onTrain
   */
  constructor(drawings, data, onTrain) {
    this.#drawings = drawings;
    this.#data = setOf(data);
    const classes = this.#data ? data.classes : [];
    this.classes = classes.map((name, label) =>
      button(name, () => this.#press(label), {
        attributes: { "aria-label": TEXT.add(name), "aria-pressed": "false", title: TEXT.hint },
      }),
    );
    this.status = element("span", { class: "vx-note", attributes: { role: "status" } });
    this.train = button(TEXT.train, onTrain);
    const isShort = classes.every(({ length }) => length === 1);
    this.root = element(
      "div",
      { class: isShort ? "vx-enc-training vx-enc-short" : "vx-enc-training", attributes: { hidden: true } },
      buttonGroup(TEXT.group, this.classes),
      element("div", { class: "vx-enc-onward" }, this.train, this.status),
    );
    this.#stop = drawings.listen(() => this.#refresh());
    this.#refresh();
  }

  destroy() {
    this.#stop();
  }

  /** @param {EncodedPicture | null} picture  at most once a frame */
  show(picture) {
    const isOwn = picture !== null && picture.source.kind !== "test" && this.#data !== null;
    this.#pixels = isOwn ? greysOf(picture.pixels) : null;
    this.root.hidden = !isOwn;
    if (isOwn) this.#refresh();
  }

  /** @param {number} label */
  #press(label) {
    const [data, pixels] = [this.#data, this.#pixels];
    if (!data || !pixels) return;
    const kept = this.#drawings.find(data, pixels);
    if (kept?.label === label) this.#drawings.remove([kept]);
    else this.#drawings.add({ data, label, pixels });
  }

  #refresh() {
    const data = this.#data;
    if (!data) return;
    const label = (this.#pixels && this.#drawings.find(data, this.#pixels)?.label) ?? null;
    if (label !== this.#label) setPressed(this.classes, (each) => each === label);
    this.#label = label;
    const count = this.#drawings.of(data).length;
    this.train.hidden = !count;
    setText(this.status, this.#drawings.fault || (count ? TEXT.count(count) : ""));
  }
}
