/**
 * How typical the code is, by its distance from the centre and from the codes of the encoded pictures.
 *
 * @typedef {import("../../model.js").Model} Model
 * @typedef {import("../../types.js").Manifest["data"]} Data
 *
 * @typedef {object} Surroundings  the codes of a class, or of all classes
 * @property {Neighbourhood} codes
 * @property {Float64Array} distances  from a sample of these codes to their nearest neighbours, ascending
 */

import { element, isAbort } from "../../dom.js";
import { whenIdle } from "../../idle.js";
import { Neighbourhood, shareBelow, shareCloserToCentre } from "../../space/distances.js";
import { capitalise, classNamed } from "../../text.js";

// Nine of ten codes lie between these two, about as close to another as codes usually are.
const NEAR = 0.05;
const FAR = 0.95;
// Beyond either of these a code is off the map: one in a hundred random codes by the first, hardly any by the second.
const OUTERMOST = 0.99;
const INNERMOST = 0.01;
const BEYOND = 1.5; // times the largest of the distances

const ITSELF = 1e-5; // a test code, stored as float32, is this close to itself

const PATIENCE_MS = 5000; // between two attempts to fetch the codes, during a drag

const TEXT = {
  title: "Where this code lies",
  on: "On the map.",
  middle: "At the very centre.",
  gap: "In a gap on the map.",
  off: "Off the map.",
  /** @param {Data} data */
  waiting: ({ split, nouns }) => `Comparing with the codes of the ${split} ${nouns}…`,
  /** @param {Data} data */
  missing: ({ split, nouns }) =>
    `The codes of the ${split} ${nouns} could not be loaded; there is nothing to compare with yet.`,
  /** @param {Data} data @param {boolean} deterministic */
  about: ({ split, noun, nouns }, deterministic) =>
    (deterministic ? "" : "Random codes are draws from the prior N(0, I). ") +
    `The distance to the nearest code of a ${split} ${noun} is compared with the distances between the codes of ` +
    `${split} ${nouns} and their own nearest neighbours.`,
  /** @param {number} share 0…1 */
  percent: (share) => {
    if (share > 0.995) return "more than 99 %";
    return share < 0.005 ? "fewer than 1 %" : `${Math.round(100 * share)} %`;
  },
  /** @param {number} share 0…1 */
  centre: (share) => `${TEXT.percent(share)} of random codes lie closer to the centre`,
  /** @param {Data} data @param {string | null} className  of a conditional decoder */
  itself: ({ split, noun }, className) => `it is the code of a ${split} ${noun}${ofClass(className)}`,
  /** @param {Data} data @param {string | null} className */
  nearest: ({ split, noun }, className) => `the nearest ${split} ${noun}${ofClass(className)}`,
  /** @param {Data} data @param {string | null} className */
  others: ({ split, nouns }, className) => (className === null ? `${split} ${nouns}` : "these"),
  /** @param {string} others */
  nearer: (others) => `is closer than ${others} usually are to each other`,
  /** @param {string} others */
  usual: (others) => `is about as close as ${others} are to each other`,
  /** @param {string} others */
  farther: (others) => `is farther away than ${others} usually are from each other`,
  beyond: () => "is far away",
  /** @param {Data} data @param {string | null} className @param {number} share 0…1 */
  share: ({ split, nouns }, className, share) =>
    ` At present, ${TEXT.percent(share)} of the ${split} ${nouns}${ofClass(className)} have a nearer neighbour.`,
};

export class Typicality {
  #model;
  #about;
  #z;
  /** @type {number | null} */
  #label = null;
  #reading = whenIdle(() => this.#read());
  #loading = new AbortController();
  /** @type {Map<number | null, Surroundings | "loading">} */
  #known = new Map();
  #retryAt = 0;

  /** @param {Model} model */
  constructor(model) {
    this.#model = model;
    const { latent_dim: dim, data, deterministic } = model.manifest;
    this.#z = new Float64Array(dim);
    this.headline = element("strong");
    this.details = element("span", { text: TEXT.waiting(data) });
    this.text = element("p", { class: "vx-note" }, this.headline, " ", this.details);
    this.#about = TEXT.about(data, deterministic);
    this.root = element(
      "div",
      { class: "vx-typicality", attributes: { role: "group", "aria-label": TEXT.title, title: this.#about } },
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
    this.#reading.request();
  }

  destroy() {
    this.#loading.abort();
    this.#reading.cancel();
    this.root.remove();
  }

  #read() {
    const known = this.#known.get(this.#label);
    if (!known && performance.now() >= this.#retryAt) this.#load(this.#label);
    if (!known || known === "loading") return;
    const share = this.#model.manifest.deterministic ? null : shareCloserToCentre(this.#z);
    const distance = known.codes.count > 1 ? this.#compare(known) : null;
    const isOff = distance?.isBeyond || (share !== null && share > OUTERMOST);
    const isMiddle = share !== null && share < INNERMOST;
    setText(this.headline, isOff ? TEXT.off : distance?.isGap ? TEXT.gap : isMiddle ? TEXT.middle : TEXT.on);
    const parts = [share === null ? null : TEXT.centre(share), distance?.text].filter((part) => part);
    setText(this.details, parts.length ? `${capitalise(parts.join("; "))}.` : "");
  }

  /** @param {Surroundings} surroundings */
  #compare({ codes, distances }) {
    const { data, classes } = this.#model.manifest;
    const distance = codes.nearest(this.#z);
    const below = shareBelow(distances, distance);
    const isBeyond = distance > BEYOND * distances[distances.length - 1];
    /** @type {[boolean, (others: string) => string][]} the first that is true applies */
    const table = [
      [isBeyond, TEXT.beyond],
      [below > FAR, TEXT.farther],
      [below < NEAR, TEXT.nearer],
      [true, TEXT.usual],
    ];
    const [, describe] = /** @type {(typeof table)[0]} */ (table.find(([holds]) => holds));
    const className = classes ? data.classes[this.#label ?? 0] : null;
    const others = TEXT.others(data, className);
    const text =
      distance < ITSELF ? TEXT.itself(data, className) : `${TEXT.nearest(data, className)} ${describe(others)}`;
    this.root.title = this.#about + TEXT.share(data, className, below);
    return { isBeyond, isGap: below > FAR, text };
  }

  /** @param {number | null} label */
  async #load(label) {
    this.#known.set(label, "loading");
    const { signal } = this.#loading;
    try {
      const codes = await this.#model.codes();
      signal.throwIfAborted();
      const neighbourhood = new Neighbourhood(codes, label);
      const distances = neighbourhood.count > 1 ? await neighbourhood.neighbourDistances(signal) : new Float64Array();
      this.#known.set(label, { codes: neighbourhood, distances });
      this.#reading.request();
    } catch (error) {
      if (isAbort(error)) return;
      // The map beside it reports the error and offers to try again; here the next move tries again.
      this.#known.delete(label);
      this.#retryAt = performance.now() + PATIENCE_MS;
      setText(this.details, TEXT.missing(this.#model.manifest.data));
    }
  }
}

/** @param {string | null} name */
function ofClass(name) {
  return name === null ? "" : ` of ${classNamed(name)}`;
}

/** @param {Node} node @param {string} text */
function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
