/**
 * Picks a source of a code: a test picture of a class, the mean of a class, a random code, the code in Morph, or a
 * bookmark.
 *
 * @typedef {import("../../types.js").ViewProps} ViewProps
 * @typedef {import("../../types.js").Manifest} Manifest
 * @typedef {import("../../model.js").Model} Model
 */

import { anotherOfClass, codeSource, randomSource } from "../../code_sources.js";
import { currentCode } from "../../current_code.js";
import { button, buttonGroup, element, errorBox } from "../../dom.js";
import { decoderInput } from "../../model.js";
import { Painter, pictureContext } from "../../paint.js";
import { capitalise, classNamed } from "../../text.js";
import { workspaceOf } from "../../workspace.js";
import { randomHint } from "../shared/random_hint.js";

const TEXT = {
  /** @param {Manifest["data"]} data */
  test: ({ split, noun }) => `a ${split} ${noun} of class`,
  testHint: "A different one with each click",
  /** @param {Manifest["data"]} data @param {string} name */
  testButton: ({ split, noun }, name) => `${capitalise(split)} ${noun} of ${classNamed(name)}`,
  mean: "the mean code of a class",
  /** @param {string} name */
  meanButton: (name) => `Mean of ${classNamed(name)}`,
  random: "Random",
  morph: "From Morph",
  morphHint: "The code currently shown in Morph",
  bookmarks: "Bookmarks",
  /** @param {number} index */
  bookmark: (index) => `Bookmark ${index + 1}`,
  retry: "Try again",
};

export class SourcePicker {
  #model;
  #onPick;
  /** The source that is being replaced. */
  #current = "";

  /**
   * @param {ViewProps} props
   * @param {Model} model
   * @param {(source: string) => void} onPick
   */
  constructor(props, model, onPick) {
    this.#model = model;
    this.#onPick = onPick;
    const { data } = props.manifest;
    this.title = element("p", { class: "vx-caption", attributes: { "aria-live": "polite" } });
    this.failure = element("div", { class: "vx-failed" });
    const tests = buttonGroup(
      TEXT.test(data),
      data.classes.map((name, label) =>
        button(name, () => this.#test(label), {
          attributes: { "aria-label": TEXT.testButton(data, name), title: TEXT.testHint },
        }),
      ),
    );
    const means = buttonGroup(
      TEXT.mean,
      data.classes.map((name, label) =>
        button(name, () => onPick(`m${label}`), { attributes: { "aria-label": TEXT.meanButton(name) } }),
      ),
    );
    const others = element(
      "div",
      { class: "vx-picker-others" },
      button(TEXT.random, () => onPick(randomSource()), {
        attributes: { title: randomHint(props.manifest) },
      }),
      button(TEXT.morph, () => onPick(codeSource("z", currentCode(props))), { attributes: { title: TEXT.morphHint } }),
    );
    this.root = element("div", { class: "vx-picker" }, this.title, tests, means, others, this.failure);
    const { bookmarks } = workspaceOf(props);
    if (bookmarks.length) this.root.append(this.#makeBookmarks(bookmarks));
  }

  /**
   * @param {string} title   says what is being picked
   * @param {string} source  the present source
   */
  show(title, source) {
    this.title.textContent = title;
    this.#current = source;
  }

  /** @param {import("../../history.js").SavedCode[]} bookmarks */
  #makeBookmarks(bookmarks) {
    const canvases = bookmarks.map(() => element("canvas", { attributes: { "aria-hidden": "true" } }));
    const painter = new Painter();
    this.#model.decoder().then(
      (decoder) => {
        const { manifest } = this.#model;
        canvases.forEach((canvas, index) => {
          const { z, label } = bookmarks[index];
          painter.paint(pictureContext(canvas), decoder.run(decoderInput(manifest, z, label)));
        });
      },
      () => {}, // the panel needs the decoder too, and reports that it is missing
    );
    const buttons = canvases.map((canvas, index) => {
      const node = button("", () => this.#onPick(codeSource("b", bookmarks[index])), {
        class: "vx-thumb",
        attributes: { "aria-label": TEXT.bookmark(index), title: TEXT.bookmark(index) },
      });
      node.append(canvas);
      return node;
    });
    return buttonGroup(TEXT.bookmarks, buttons);
  }

  /** @param {number} label */
  async #test(label) {
    this.failure.replaceChildren();
    try {
      const source = await anotherOfClass(this.#model, label, this.#current);
      if (source && this.root.isConnected) this.#onPick(source);
    } catch (error) {
      this.failure.replaceChildren(errorBox(error, TEXT.retry, () => this.#test(label)));
    }
  }
}
