/**
 * Arithmetic: A - B + C, term by term as pictures.
 *
 * @typedef {import("../../types.js").InterpolateProps} InterpolateProps
 * @typedef {import("../../types.js").Callbacks} Callbacks
 * @typedef {import("../../types.js").Manifest} Manifest
 * @typedef {import("./state.js").Journey} Journey
 * @typedef {import("../../model.js").Model} Model
 * @typedef {import("../../network/network.js").Network} Network
 * @typedef {import("../../code_sources.js").Point} Point
 */

import { button, buttonGroup, element, errorBox } from "../../dom.js";
import { decoderInput } from "../../model.js";
import { UnknownOriginError, pointOf } from "../../code_sources.js";
import { Painter, pictureContext } from "../../paint.js";
import { lengthOf } from "../../space/paths.js";
import { typicalLength } from "./length_chart.js";
import { Film, columnsFor, nearest } from "./filmstrip.js";
import { OriginPicker } from "./source_picker.js";
import { PointList } from "./code_list.js";

const NAMES = ["A", "B", "C"];
const RESULT = "A − B + C";

const TEXT = {
  terms: "Terms",
  term: "term",
  /** @param {string} name */
  choose: (name) => `Change ${name} to`,
  class: "Class given to the decoder for A − B + C",
  classNote: "Each term’s picture has the term’s own class; a class is not added or taken away.",
  /** @param {string} name */
  open: (name) => `${name}: open in Morph`,
  /** @param {number} length */
  strip: "A + t (C − B)",
  stripMore: "t = 0 is A, t = 1 is the sum",
  /** @param {number} t */
  frame: (t) => `A + ${t} (C − B): open in Morph`,
  /** @param {number} length */
  length: (length) => `|z| = ${length.toFixed(2)}`,
  /** @param {Manifest} manifest */
  note: ({ data: { split, noun, nouns }, deterministic }) =>
    "Codes are added number by number, and every picture is what the decoder makes of a code. " +
    (deterministic
      ? `The code of a ${split} ${noun} is what the encoder makes of it; `
      : `The code of a ${split} ${noun} is its mu, the mean of its posterior; `) +
    `the mean of a class is the mean over all ${split} ${nouns} of the class. Click a picture to open it in Morph.`,
  /** @param {{low: number, high: number}} typical */
  typical: ({ low, high }) =>
    `Of the codes of N(0, I), 90 % have |z| between ${low.toFixed(2)} and ${high.toFixed(2)}. A sum of three may well lie outside, where the decoder had little to learn from.`,
  retry: "Try again",
  anew: "Start with other terms",
};

// How far along C - B the strip goes: half as far again as the sum does.
const FARTHEST = 1.5;

export class SumPanel {
  #props;
  #model;
  #journey;
  #callbacks;
  #painter = new Painter();
  #asked = 0;
  /** @type {Film | null} */
  #film = null;
  /** @type {number[]} */
  #places = [];
  /** @type {Point[]} */
  #points = [];

