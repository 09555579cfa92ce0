/**
 * Arithmetic: A - B + C, term by term as pictures.
 *
 * @typedef {import("../../types.js").InterpolateProps} InterpolateProps
 * @typedef {import("../../types.js").Callbacks} Callbacks
 * @typedef {import("../../types.js").Manifest} Manifest
 * @typedef {import("./state.js").InterpolateState} InterpolateState
 * @typedef {import("../../model.js").Model} Model
 * @typedef {import("../../network/network.js").Network} Network
 * @typedef {import("../../code_sources.js").NamedCode} NamedCode
 */

import { resolveSource, UnknownSourceError } from "../../code_sources.js";
import { button, buttonGroup, element, errorBox, setPressed } from "../../dom.js";
import { decoderInput } from "../../model.js";
import { Painter, pictureContext } from "../../paint.js";
import { lengthOf } from "../../space/paths.js";
import { CodeList } from "./code_list.js";
import { columnsFor, Filmstrip, nearest } from "./filmstrip.js";
import { typicalLength } from "./length_chart.js";
import { SourcePicker } from "./source_picker.js";

const NAMES = ["A", "B", "C"];
const RESULT = "A − B + C";

const TEXT = {
  terms: "Terms",
  term: "term",
  /** @param {string} name */
  choose: (name) => `Change ${name} to`,
  class: "Class given to the decoder for A − B + C",
  classNote: "Each term is decoded with its own class; classes are not added or subtracted.",
  /** @param {string} name */
  open: (name) => `${name}: open in Morph`,
  /** @param {number} length */
  strip: "A + t (C − B)",
  stripMore: "t = 0 gives A, t = 1 the sum",
  /** @param {number} t */
  frame: (t) => `A + ${t} (C − B): open in Morph`,
  /** @param {number} length */
  length: (length) => `|z| = ${length.toFixed(2)}`,
  /** @param {Manifest} manifest */
  note: ({ data: { split, noun, nouns }, deterministic }) =>
    "Codes are added number by number; each picture is a decoded code. " +
    (deterministic
      ? `The code of a ${split} ${noun} is the encoder’s output; `
      : `The code of a ${split} ${noun} is its μ, the mean of its posterior; `) +
    `the mean of a class is the mean code of all its ${split} ${nouns}. Click a picture to open it in Morph.`,
  /** @param {{low: number, high: number}} typical */
  typical: ({ low, high }) =>
    `90 % of codes from N(0, I) have |z| between ${low.toFixed(2)} and ${high.toFixed(2)}. A sum of three codes may well lie outside, where the decoder has seen little.`,
  retry: "Try again",
  anew: "Start over",
};

// How far along C - B the strip goes: half as far again as the sum.
const FARTHEST = 1.5;

export class ArithmeticPanel {
  #props;
  #model;
  #state;
  #callbacks;
  #painter = new Painter();
  #request = 0;
  /** @type {Filmstrip | null} */
  #filmstrip = null;
  /** @type {number[]} */
  #positions = [];
  /** @type {NamedCode[]} */
  #codes = [];

