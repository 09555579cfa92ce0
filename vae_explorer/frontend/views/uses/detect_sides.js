/**
 * Pictures just on both sides of the threshold: some of the model's own and some of the other set, scored in the page.
 *
 * @typedef {import("../../model.js").Model} Model
 * @typedef {import("../../model.js").Atlas} Atlas
 * @typedef {import("../../types.js").Manifest} Manifest
 * @typedef {import("../../types.js").UsesProps} UsesProps
 * @typedef {import("./detect_scores.js").Scores} Scores
 * @typedef {import("./detect_scores.js").Scorer} Scorer
 * @typedef {import("./detect_slices.js").Slices} Slices
 *
 * @typedef {{pixels: Float32Array, scores: Scores, isOther: boolean}} Scored
 */

import { element, errorBox, oncePerFrame } from "../../dom.js";
import { openModel } from "../../model.js";
import { Painter, pictureContext } from "../../paint.js";
import { standardNormals } from "../../space/random.js";
import { figure } from "../shared/figures.js";
import { CHANGES } from "./detect_changes.js";
import { picturesOf, setName } from "./detect_text.js";

const PICTURES = 100; // of each set
const EACH_SIDE = 4;
const RANK = 1; // behind the visitor's own picture

/** The data sets that are shown as other ones, by the name of the set. @type {Record<string, string>} */
const DATA_SETS = { clothes: "fashion-mnist", digits: "mnist" };

const TEXT = {
  title: "Just on both sides of the threshold",
  /** @param {string} split @param {string} nouns @param {string} others @param {number} count */
  about: (split, nouns, others, count) =>
    `Out of ${count} ${split} ${nouns} and ${count} ${others}, scored in this page.`,
  /** @param {number} done @param {number} count */
  progress: (done, count) => `Scored ${done} of ${count} of each so far…`,
  loading: "Loading the pictures…",
  /** @param {string} others */
  none: (others) =>
    `There are no ${others} to show here: no other model on this server is of them. The figures are from the model’s table.`,
  below: "below: no such picture",
  above: "above: no such picture",
  retry: "Try again",
  nats: "nats",
};

export class Sides {
  #model;
  #props;
  #slices;
  #complete;
  #painter = new Painter();
  #frame = oncePerFrame(() => this.#paint());
  /** @type {Scorer | null} */
  #scorer = null;
  /** @type {Scored[]} */
  #test = [];
  /** @type {Map<string, Scored[]>} */
  #others = new Map();
  #set = "";
  #count = PICTURES;
  #score = "";
  #threshold = 0;
  #isDestroyed = false;

  /**
   * @param {Model} model
   * @param {UsesProps} props
   * @param {Slices} slices
   * @param {(scores: Scores) => Scores} complete  adds typicality
   */
  constructor(model, props, slices, complete) {
    this.#model = model;
    this.#props = props;
    this.#slices = slices;
    this.#complete = complete;
    this.below = Array.from({ length: EACH_SIDE }, () => new Shown());
    this.above = Array.from({ length: EACH_SIDE }, () => new Shown());
    this.noneBelow = element("p", { class: "vx-note", text: TEXT.below });
    this.noneAbove = element("p", { class: "vx-note", text: TEXT.above });
    this.pictures = element(
      "div",
      { class: "vx-det-sides" },
      element("div", { class: "vx-det-side" }, this.noneBelow, ...this.below.map(({ root }) => root)),
      element("div", { class: "vx-det-between", attributes: { "aria-hidden": "true" } }),
      element("div", { class: "vx-det-side" }, ...this.above.map(({ root }) => root), this.noneAbove),
    );
    this.note = element("p", { class: "vx-note" });
    this.message = element("div");
    this.root = element(
      "section",
      { class: "vx-det-neighbours", attributes: { "aria-label": TEXT.title } },
      element("h2", { class: "vx-caption", text: TEXT.title }),
      this.pictures,
      this.note,
      this.message,
    );
    this.pictures.hidden = true;
  }

  destroy() {
    this.#isDestroyed = true;
    this.#frame.cancel();
  }

