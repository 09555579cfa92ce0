// Two selections of points, A and B, and the direction from one to the other, which becomes a slider in Morph.

import { decodeBatch } from "../../decode_batch.js";
import { button, element, isAbort } from "../../dom.js";
import { keepsakesOf } from "../../workspace.js";
import { PIXELS, SIDE } from "../../model.js";
import { Painter, pictureContext } from "../../paint.js";
import { SelectionCard } from "./selection_card.js";

/** @typedef {import("../../types.js").MapProps} MapProps */
/** @typedef {import("./state.js").Slot} Slot */
/** @typedef {import("./summary.js").Summary} Summary */

const TEXT = {
  title: "Selections",
  hint: "Box or Lasso selects dots into A, then B.",
  all: "All in view",
  allHint: "Selects every dot that is switched on",
  mean: "Pictures: the decoded mean code. Spread: root mean square distance of the codes from it; grey, that of all.",
  direction: "From A to B",
  /** @param {string} name */
  told: (name) => `From A to B, decoded as ${name}`,
  strip: "Pictures decoded on the way from the mean code of A to that of B",
  name: "Name of the slider",
  placeholder: "Your name for it",
  add: "Add slider",
  /** @param {string} name */
  added: (name) => `“${name}” is now a slider in Morph.`,
  unnamed: "Give the slider a name: what do you see change?",
  same: "A and B have the same mean code: there is no way from one to the other.",
  /** @param {string} name */
  taken: (name) => `There is a slider “${name}” already. Choose another name.`,
};

const FRAMES = 7;
const LONGEST_NAME = 24;

/**
 * @typedef {object} SelectionHands
 * @property {() => void} all select every point in view
 * @property {(slot: Slot) => void} clear
 * @property {(summary: Summary) => void} open the mean code, in Morph
 */

export class MapSelection {
  /** @type {Slot} where the next selection goes */
  #target = "a";
  /** @type {Float64Array | null} (D,) mean B - mean A */
  #step = null;
  #painter = new Painter();
  #decoding = new AbortController();

  /**
   * @param {MapProps} props
   * @param {SelectionHands} hands
   */
  constructor(props, hands) {
    this.props = props;
    /** @param {Slot} slot */
    const card = (slot) =>
      new SelectionCard(slot.toUpperCase(), props.manifest, {
        choose: () => this.#aim(slot),
        clear: () => hands.clear(slot),
        open: hands.open,
      });
    /** @type {Record<Slot, SelectionCard>} */
    this.cards = { a: card("a"), b: card("b") };
    this.hint = element("p", { class: "vx-note", text: TEXT.hint });
    this.nothing = element("p", { class: "vx-note", attributes: { role: "status" } });
    this.mean = element("p", { class: "vx-note", text: TEXT.mean });

    const strip = element("canvas", { class: "vx-map-strip", attributes: { role: "img", "aria-label": TEXT.strip } });
    this.strip = pictureContext(strip, FRAMES);
    this.way = element("span", { class: "vx-caption" });
    this.name = element("input", {
      class: "vx-field",
      attributes: { type: "text", "aria-label": TEXT.name, placeholder: TEXT.placeholder, maxlength: LONGEST_NAME },
    });
    this.said = element("p", { class: "vx-note", attributes: { role: "status" } });
    this.direction = element(
      "form",
      {
        class: "vx-map-direction",
        attributes: { "aria-label": TEXT.direction },
        on: {
          submit: (event) => {
            event.preventDefault();
            this.#add();
          },
        },
      },
      this.way,
      strip,
      element("div", { class: "vx-map-row" }, this.name, element("button", { class: "vx-button", text: TEXT.add })),
      this.said,
    );
    const all = button(TEXT.all, hands.all, { attributes: { title: TEXT.allHint } });
    this.root = element(
      "div",
      { class: "vx-map-selection", attributes: { role: "group", "aria-label": TEXT.title } },
      element(
        "div",
        { class: "vx-map-row vx-map-row-apart" },
        element("span", { class: "vx-caption", text: TEXT.title }),
        all,
      ),
      this.hint,
      this.nothing,
      this.cards.a.root,
      this.cards.b.root,
      this.mean,
      this.direction,
    );
    this.#aim("a");
  }