  /**
   * @param {InterpolateProps} props
   * @param {Model} model
   * @param {InterpolateState} state
   * @param {Callbacks} callbacks
   */
  constructor(props, model, state, callbacks) {
    this.#props = props;
    this.#model = model;
    this.#state = state;
    this.#callbacks = callbacks;
    const { manifest } = props;
    this.list = new CodeList(TEXT.terms, TEXT.term, { onChoose: (term) => this.#set({ term }) });
    this.picker = new SourcePicker(props, model, (source) => {
      const { terms, term } = this.#state;
      this.#set({ terms: terms.map((before, index) => (index === term ? source : before)) });
    });
    this.classButtons = Array.from({ length: manifest.classes }, (_, label) =>
      button(manifest.data.classes[label], () => this.#set({ sumLabel: label })),
    );
    this.pictures = [...NAMES, RESULT].map((name) => this.#makePicture(name));
    this.failure = element("div", { class: "vx-failed" });
    this.strip = element(
      "div",
      { class: "vx-filmstrips" },
      element(
        "p",
        { class: "vx-filmstrip-caption" },
        element("strong", { text: TEXT.strip }),
        element("span", { class: "vx-note", text: TEXT.stripMore }),
      ),
    );
    this.root = this.#makeRoot();
  }

  start() {
    const count = columnsFor(this.root.clientWidth);
    this.#positions = Array.from({ length: count }, (_, i) => (FARTHEST * i) / (count - 1));
    this.#filmstrip = new Filmstrip(TEXT.strip, this.#positions.map(TEXT.frame), (index) => this.#openPosition(index));
    this.#filmstrip.mark(nearest(this.#positions, 1));
    this.strip.append(this.#filmstrip.root);
    this.#refresh();
  }

  destroy() {
    this.#request = -1;
  }

  #makeRoot() {
    const { deterministic, latent_dim: dim } = this.#props.manifest;
    const side = element(
      "div",
      { class: "vx-ip-side" },
      element("p", { class: "vx-caption", text: TEXT.terms }),
      this.list.root,
      this.list.note,
    );
    const notes = [TEXT.note(this.#props.manifest)];
    if (this.classButtons.length) {
      side.append(buttonGroup(TEXT.class, this.classButtons));
      notes.unshift(TEXT.classNote);
    }
    side.append(this.picker.root);
    if (!deterministic) notes.push(TEXT.typical(typicalLength(dim)));
    const signs = ["", "−", "+", "="];
    const sum = element("div", { class: "vx-sum" });
    this.pictures.forEach(({ root }, index) => {
      if (signs[index])
        sum.append(element("span", { class: "vx-sign", text: signs[index], attributes: { "aria-hidden": "true" } }));
      sum.append(root);
    });
    const main = element(
      "div",
      { class: "vx-ip-main" },
      this.failure,
      sum,
      this.strip,
      element("div", { class: "vx-ip-notes" }, ...notes.map((text) => element("p", { class: "vx-note", text }))),
    );
    return element("div", { class: "vx-ip-columns" }, side, main);
  }

  /** @param {string} name */
  #makePicture(name) {
    const canvas = element("canvas", { attributes: { role: "img", "aria-label": name, "data-frames": 0 } });
    /** @type {{z: Float64Array, label: number | null}} */
    const code = { z: new Float64Array(0), label: null };
    const label = TEXT.open(name);
    const open = element(
      "button",
      {
        class: "vx-picture vx-open",
        attributes: { type: "button", "aria-label": label, title: label },
        on: {
          click: () => code.z.length && this.#callbacks.open({ z: Array.from(code.z), label: code.label }),
        },
      },
      canvas,
    );
    const status = element("span");
    const reading = element("output", { class: "vx-reading" });
    const caption = element("figcaption", {}, element("strong", { text: name }), status, reading);
    const root = element("figure", { class: `vx-summand${name === RESULT ? " vx-result" : ""}` }, open, caption);
    return { code, canvas, context: pictureContext(canvas), status, reading, root };
  }

  /** The class that the sum is decoded with. */
  get #label() {
    return this.#props.manifest.classes ? (this.#state.sumLabel ?? this.#codes[0].label ?? 0) : null;
  }

  /**
   * @param {number} t
   * @returns {Float64Array}  A + t (C - B); for t = 1 the sum
   */
  #sum(t) {
    const [a, b, c] = this.#codes.map(({ z }) => z);
    return a.map((value, i) => value + t * (c[i] - b[i]));
  }

  /** @param {Network} decoder */
  #showStrip(decoder) {
    this.#positions.forEach((t, index) => {
      this.#filmstrip?.show(decoder.run(decoderInput(this.#props.manifest, this.#sum(t), this.#label)), 0, 1, index);
    });
    if (this.#filmstrip) this.#filmstrip.busy = false;
  }

  /** @param {number} index */
  #openPosition(index) {
    if (!this.#codes.length) return;
    this.#callbacks.open({ z: Array.from(this.#sum(this.#positions[index])), label: this.#label });
  }

  /** @param {Partial<InterpolateState>} change */
  #set(change) {
    Object.assign(this.#state, change);
    this.#refresh();
  }

  async #refresh() {
    if (this.#request < 0) return;
    const request = ++this.#request;
    this.failure.replaceChildren();
    try {
      if (!this.#state.terms.length) this.#state.terms = await firstTerms(this.#model);
      const [decoder, ...codes] = await Promise.all([
        this.#model.decoder(),
        ...this.#state.terms.map((source) => resolveSource(this.#model, source)),
      ]);
      if (request !== this.#request) return;
      this.#codes = codes;
      const { manifest } = this.#props;
      const { term, terms } = this.#state;
      const z = this.#sum(1),
        label = this.#label;
      const shown = [
        ...codes.map((code) => ({ ...code, label: code.label ?? label })),
        { z, label, name: "", more: "" },
      ];
      const decoded = shown.map((code) => decoder.run(decoderInput(manifest, code.z, code.label)).slice());
      this.list.show(NAMES, codes, decoded.slice(0, NAMES.length), term, false);
      this.list.showOriginals(this.#model);
      this.picker.show(TEXT.choose(NAMES[term]), terms[term]);
      setPressed(this.classButtons, (at) => at === label);
      this.pictures.forEach(({ code, canvas, context, status, reading }, index) => {
        Object.assign(code, { z: shown[index].z, label: manifest.classes ? shown[index].label : null });
        this.#painter.paint(context, decoded[index]);
        canvas.dataset.frames = String(Number(canvas.dataset.frames) + 1);
        status.textContent = shown[index].name;
        reading.textContent = TEXT.length(lengthOf(shown[index].z));
      });
      this.#showStrip(decoder);
    } catch (error) {
      if (request !== this.#request) return;
      this.failure.replaceChildren(
        error instanceof UnknownSourceError
          ? errorBox(error, TEXT.anew, () => this.#set({ terms: [], term: 0 }))
          : errorBox(error, TEXT.retry, () => this.#refresh()),
      );
    }
  }
}

/**
 * A test picture, minus the mean of its class, plus the mean of another class. In a conditional model the class means
 * lie close together and z holds the style: there the terms show a class in the style of a picture of another class.
 *
 * @param {Model} model
 * @returns {Promise<string[]>}
 */
async function firstTerms(model) {
  const { label } = await model.codes();
  const another = Math.max(
    0,
    label.findIndex((one) => one !== label[0]),
  );
  const other = label[another];
  return model.manifest.classes ? [`m${label[0]}`, `m${other}`, `t${another}`] : ["t0", `m${label[0]}`, `m${other}`];
}