  /**
   * @param {InterpolateProps} props
   * @param {Model} model
   * @param {Journey} journey
   * @param {Callbacks} callbacks
   */
  constructor(props, model, journey, callbacks) {
    this.#props = props;
    this.#model = model;
    this.#journey = journey;
    this.#callbacks = callbacks;
    const { manifest } = props;
    this.list = new PointList(TEXT.terms, TEXT.term, { onChoose: (term) => this.#set({ term }) });
    this.picker = new OriginPicker(props, model, (origin) => {
      const { terms, term } = this.#journey;
      this.#set({ terms: terms.map((before, index) => (index === term ? origin : before)) });
    });
    this.classButtons = Array.from({ length: manifest.classes }, (_, label) =>
      button(manifest.data.classes[label], () => this.#set({ sumLabel: label })),
    );
    this.pictures = [...NAMES, RESULT].map((name) => this.#makePicture(name));
    this.failure = element("div", { class: "vx-failed" });
    this.strip = element(
      "div",
      { class: "vx-films" },
      element(
        "p",
        { class: "vx-film-caption" },
        element("strong", { text: TEXT.strip }),
        element("span", { class: "vx-note", text: TEXT.stripMore }),
      ),
    );
    this.root = this.#makeRoot();
  }

  start() {
    const count = columnsFor(this.root.clientWidth);
    this.#places = Array.from({ length: count }, (_, i) => (FARTHEST * i) / (count - 1));
    this.#film = new Film(TEXT.strip, this.#places.map(TEXT.frame), (index) => this.#openPlace(index));
    this.#film.mark(nearest(this.#places, 1));
    this.strip.append(this.#film.root);
    this.#refresh();
  }

  destroy() {
    this.#asked = -1;
  }

  #makeRoot() {
    const { deterministic, latent_dim: dim } = this.#props.manifest;
    const side = element(
      "div",
      { class: "vx-ip-side" },
      element("p", { class: "vx-caption", text: TEXT.terms }),
      this.list.root,
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
    return element("div", { class: "vx-ip-ways" }, side, main);
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
          click: () => code.z.length && this.#callbacks.send("open", { z: Array.from(code.z), label: code.label }),
        },
      },
      canvas,
    );
    const said = element("span");
    const reading = element("output", { class: "vx-reading" });
    const caption = element("figcaption", {}, element("strong", { text: name }), said, reading);
    const root = element("figure", { class: `vx-term${name === RESULT ? " vx-result" : ""}` }, open, caption);
    return { code, canvas, context: pictureContext(canvas), said, reading, root };
  }

  /** The class that the decoder is told for the sum. */
  get #label() {
    return this.#props.manifest.classes ? (this.#journey.sumLabel ?? this.#points[0].label ?? 0) : null;
  }

  /**
   * @param {number} t
   * @returns {Float64Array}  A + t (C - B); for t = 1 the sum
   */
  #sum(t) {
    const [a, b, c] = this.#points.map(({ z }) => z);
    return a.map((value, i) => value + t * (c[i] - b[i]));
  }

  /** @param {Network} decoder */
  #showStrip(decoder) {
    this.#places.forEach((t, index) => {
      this.#film?.show(decoder.run(decoderInput(this.#props.manifest, this.#sum(t), this.#label)), 0, 1, index);
    });
    if (this.#film) this.#film.busy = false;
  }

  /** @param {number} index */
  #openPlace(index) {
    if (!this.#points.length) return;
    this.#callbacks.send("open", { z: Array.from(this.#sum(this.#places[index])), label: this.#label });
  }

  /** @param {Partial<Journey>} change */
  #set(change) {
    Object.assign(this.#journey, change);
    this.#refresh();
  }

  async #refresh() {
    if (this.#asked < 0) return;
    const asked = ++this.#asked;
    this.failure.replaceChildren();
    try {
      if (!this.#journey.terms.length) this.#journey.terms = await firstTerms(this.#model);
      const [decoder, ...points] = await Promise.all([
        this.#model.decoder(),
        ...this.#journey.terms.map((origin) => pointOf(this.#model, origin)),
      ]);
      if (asked !== this.#asked) return;
      this.#points = points;
      const { manifest } = this.#props;
      const { term, terms } = this.#journey;
      const z = this.#sum(1),
        label = this.#label;
      const shown = [
        ...points.map((point) => ({ ...point, label: point.label ?? label })),
        { z, label, name: "", more: "" },
      ];
      const decoded = shown.map((point) => decoder.run(decoderInput(manifest, point.z, point.label)).slice());
      this.list.show(NAMES, points, decoded.slice(0, NAMES.length), term, false);
      this.picker.show(TEXT.choose(NAMES[term]), terms[term]);
      this.classButtons.forEach((node, at) => node.setAttribute("aria-pressed", String(at === label)));
      this.pictures.forEach(({ code, canvas, context, said, reading }, index) => {
        Object.assign(code, { z: shown[index].z, label: manifest.classes ? shown[index].label : null });
        this.#painter.paint(context, decoded[index]);
        canvas.dataset.frames = String(Number(canvas.dataset.frames) + 1);
        said.textContent = shown[index].name;
        reading.textContent = TEXT.length(lengthOf(shown[index].z));
      });
      this.#showStrip(decoder);
    } catch (error) {
      if (asked !== this.#asked) return;
      this.failure.replaceChildren(
        error instanceof UnknownOriginError
          ? errorBox(error, TEXT.anew, () => this.#set({ terms: [], term: 0 }))
          : errorBox(error, TEXT.retry, () => this.#refresh()),
      );
    }
  }
}

/**
 * A test picture, less the mean of its class, plus the mean of another class. A decoder that is told the class has
 * means that lie close together, but styles that differ: there it is a class in the style of a picture of another one.
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