  /** Where the next selection goes. */
  get target() {
    return this.#target;
  }

  /** @param {string} text why the last selection changed nothing; "" when one has */
  say(text) {
    this.nothing.textContent = text;
    this.nothing.hidden = !text;
  }

  /**
   * @param {Record<Slot, Summary | null>} selections
   * @param {number} wholeSpread of all codes
   */
  show(selections, wholeSpread) {
    const { a, b } = selections;
    this.#decoding.abort();
    this.#decoding = new AbortController();
    this.cards.a.show(a, wholeSpread);
    this.cards.b.show(b, wholeSpread);
    this.hint.hidden = Boolean(a && b);
    this.mean.hidden = !a && !b;
    this.mean.textContent = TEXT.mean;
    this.direction.hidden = !(a && b);
    this.said.textContent = "";
    this.say("");
    const { classes, data } = this.props.manifest;
    this.way.textContent = classes && a ? TEXT.told(data.classes[a.commonest]) : TEXT.direction;
    this.#step = a && b && a.mean.map((value, d) => b.mean[d] - value);
    if (a && !b) this.#aim("b");
    if (b && !a) this.#aim("a");
    this.#decode(selections).catch((error) => {
      if (!isAbort(error)) this.mean.textContent = error.message; // in place of the word on the pictures
    });
  }

  destroy() {
    this.#decoding.abort();
  }

  /** @param {Slot} slot */
  #aim(slot) {
    this.#target = slot;
    for (const [name, card] of Object.entries(this.cards)) card.aimed(name === slot);
  }

  /** @param {Record<Slot, Summary | null>} selections */
  async #decode({ a, b }) {
    const { signal } = this.#decoding;
    await Promise.all([a && this.#decodeMean(this.cards.a, a, signal), b && this.#decodeMean(this.cards.b, b, signal)]);
    if (!a || !b) return;
    const dim = a.mean.length;
    const codes = Float64Array.from({ length: FRAMES * dim }, (_, at) => {
      const d = at % dim,
        share = Math.floor(at / dim) / (FRAMES - 1);
      return a.mean[d] + share * (b.mean[d] - a.mean[d]);
    });
    const pixels = await this.#run(codes, FRAMES, a, signal);
    for (let n = 0; n < FRAMES; n++) this.#painter.paint(this.strip, pixels, n * PIXELS, n * SIDE);
  }

  /** @param {SelectionCard} card @param {Summary} summary @param {AbortSignal} signal */
  async #decodeMean(card, summary, signal) {
    const pixels = await this.#run(summary.mean, 1, summary, signal);
    this.#painter.paint(card.picture, pixels);
  }

  /**
   * A model that is told the class is told the one that most of the selection are of.
   * @param {Float64Array} codes
   * @param {number} count
   * @param {Summary} summary
   * @param {AbortSignal} signal
   */
  #run(codes, count, { commonest }, signal) {
    const { manifest, baseUrl } = this.props;
    return decodeBatch(manifest, baseUrl, codes, count, { label: manifest.classes ? commonest : null, signal });
  }

  #add() {
    const { directions } = keepsakesOf(this.props);
    const name = this.name.value.trim();
    if (!this.#step?.some(Boolean)) {
      this.said.textContent = TEXT.same;
      return;
    }
    if (!name) {
      this.said.textContent = TEXT.unnamed;
      this.name.focus();
      return;
    }
    if (directions.some((one) => one.name === name)) {
      this.said.textContent = TEXT.taken(name);
      this.name.focus();
      return;
    }
    directions.push({ name, step: this.#step });
    this.name.value = "";
    this.said.textContent = TEXT.added(name);
  }
}
