/**
 * How a picture gets in: drawn, from a file, or of the test set; and what the model sees of it. Nothing of it leaves the
 * page.
 *
 * @typedef {import("../../../model.js").Model} Model
 * @typedef {import("../../../picture/prepare.js").Grey} Grey
 * @typedef {import("../../../picture/prepare.js").Steps} Steps
 *
 * @typedef {{kind: "drawing"} | {kind: "file", name: string} | {kind: "test", index: number, label: number}} Source
 *
 * @typedef {object} Picture
 * @property {Float32Array} pixels  (784) in 0…1, as the model was trained on them; a new array each time
 * @property {Source} source
 *
 * @typedef {object} PicturePanelCallbacks
 * @property {(picture: Picture | null) => void} onPicture
 *   at most once a frame while it is drawn; null: there is nothing to be seen
 *
 * @typedef {object} Given
 *   What was not drawn here; one can draw on it.
 * @property {Source} source
 * @property {Grey} [grey]            to be prepared
 * @property {Float32Array} [pixels]  (784) as they are
 */

import { element } from "../../../dom.js";
import { PIXELS, SIDE } from "../../../picture/size.js";
import { Painter, pictureContext } from "../../../paint.js";
import { Drawing } from "../../../picture/drawing.js";
import { PictureError, readPicture } from "../../../picture/file.js";
import { isDarkOnLight, prepare, usualSteps } from "../../../picture/prepare.js";
import { capitalise, classNamed } from "../../../text.js";
import { DrawingTools } from "./drawing_tools.js";
import { Incoming } from "./incoming.js";
import { StepsFold } from "./steps_fold.js";
import { TestChoice } from "./test_choice.js";

const TEXT = {
  title: "Picture",
  /** @param {string} noun */
  draw: (noun) => `Draw a ${noun} here`,
  seen: "What the model sees",
  drawing: "Your drawing",
  /** @param {string} name */
  file: (name) => `“${name.length > 24 ? `${name.slice(0, 14)}…${name.slice(-8)}` : name}”`,
  /** @param {import("../../../types.js").ManifestData} data @param {number} index @param {number} label */
  test: ({ split, noun, classes }, index, label) =>
    `${capitalise(split)} ${noun} ${index}, ${classNamed(classes[label])}`,
  unnamed: "Picture",
  reading: "Reading the picture…",
};

export class PicturePanel {
  #model;
  #data;
  #onPicture;
  #steps;
  // Of a drawing it is not decided by its edges: ink is white there.
  #invertsDrawing = false;
  /** @type {Given | null} */
  #given = null;
  #asked = 0; // how often another picture was wanted
  #painter = new Painter();
  #listening = new AbortController();
  #isDestroyed = false;

