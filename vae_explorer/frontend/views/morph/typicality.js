/**
 * How usual the code is, by its distance from the codes of the encoded pictures, and from the centre.
 *
 * @typedef {import("../../model.js").Model} Model
 * @typedef {import("../../types.js").Manifest["data"]} Data
 */

import { element, isAbort, setText } from "../../dom.js";
import { whenIdle } from "../../timing/idle.js";
import { Neighbourhood, shareCloserToCentre } from "../../space/distances.js";
import { capitalise, classNamed } from "../../text.js";

// The share of samples from posteriors that count as usual. At most five in a hundred may be called unusual, and the
// percentile is itself that of a sample.
const USUAL = 0.97;

const ITSELF = 1e-5; // a test code, stored as float32, is this close to itself

const PATIENCE_MS = 5000; // between two attempts to fetch the codes, during a drag

const TEXT = {
  title: "How usual this code is",
  usual: "A usual code.",
  unusual: "An unusual code.",
  figures: "In figures",
  /** @param {Data} data @param {string | null} className */
  near: ({ split, nouns }, className) => `${capitalise(split)} ${nouns}${ofClass(className)} have codes near it.`,
  /** @param {Data} data @param {string | null} className */
  far: ({ split, noun }, className) => `No ${split} ${noun}${ofClass(className)} has a code near it.`,
  blend: "A usual code, too, may be drawn as a blend.",
  /** @param {Data} data */
  waiting: ({ split, nouns }) => `Comparing with the codes of the ${split} ${nouns}…`,
  /** @param {Data} data */
  missing: ({ split, nouns }) =>
    `The codes of the ${split} ${nouns} could not be loaded; there is nothing to compare with yet.`,
  /** @param {Data} data @param {boolean} deterministic */
  about: (data, deterministic) =>
    `${(deterministic ? TEXT.aboutCodes : TEXT.aboutSamples)(data)} Beyond ${Math.round(100 * USUAL)} % of these a code ` +
    "is called unusual.",
  /** @param {Data} data */
  aboutCodes: ({ split, noun }) =>
    `The distance to the nearest ${split} ${noun}'s code is compared with that of each ${split} ${noun}'s own code to ` +
    "the nearest other.",
  /** @param {Data} data */
  aboutSamples: ({ split, noun, nouns }) =>
    `The distance to the nearest ${split} ${noun}'s mean code is compared with that of samples from the posteriors ` +
    `q(z | x) of all ${split} ${nouns}, each to the nearest of another ${noun}. Dimensions that the model does not use ` +
    "are left out.",
  /** @param {number} share 0…1 */
  percent: (share) => {
    if (share > 0.995) return "more than 99\u00a0%";
    return share < 0.005 ? "fewer than 1\u00a0%" : `${Math.round(100 * share)}\u00a0%`;
  },
  /** @param {Data} data @param {string | null} className */
  itself: ({ split, noun }, className) => `It is the code of a ${split} ${noun}${ofClass(className)}.`,
  /** @param {Data} data @param {string | null} className @param {number} share 0…1 */
  samples: ({ split, noun }, className, share) =>
    `${TEXT.percent(share)} of the codes that the encoder samples lie closer to a ${split} ${noun}${ofClass(className)}.`,
  /** @param {Data} data @param {string | null} className @param {number} share 0…1 */
  codes: ({ split, nouns }, className, share) =>
    `${TEXT.percent(share)} of the ${split} ${nouns}${ofClass(className)} lie closer to another.`,
  /** @param {number} share 0…1 */
  prior: (share) => `${TEXT.percent(share)} of draws from N(0,\u00a0I) are unusual too.`,
  /** @param {number} share 0…1 */
  centre: (share) => `${TEXT.percent(share)} of draws from N(0,\u00a0I) lie closer to the centre.`,
};

export class Typicality {
  #model;
  #z;
  /** @type {number | null} */
  #label = null;
  #reading = whenIdle(() => this.#read());
  #loading = new AbortController();
  /** @type {Map<number | null, Neighbourhood | "loading">} */
  #known = new Map();
  #retryAt = 0;
  #isUsual = false;

  /** @param {Model} model */
  constructor(model) {
    this.#model = model;
    const { latent_dim: dim, data, deterministic } = model.manifest;
    this.#z = new Float64Array(dim);
    this.headline = element("strong");
    this.sentence = element("span", { text: TEXT.waiting(data) });
    this.text = element("p", { class: "vx-note" }, this.headline, " ", this.sentence);
    this.figures = element("p", { class: "vx-note", attributes: { title: TEXT.about(data, deterministic) } });
    const summary = element("summary", { class: "vx-note", text: TEXT.figures });
    this.details = element("details", {}, summary, " ", this.figures);
    const attributes = { role: "group", "aria-label": TEXT.title };
    this.root = element("div", { class: "vx-typicality", attributes }, this.text, " ", this.details);
  }

  /**
   * @param {ArrayLike<number>} z  (D)
   * @param {number | null} label
   */
  show(z, label) {
    this.#z.set(z);
    this.#label = label;
    this.#reading.request();
  }

  destroy() {
    this.#loading.abort();
    this.#reading.cancel();
    this.root.remove();
  }

  #read() {
    const { deterministic } = this.#model.manifest;
    const known = this.#known.get(this.#label);
    if (!known && performance.now() >= this.#retryAt) this.#load(this.#label);
    if (!known || known === "loading") return;
    const figures = known.isUsable ? this.#compare(known) : [];
    if (!known.isUsable) {
      setText(this.headline, "");
      setText(this.sentence, "");
    }
    if (!deterministic) figures.push(TEXT.centre(shareCloserToCentre(this.#z)));
    if (known.isUsable && this.#isUsual) figures.push(TEXT.blend);
    setText(this.figures, figures.map(capitalise).join(" "));
    this.details.hidden = !figures.length;
  }

  /** @param {Neighbourhood} neighbourhood @returns {string[]} the sentences with figures */
  #compare(neighbourhood) {
    const { data, classes, deterministic } = this.#model.manifest;
    const className = classes ? data.classes[this.#label ?? 0] : null;
    const distance = neighbourhood.nearest(this.#z);
    const share = neighbourhood.shareCloser(distance);
    const isUnusual = share > USUAL;
    this.#isUsual = !isUnusual;
    setText(this.headline, isUnusual ? TEXT.unusual : TEXT.usual);
    if (distance < ITSELF) {
      setText(this.sentence, TEXT.itself(data, className));
      return [];
    }
    setText(this.sentence, (isUnusual ? TEXT.far : TEXT.near)(data, className));
    const figures = [(deterministic ? TEXT.codes : TEXT.samples)(data, className, share)];
    const prior = isUnusual ? neighbourhood.priorShareBeyond(USUAL) : null;
    if (prior !== null) figures.push(TEXT.prior(prior));
    return figures;
  }

  /** @param {number | null} label */
  async #load(label) {
    this.#known.set(label, "loading");
    const { manifest } = this.#model;
    try {
      const codes = await this.#model.codes();
      this.#loading.signal.throwIfAborted();
      this.#known.set(label, new Neighbourhood(codes, manifest.used, manifest.classes ? label : null));
      this.#reading.request();
    } catch (error) {
      if (isAbort(error)) return;
      // The map beside it reports the error and offers to try again; here the next move tries again.
      this.#known.delete(label);
      this.#retryAt = performance.now() + PATIENCE_MS;
      setText(this.sentence, TEXT.missing(manifest.data));
    }
  }
}

/** @param {string | null} name */
function ofClass(name) {
  return name === null ? "" : ` of ${classNamed(name)}`;
}