  /** @param {Scorer} scorer  for these pictures alone; the networks are there */
  begin(scorer) {
    this.#scorer = scorer;
    if (this.#set) this.#start();
  }

  /** @param {string} set  the other pictures */
  show(set) {
    this.#set = set;
    if (this.#scorer) this.#start();
  }

  /** @param {string} score @param {number} threshold */
  divide(score, threshold) {
    this.#score = score;
    this.#threshold = threshold;
    this.#frame.request();
  }

  async #start() {
    const set = this.#set;
    const { manifest } = this.#model;
    this.#slices.stop(RANK);
    this.pictures.hidden = true;
    this.message.replaceChildren();
    const other = CHANGES[set] ? this.#model : this.#otherModel(set);
    if (!other) {
      this.#say(TEXT.none(picturesOf(set, manifest.data)));
      return;
    }
    this.#say(TEXT.loading);
    try {
      const [own, others] = await Promise.all([this.#model.digits(), other.digits()]);
      if (this.#isDestroyed || set !== this.#set) return;
      this.pictures.hidden = false;
      this.#slices.start(RANK, this.#work(set, own, others));
    } catch (error) {
      if (this.#isDestroyed || set !== this.#set) return;
      this.#say("");
      this.message.replaceChildren(errorBox(error, TEXT.retry, () => this.#start()));
    }
  }

  /** @param {string} set @returns {Model | null}  that has its pictures */
  #otherModel(set) {
    const { others, baseUrl } = this.#props;
    const found = others.find(({ data }) => data.name === DATA_SETS[set]);
    return found ? openModel(found, baseUrl) : null;
  }

  /** @param {string} set @param {Atlas} own @param {Atlas} from @returns {Generator<undefined, void>} */
  *#work(set, own, from) {
    const change = CHANGES[set];
    const others = this.#others.get(set) ?? [];
    this.#others.set(set, others);
    const count = Math.min(PICTURES, own.count, from.count);
    this.#count = count;
    for (let i = 0; i < count; i++) {
      this.#test[i] ??= yield* this.#scored(every(own, i, count), i, false);
      const pixels = every(from, i, count);
      others[i] ??= yield* this.#scored(change ? change(pixels, i) : pixels, i, true);
      this.#frame.request();
    }
    this.#frame.request();
  }

  /** @param {Float32Array} pixels @param {number} seed @param {boolean} isOther @returns {Generator<undefined, Scored>} */
  *#scored(pixels, seed, isOther) {
    const scorer = /** @type {Scorer} */ (this.#scorer);
    return { pixels, scores: this.#complete(yield* scorer.score(pixels, standardNormals(seed))), isOther };
  }

  #paint() {
    const others = this.#others.get(this.#set) ?? [];
    if (this.pictures.hidden) return;
    const { split, noun, nouns } = this.#model.manifest.data;
    const score = this.#score;
    const threshold = this.#threshold;
    const sorted = [...this.#test.slice(0, others.length), ...others]
      .filter(({ scores }) => score in scores)
      .sort((one, other) => one.scores[score] - other.scores[score]);
    const first = sorted.findIndex(({ scores }) => scores[score] > threshold);
    const at = first < 0 ? sorted.length : first;
    const below = sorted.slice(Math.max(0, at - EACH_SIDE), at);
    const above = sorted.slice(at, at + EACH_SIDE);
    const names = { test: `${split} ${noun}`, other: setName(this.#set) };
    this.below.forEach((shown, i) => shown.show(below[i], score, names, this.#painter));
    this.above.forEach((shown, i) => shown.show(above[i], score, names, this.#painter));
    this.noneBelow.hidden = below.length > 0;
    this.noneAbove.hidden = above.length > 0;
    const isDone = !this.#slices.isBusy(RANK);
    this.root.dataset.scored = String(others.length);
    this.#say(
      isDone
        ? TEXT.about(split, nouns, picturesOf(this.#set, this.#model.manifest.data), others.length)
        : TEXT.progress(others.length, this.#count),
    );
  }

  /** @param {string} text */
  #say(text) {
    if (this.note.textContent !== text) this.note.textContent = text;
  }
}

/** One picture with its score. */
class Shown {
  constructor() {
    this.canvas = element("canvas", { attributes: { role: "img" } });
    this.context = pictureContext(this.canvas);
    this.score = element("span", { class: "vx-reading" });
    this.kind = element("span", { class: "vx-det-kind" });
    this.root = element(
      "figure",
      { class: "vx-det-shown" },
      this.canvas,
      element("figcaption", {}, this.kind, this.score),
    );
  }

  /** @param {Scored | undefined} scored @param {string} score @param {{test: string, other: string}} names @param {Painter} painter */
  show(scored, score, names, painter) {
    this.root.hidden = !scored;
    if (!scored) return;
    const { pixels, scores, isOther } = scored;
    const kind = isOther ? names.other : names.test;
    const value = figure(scores[score], 1);
    painter.paint(this.context, pixels);
    this.root.classList.toggle("vx-det-is-other", isOther);
    this.canvas.setAttribute("aria-label", `${kind}, ${value} ${TEXT.nats}`);
    this.kind.textContent = kind;
    this.score.textContent = value;
  }
}

/** @param {Atlas} atlas @param {number} i @param {number} count  as many, evenly from all of them */
function every(atlas, i, count) {
  return atlas.pixels(i * Math.max(1, Math.floor(atlas.count / count)));
}
