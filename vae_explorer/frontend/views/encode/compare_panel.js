/**
 * The same picture through other models: what each gives back, what it costs, and what a classifier reads in it.
 *
 * Nothing of the others is fetched before somebody opens this. Which ones are in the table is a text: their ids, escaped
 * and with commas between them, or `-` if there are none.
 *
 * @typedef {import("../../types.js").Manifest} Manifest
 * @typedef {import("../../network/network.js").Network} Network
 *
 * @typedef {import("../shared/computation.js").Passed} Passed
 *
 * @typedef {object} Shown
 * @property {Float32Array} pixels  (784) in 0…1
 * @property {number} label         the class for conditional models
 * @property {"bce" | "mse"} term   how the reconstruction is measured
 * @property {Passed | null} own    what the model in view has made of it with the mean code, if that is known
 *
 * @typedef {object} CompareCallbacks
 * @property {() => Shown | null} now          null: there is no picture
 * @property {(compared: string) => void} onChange  there are other models in the table now
 *
 * @typedef {object} Compared  one model in the table
 * @property {Manifest} manifest
 * @property {Computation | null} computation  null while its networks are being fetched
 * @property {Network | null} classifier
 * @property {CanvasRenderingContext2D} context
 * @property {HTMLTableRowElement} row
 * @property {HTMLElement[]} cells  of the numbers
 */

import { button, element, setPressed } from "../../dom.js";
import { openModel } from "../../model.js";
import { Painter, pictureContext } from "../../paint.js";
import { Computation } from "../shared/computation.js";
import { addedUp, figure } from "../shared/figures.js";
import { readingOf } from "../shared/reading.js";

const MOST = 3; // models beside the one in view
const NONE = "-";
const ACTIVE = 0.1; // nats: a dimension that says less about this picture is as good as unused for it

const TEXT = {
  title: "Other models",
  choose: "Models beside this one",
  hint: `At most ${MOST} models`,
  columns: ["Model", "x̂", "reconstruction", "KL", "−ELBO", "read as", "dimensions in use"],
  picture: (/** @type {string} */ title) => `Reconstruction by ${title}`,
  loading: "Loading…",
  failed: "could not be loaded",
  none: "–",
  /** @param {number} used @param {number} dim */
  active: (used, dim) => `${used} of ${dim}`,
  /** @param {string} name @param {number} share */
  reading: (name, share) => `${name} (${Math.round(100 * share)} %)`,
  about:
    "All from the mean code, with the reconstruction term that is set. Dimensions in use: those whose KL is above " +
    `${ACTIVE} nats for this picture; another picture may use others. A model that has learned other pictures draws what it ` +
    "knows.",
};

export class ComparePanel {
  #own;
  #others;
  #baseUrl;
  #painter = new Painter();
  /** @type {Map<string, Compared>} by the id of the model, in the order of the table */
  #compared = new Map();
  #isDestroyed = false;
  #callbacks;