  /**
   * @param {Model} model
   * @param {PicturePanelCallbacks} callbacks
   */
  constructor(model, { onPicture }) {
    this.#model = model;
    this.#data = model.manifest.data;
    this.#onPicture = onPicture;
    this.#steps = usualSteps(this.#data.name);
    this.drawing = new Drawing(TEXT.draw(this.#data.noun), () => {
      this.#asked++; // what is still being read comes too late
      this.message.replaceChildren();
      this.#present();
    });
    this.tools = new DrawingTools(this.drawing);
    this.prompt = element("p", {
      class: "vx-drawing-prompt",
      text: TEXT.draw(this.#data.noun),
      attributes: { "aria-hidden": "true" },
    });
    this.seen = element("canvas", { attributes: { role: "img", "aria-label": TEXT.seen, "data-frames": 0 } });
    this.seenContext = pictureContext(this.seen);
    this.name = element("p", { class: "vx-note vx-picture-name", attributes: { "aria-live": "polite" } });
    this.message = element("div", { class: "vx-picture-message" });
    this.tests = new TestChoice(model, (index) => this.#fetchTest(index));
    this.fold = new StepsFold((step, isOn) => this.#switch(step, isOn));
    this.root = element("section", { class: "vx-picture-panel", attributes: { "aria-label": TEXT.title } });
    this.incoming = new Incoming(this.root, (file) => this.#read(file));
    this.root.prepend(
      element(
        "div",
        { class: "vx-picture-pair" },
        element("div", { class: "vx-drawing-place" }, this.drawing.canvas, this.prompt),
        element(
          "figure",
          { class: "vx-seen" },
          element("div", { class: "vx-picture" }, this.seen),
          element("figcaption", { class: "vx-caption", text: TEXT.seen }),
          this.name,
        ),
      ),
      this.tools.root,
      this.incoming.root,
      this.message,
      this.tests.root,
      this.fold.root,
    );
    // Wherever the focus is: a canvas that is drawn on takes none.
    const { signal } = this.#listening;
    document.addEventListener("keydown", (event) => this.#onKey(event), { capture: true, signal });
    this.#show(null);
  }

  destroy() {
    this.#isDestroyed = true;
    this.#listening.abort();
    this.drawing.destroy();
    this.incoming.destroy();
    this.tests.destroy();
  }

  /**
   * Shows a test picture, or says that it could not be fetched.
   *
   * @param {number} index  one that there is not is not shown
   */
  showTest(index) {
    return this.tests.attempt(() => this.#fetchTest(index));
  }

  /** @param {number} index */
  async #fetchTest(index) {
    const asked = ++this.#asked;
    const [{ label, count }, digits] = await Promise.all([this.#model.codes(), this.#model.digits()]);
    if (this.#isDestroyed || asked !== this.#asked || !(index >= 0 && index < count)) return;
    this.#give({ source: { kind: "test", index, label: label[index] }, pixels: digits.pixels(index) });
  }

  /**
   * Shows a picture as it was prepared before, as a drawing.
   *
   * @param {Float32Array} pixels  (784) in 0…1
   */
  showPixels(pixels) {
    this.#asked++;
    this.#give({ source: { kind: "drawing" }, pixels });
  }

  /** @param {File} file */
  async #read(file) {
    const asked = ++this.#asked;
    this.message.replaceChildren(
      element("p", { class: "vx-note", text: TEXT.reading, attributes: { role: "status" } }),
    );
    try {
      const grey = await readPicture(file, file.name);
      if (this.#isDestroyed || asked !== this.#asked) return;
      this.#steps.invert = null;
      this.#give({ source: { kind: "file", name: file.name || TEXT.unnamed }, grey });
    } catch (error) {
      if (this.#isDestroyed || asked !== this.#asked) return;
      if (!(error instanceof PictureError)) throw error;
      this.message.replaceChildren(
        element("p", { class: "vx-alert", text: error.message, attributes: { role: "alert" } }),
      );
    }
  }

  /** @param {Given} given */
  #give(given) {
    this.#given = given;
    this.#invertsDrawing = false;
    this.message.replaceChildren();
    this.#showGiven();
    this.#present();
  }

  /** On the canvas, to be drawn on: ink is white there. */
  #showGiven() {
    const { grey, pixels } = /** @type {Given} */ (this.#given);
    if (pixels) this.drawing.show({ pixels, width: SIDE, height: SIDE });
    else if (grey) this.drawing.show(this.#isInverted() ? { ...grey, pixels: grey.pixels.map((v) => 1 - v) } : grey);
  }

  /** What is shown that was not drawn, as long as nothing was drawn on it. */
  #untouched() {
    return this.drawing.isUntouched ? this.#given : null;
  }

  #isInverted() {
    const given = this.#untouched();
    return given?.grey ? (this.#steps.invert ?? isDarkOnLight(given.grey)) : this.#invertsDrawing;
  }

  /** @param {import("./steps_fold.js").Step} step @param {boolean} isOn */
  #switch(step, isOn) {
    const isFile = this.#untouched()?.grey !== undefined;
    if (step === "invert" && !isFile) this.#invertsDrawing = isOn;
    else this.#steps[step] = isOn;
    if (step === "invert" && isFile) this.#showGiven();
    this.#present();
  }

  #present() {
    const picture = this.#picture();
    this.#show(picture);
    this.#onPicture(picture);
  }

  /** @returns {Picture | null} */
  #picture() {
    const given = this.#untouched();
    if (given?.pixels) return { pixels: given.pixels.slice(), source: given.source };
    if (given?.grey) return { pixels: prepare(given.grey, this.#steps), source: given.source };
    if (this.drawing.isEmpty) return null;
    const steps = { ...this.#steps, invert: this.#invertsDrawing };
    return { pixels: prepare(this.drawing.grey(), steps), source: { kind: "drawing" } };
  }

  /** @param {Picture | null} picture */
  #show(picture) {
    const source = picture?.source;
    this.#painter.paint(this.seenContext, picture?.pixels ?? new Float32Array(PIXELS));
    this.seen.dataset.frames = String(Number(this.seen.dataset.frames) + 1);
    this.prompt.hidden = picture !== null;
    const name = source ? this.#nameOf(source) : "";
    if (this.name.textContent !== name) this.name.textContent = name; // it is read aloud once
    this.tools.show();
    this.tests.show(source?.kind === "test" ? source.index : null);
    const isReady = this.#untouched()?.pixels !== undefined;
    this.fold.show(
      { ...this.#steps, invert: this.#isInverted() },
      !isReady ? null : source?.kind === "test" ? this.#data : "restored",
    );
  }

  /** @param {Source} source */
  #nameOf(source) {
    if (source.kind === "test") return TEXT.test(this.#data, source.index, source.label);
    return source.kind === "file" ? TEXT.file(source.name) : TEXT.drawing;
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z";
    if (!isUndo || event.composedPath()[0] instanceof HTMLInputElement) return; // which has an undo of its own
    event.preventDefault();
    this.drawing.undo();
  }
}
