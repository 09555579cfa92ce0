/**
 * "On the map", "off the map": how usual the code is, by its distance from the centre and from the encoded pictures.
 *
 * @typedef {import("../../model.js").Model} Model
 * @typedef {import("../../types.js").Manifest["data"]} Data
 *
 * @typedef {object} Surroundings  of the codes that count for a class, or of all
 * @property {Neighbourhood} near
 * @property {Float64Array} usual  how far these codes lie from each other's nearest, the smallest first
 */

import { Neighbourhood, shareBelow, shareCloserToCentre } from "../../space/distances.js";
import { element, isAbort } from "../../dom.js";
import { inSpareTime } from "../../idle.js";

// Nine of ten codes lie between the first two, as near to another as usual.
const NEAR = 0.05;
const FAR = 0.95;
// Past one of these a code is off the map. Of random codes one in a hundred is, by the first; by the second hardly any.
const OUTERMOST = 0.99;
const INNERMOST = 0.01;
const BEYOND = 1.5; // times the largest usual distance

const ITSELF = 1e-5; // a test code in float32 is this close to itself

const PATIENCE_MS = 5000; // between two attempts to fetch the codes, while somebody drags

const TEXT = {
  title: "Where this code lies",
  on: "On the map.",
  middle: "In the very middle.",
  gap: "In a gap of the map.",
  off: "Off the map.",
  /** @param {Data} data */
  waiting: ({ split, nouns }) => `Comparing with the codes of the ${split} ${nouns}…`,
  /** @param {Data} data */
  missing: ({ split, nouns }) => `The codes of the ${split} ${nouns} did not arrive; nothing can be compared yet.`,
  /** @param {Data} data @param {boolean} deterministic */
  about: ({ split, noun, nouns }, deterministic) =>
    (deterministic ? "" : "Random codes are draws from the prior N(0, I). ") +
    `The distance to the nearest code of a ${split} ${noun} is compared with how far the codes of the ${split} ${nouns} ` +
    "lie from their own nearest neighbours.",
  /** @param {number} share 0…1 */
  percent: (share) => {
    if (share > 0.995) return "more than 99 %";
    return share < 0.005 ? "fewer than 1 %" : `${Math.round(100 * share)} %`;
  },
  /** @param {number} share 0…1 */
  centre: (share) => `${TEXT.percent(share)} of random codes lie closer to the centre`,
  /** @param {Data} data @param {string | null} className */
  itself: ({ split, noun }, className) => `it is the code of a ${split} ${noun}${ofClass(className)}`,
  /** @param {Data} data @param {string | null} className @param {number} share 0…1 */
  among: (data, className, share) =>
    `${TEXT.percent(share)} of the ${data.split} ${data.nouns}${ofClass(className)} have a nearer neighbour`,
  /** @param {Data} data @param {string | null} className of a decoder that is told the class */
  nearest: ({ split, noun }, className) => `the nearest ${split} ${noun}${ofClass(className)}`,
  nearer: "is nearer than usual",
  usual: "is as near as usual",
  farther: "is farther away than usual",
  beyond: "is far away",
};

export class OffMap {
  #model;
  #z;
  /** @type {number | null} */
  #label = null;
  #turn = inSpareTime(() => this.#read());
  #leaving = new AbortController();
  /** @type {Map<number | null, Surroundings | "coming">} */
  #known = new Map();
  #notBefore = 0;

  /** @param {Model} model */
  constructor(model) {
    this.#model = model;
    const { latent_dim: dim, data, deterministic } = model.manifest;
    this.#z = new Float64Array(dim);
    this.verdict = element("strong");
    this.words = element("span", { text: TEXT.waiting(data) });
    this.text = element("p", { class: "vx-note" }, this.verdict, " ", this.words);
    const about = TEXT.about(data, deterministic);
    this.root = element(
      "div",
      { class: "vx-off-map", attributes: { role: "group", "aria-label": TEXT.title, title: about } },
      this.text,
    );
  }

  /**
   * @param {ArrayLike<number>} z  (D)
   * @param {number | null} label
   */
  show(z, label) {
    this.#z.set(z);
    this.#label = label;
    this.#turn.request();
  }

  destroy() {
    this.#leaving.abort();
    this.#turn.cancel();
    this.root.remove();
  }

  #read() {
    const known = this.#known.get(this.#label);
    if (!known && performance.now() >= this.#notBefore) this.#load(this.#label);
    if (!known || known === "coming") return;
    const share = this.#model.manifest.deterministic ? null : shareCloserToCentre(this.#z);
    const distance = known.near.count > 1 ? this.#compare(known) : null;
    const isOff = distance?.isBeyond || (share !== null && share > OUTERMOST);
    const isMiddle = share !== null && share < INNERMOST;
    setText(this.verdict, isOff ? TEXT.off : distance?.isGap ? TEXT.gap : isMiddle ? TEXT.middle : TEXT.on);
    const parts = [share === null ? null : TEXT.centre(share), distance?.words].filter((part) => part);
    setText(this.words, parts.length ? `${capital(parts.join("; "))}.` : "");
  }

  /** @param {Surroundings} surroundings */
  #compare({ near, usual }) {
    const { data, classes } = this.#model.manifest;
    const distance = near.nearest(this.#z);
    const below = shareBelow(usual, distance);
    const isBeyond = distance > BEYOND * usual[usual.length - 1];
    /** @type {[boolean, string][]} the first that is true is said */
    const table = [
      [isBeyond, TEXT.beyond],
      [below > FAR, TEXT.farther],
      [below < NEAR, TEXT.nearer],
      [true, TEXT.usual],
    ];
    const how = table.find(([holds]) => holds)?.[1];
    const className = classes ? data.classes[this.#label ?? 0] : null;
    const words =
      distance < ITSELF
        ? TEXT.itself(data, className)
        : `${TEXT.nearest(data, className)} ${how}: ${TEXT.among(data, className, below)}`;
    return { isBeyond, isGap: below > FAR, words };
  }

  /** @param {number | null} label */
  async #load(label) {
    this.#known.set(label, "coming");
    const { signal } = this.#leaving;
    try {
      const codes = await this.#model.codes();
      signal.throwIfAborted();
      const near = new Neighbourhood(codes, label);
      const usual = near.count > 1 ? await near.usualDistances(signal) : new Float64Array();
      this.#known.set(label, { near, usual });
      this.#turn.request();
    } catch (error) {
      if (isAbort(error)) return;
      // The map beside it says what is wrong and offers to try again; here the next move does.
      this.#known.delete(label);
      this.#notBefore = performance.now() + PATIENCE_MS;
      setText(this.words, TEXT.missing(this.#model.manifest.data));
    }
  }
}

/** @param {string | null} name */
function ofClass(name) {
  return name === null ? "" : ` of class ${name}`;
}

/** @param {Node} node @param {string} text */
function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** @param {string} text */
function capital(text) {
  return text[0].toUpperCase() + text.slice(1);
}
