// Two selections of points, A and B, and the direction from one to the other, which can become a slider in Morph.

import { decodeBatch } from "../../decoding/decode_batch.js";
import { button, element, isAbort } from "../../dom.js";
import { PIXELS, SIDE } from "../../picture/size.js";
import { Painter, pictureContext } from "../../paint.js";
import { workspaceOf } from "../../workspace.js";
import { SelectionCard } from "./selection_card.js";

/** @typedef {import("../../types.js").MapProps} MapProps */
/** @typedef {import("./state.js").Slot} Slot */
/** @typedef {import("./summary.js").Summary} Summary */

const TEXT = {
  title: "Selections",
  hint: "Use Box or Lasso to select dots into A, then into B.",
  all: "Select all",
  allHint: "Selects every dot that is not hidden",
  mean: "Each picture is the decoded mean code. Spread is the root mean square distance of the codes from it; in grey, that of all codes.",
  direction: "From A to B",
  /** @param {string} name */
  directionAs: (name) => `From A to B, decoded as ${name}`,
  strip: "Pictures decoded along the path from the mean code of A to that of B",
  name: "Name of the slider",
  placeholder: "Your name for it",
  add: "Add slider",
  /** @param {string} name */
  added: (name) => `“${name}” is now a slider in Morph.`,
  unnamed: "Give the slider a name: what do you see change?",
  same: "A and B have the same mean code: there is no direction from one to the other.",
  /** @param {string} name */
  taken: (name) => `There is already a slider “${name}”. Choose another name.`,
};

const FRAMES = 7;
const MAX_NAME_LENGTH = 24;

/**
 * @typedef {object} SelectionCallbacks
 * @property {() => void} all select every point in view
 * @property {(slot: Slot) => void} clear
 * @property {(summary: Summary) => void} open the mean code, in Morph
 */

export class SelectionPanel {
  /** @type {Slot} where the next selection goes */
  #nextSlot = "a";
  /** @type {Float64Array | null} (D,) mean B - mean A */
  #step = null;
  #painter = new Painter();
  #decoding = new AbortController();

  /**
   * @param {MapProps} props
   * @param {SelectionCallbacks} callbacks
   */
  constructor(props, callbacks) {
    this.props = props;
    /** @param {Slot} slot */
    const card = (slot) =>
      new SelectionCard(slot.toUpperCase(), props.manifest, {
        choose: () => this.#selectNextInto(slot),
        clear: () => callbacks.clear(slot),
        open: callbacks.open,
      });
    /** @type {Record<Slot, SelectionCard>} */
    this.cards = { a: card("a"), b: card("b") };
    this.hint = element("p", { class: "vx-note", text: TEXT.hint });
    this.notice = element("p", { class: "vx-note", attributes: { role: "status" } });
    this.mean = element("p", { class: "vx-note", text: TEXT.mean });

    const strip = element("canvas", { class: "vx-map-strip", attributes: { role: "img", "aria-label": TEXT.strip } });
    this.strip = pictureContext(strip, FRAMES);
    this.directionCaption = element("span", { class: "vx-caption" });
    this.name = element("input", {
      class: "vx-field",
      attributes: { type: "text", "aria-label": TEXT.name, placeholder: TEXT.placeholder, maxlength: MAX_NAME_LENGTH },
    });
    this.status = element("p", { class: "vx-note", attributes: { role: "status" } });
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
      this.directionCaption,
      strip,
      element("div", { class: "vx-map-row" }, this.name, element("button", { class: "vx-button", text: TEXT.add })),
      this.status,
    );
    const all = button(TEXT.all, callbacks.all, { attributes: { title: TEXT.allHint } });
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
      this.notice,
      this.cards.a.root,
      this.cards.b.root,
      this.mean,
      this.direction,
    );
    this.#selectNextInto("a");
  }

  /** Where the next selection goes. */
  get nextSlot() {
    return this.#nextSlot;
  }

  /** @param {string} text why the last selection changed nothing, "" if it did */
  showNotice(text) {
    this.notice.textContent = text;
    this.notice.hidden = !text;
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
    this.status.textContent = "";
    this.showNotice("");
    const { classes, data } = this.props.manifest;
    this.directionCaption.textContent = classes && a ? TEXT.directionAs(data.classes[a.commonest]) : TEXT.direction;
    this.#step = a && b && a.mean.map((value, d) => b.mean[d] - value);
    if (a && !b) this.#selectNextInto("b");
    if (b && !a) this.#selectNextInto("a");
    this.#decode(selections).catch((error) => {
      if (!isAbort(error)) this.mean.textContent = error.message; // in place of the note about the pictures
    });
  }

  destroy() {
    this.#decoding.abort();
  }

  /** @param {Slot} slot */
  #selectNextInto(slot) {
    this.#nextSlot = slot;
    for (const [name, card] of Object.entries(this.cards)) card.setNext(name === slot);
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
   * A conditional model decodes with the most common class of the selection.
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
    const { directions } = workspaceOf(this.props);
    const name = this.name.value.trim();
    if (!this.#step?.some(Boolean)) {
      this.status.textContent = TEXT.same;
      return;
    }
    if (!name) {
      this.status.textContent = TEXT.unnamed;
      this.name.focus();
      return;
    }
    if (directions.some((one) => one.name === name)) {
      this.status.textContent = TEXT.taken(name);
      this.name.focus();
      return;
    }
    directions.push({ name, step: this.#step });
    this.name.value = "";
    this.status.textContent = TEXT.added(name);
  }
}