  /**
   * @param {Manifest} own  of the model in view
   * @param {Manifest[]} others
   * @param {string} baseUrl
   * @param {CompareCallbacks} callbacks
   */
  constructor(own, others, baseUrl, callbacks) {
    this.#own = own;
    this.#others = others;
    this.#baseUrl = baseUrl;
    this.#callbacks = callbacks;
    this.choices = others.map((manifest) => button(manifest.title, () => this.#choose(manifest)));
    this.body = element("tbody");
    this.root = element("section", { class: "vx-enc-compare", attributes: { "aria-label": TEXT.title, hidden: true } });
  }

  get isOpen() {
    return !this.root.hidden;
  }

  /** The models in the table, besides the one in view. */
  get text() {
    const ids = [...this.#compared.keys()].filter((id) => id !== this.#own.id);
    return ids.map(escaped).join(",") || NONE;
  }

  /** Shows the table. @param {string} text  its models at first; "": the first ones of the same pictures */
  open(text) {
    this.root.hidden = false;
    if (!this.root.firstChild) this.#begin(text);
    this.show();
  }

  /** @param {string} text */
  #begin(text) {
    this.root.append(
      element(
        "div",
        { class: "vx-choices", attributes: { role: "group", "aria-label": TEXT.choose, title: TEXT.hint } },
        ...this.choices,
      ),
      element(
        "div",
        { class: "vx-table vx-enc-table", attributes: { tabindex: 0, role: "group", "aria-label": TEXT.title } },
        element(
          "table",
          {},
          element("thead", {}, element("tr", {}, ...TEXT.columns.map((text) => heading(text, "col")))),
          this.body,
        ),
      ),
      element("p", { class: "vx-note", text: TEXT.about }),
    );
    const chosen = text
      ? text.split(",").flatMap((wanted) => this.#others.find(({ id }) => escaped(id) === wanted) ?? [])
      : this.#others.filter(({ data }) => data.name === this.#own.data.name);
    for (const manifest of [this.#own, ...chosen.slice(0, MOST)]) this.#add(manifest);
    this.#showChoices();
  }

  close() {
    this.root.hidden = true;
  }

  destroy() {
    this.#isDestroyed = true;
  }

  /** The picture, or how it is measured, has changed. */
  show() {
    for (const paint of this.paints()) paint();
  }

  /** The same in parts: one for each row of the table. @returns {(() => void)[]} */
  paints() {
    const shown = this.isOpen ? this.#callbacks.now() : null;
    return shown ? Array.from(this.#compared.values(), (compared) => () => this.#fill(compared, shown)) : [];
  }

  /** @param {Manifest} manifest */
  #choose(manifest) {
    const known = this.#compared.get(manifest.id);
    if (known) {
      known.row.remove();
      this.#compared.delete(manifest.id);
    } else if (!this.#isFull) {
      this.#add(manifest);
    }
    this.#showChoices();
    this.#callbacks.onChange(this.text);
  }

  get #isFull() {
    return this.#compared.size > MOST; // the one in view is among them
  }

  #showChoices() {
    setPressed(this.choices, (index) => this.#compared.has(this.#others[index].id));
    this.choices.forEach((choice, index) => {
      choice.disabled = this.#isFull && !this.#compared.has(this.#others[index].id);
    });
  }

  /** @param {Manifest} manifest */
  async #add(manifest) {
    const canvas = element("canvas", { attributes: { role: "img", "aria-label": TEXT.picture(manifest.title) } });
    const cells = Array.from({ length: TEXT.columns.length - 2 }, () => element("td", { class: "vx-reading" }));
    const row = element("tr", {}, heading(manifest.title, "row"), element("td", {}, canvas), ...cells);
    /** @type {Compared} */
    const compared = { manifest, computation: null, classifier: null, context: pictureContext(canvas), row, cells };
    this.#compared.set(manifest.id, compared);
    this.body.append(row);
    cells[0].textContent = TEXT.loading;
    try {
      const model = openModel(manifest, this.#baseUrl);
      const [encoder, decoder, classifier] = await Promise.all([
        model.encoder(),
        model.decoderLogits(),
        model.hasClassifier ? model.classifier() : null,
      ]);
      if (this.#isDestroyed) return;
      compared.computation = new Computation(manifest, encoder, decoder);
      compared.classifier = classifier;
      this.show();
    } catch {
      cells[0].textContent = TEXT.failed;
    }
  }

  /** @param {Compared} compared @param {Shown} shown */
  #fill({ manifest, computation, classifier, context, cells }, { pixels, label, term, own }) {
    if (!computation) return;
    const { deterministic, classes, latent_dim: dim, data } = manifest;
    const isKnown = own !== null && manifest === this.#own;
    if (!isKnown) {
      computation.encode(pixels, classes ? Math.min(label, classes - 1) : null);
      computation.decode(null, 1, term);
    }
    const passed = isKnown ? own : computation.passed;
    const { xHat, kl } = passed;
    const sum = addedUp(passed.reconstruction, passed.klTotal, deterministic ? 0 : 1);
    this.#painter.paint(context, xHat);
    const used = kl.filter((value) => value > ACTIVE).length;
    const texts = [
      figure(sum.reconstruction),
      deterministic ? TEXT.none : figure(sum.kl),
      deterministic ? TEXT.none : figure(sum.sum),
      classifier ? read(classifier.run(xHat), data.classes) : TEXT.none,
      deterministic ? TEXT.none : TEXT.active(used, dim),
    ];
    texts.forEach((text, index) => {
      if (cells[index].textContent !== text) cells[index].textContent = text;
    });
  }
}

/** @param {Float32Array} logits  (classes) @param {string[]} names */
function read(logits, names) {
  const { label, share } = readingOf(logits);
  return TEXT.reading(names[label] ?? TEXT.none, share);
}

/** @param {string} id  of a model; its folder may have any name */
function escaped(id) {
  return encodeURIComponent(id).replaceAll("%2F", "/");
}

/** @param {string} text @param {"col" | "row"} scope */
function heading(text, scope) {
  return element("th", { text, attributes: { scope } });
}
