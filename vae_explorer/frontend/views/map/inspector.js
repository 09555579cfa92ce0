// Looking at a point or a place of the map: its card, its reconstruction or what is decoded there, its nearest codes.

import { decoderInput } from "../../model.js";
import { oncePerFrame } from "../../dom.js";
import { nearestRows } from "../../space/placement.js";
import { classColour } from "../../palette.js";
import { MapCard, NEIGHBOURS } from "./card.js";

/** @typedef {import("../../model.js").Atlas} Atlas */
/** @typedef {import("../../model.js").Codes} Codes */
/** @typedef {import("../../network/network.js").Network} Network */
/** @typedef {import("../../current_code.js").Code} Code */
/** @typedef {import("../../types.js").Manifest} Manifest */
/** @typedef {import("./input.js").Looked} Looked */

const TEXT = {
  /** @param {Manifest["data"]} data @param {number} index as the data set counts, from 0 */
  point: ({ split, noun }, index) => `${split === "test" ? "Test" : "Training"} ${noun} ${index}`,
  place: "Decoded place",
  /** @param {string} kl @param {string} reconstruction */
  losses: (kl, reconstruction) => `KL ${kl}, reconstruction ${reconstruction} nats`,
  /** @param {string} reconstruction */
  loss: (reconstruction) => `reconstruction ${reconstruction} nats`,
  /** @param {string} name @param {number} percent */
  judge: (name, percent) => `judge: ${name} (${percent}\u00a0%)`,
  /** @param {string} name */
  told: (name) => `decoded as ${name}`,
};

/**
 * A code to look at.
 * @typedef {{z: Float64Array | Float32Array, label: number | null}} LookedCode
 */

/**
 * @typedef {object} LookSource
 * @property {(looked: Looked) => LookedCode | null} code
 * @property {(place: [number, number]) => {detail: string, lines: string[]}} words of a place
 * @property {() => void} moved what is looked at, or its nearest codes, are others now
 */

export class MapLook {
  /** @type {Looked | null} */
  #looked = null;
  #pinned = false;
  /** @type {number[]} */
  #nearest = [];
  /** @type {Codes | null} */
  codes = null;
  /** @type {Atlas | null} */
  atlas = null;
  /** @type {Network | null} */
  decoder = null;

  /**
   * @param {HTMLElement} stage
   * @param {Manifest} manifest
   * @param {LookSource} source
   * @param {(looked: Looked) => void} onOpen
   */
  constructor(stage, manifest, source, onOpen) {
    this.stage = stage;
    this.manifest = manifest;
    this.source = source;
    this.card = new MapCard(stage, () => this.#looked && onOpen(this.#looked));
    // At most once a frame, and for the latest only: decoding takes two milliseconds.
    this.drawing = oncePerFrame(() => this.#draw());
  }

  get looked() {
    return this.#looked;
  }

  get pinned() {
    return this.#pinned;
  }

  /** Test pictures with the codes nearest to what is looked at. */
  get nearest() {
    return this.#nearest;
  }

  /**
   * @param {Looked | null} looked
   * @param {boolean} pinned whether the card stays when the pointer goes
   * @returns {boolean} whether anything has changed
   */
  at(looked, pinned) {
    const before = this.#looked;
    const same = looked === before || (looked !== null && before !== null && sameLook(looked, before));
    if (same && pinned === this.#pinned) return false;
    this.#looked = looked;
    this.#pinned = pinned;
    this.stage.classList.toggle("vx-over", looked !== null);
    this.card.button.hidden = !pinned;
    if (!looked) {
      this.#nearest = [];
      this.drawing.cancel();
    }
    this.refresh();
    return true;
  }

  /** Fills the card anew: there is more to show, or the place is decoded in another way. */
  refresh() {
    const looked = this.#looked,
      codes = this.codes;
    if (!looked || !codes) return;
    this.card.fill(looked.index < 0 ? this.#placeContent(looked) : this.#pointContent(codes, looked.index));
    this.drawing.request();
  }

  /** @param {Looked} looked @returns {import("./card.js").CardContent} */
  #placeContent(looked) {
    const { detail, lines } = this.source.words(looked.place);
    const { label } = this.source.code(looked) ?? { label: null };
    const told = label === null ? [] : [TEXT.told(this.manifest.data.classes[label])];
    return { title: TEXT.place, detail, lines: [...lines, ...told], colour: null, index: -1 };
  }

  /** @param {Codes} codes @param {number} index @returns {import("./card.js").CardContent} */
  #pointContent({ label, kl, reconstruction, judgeClass, judgeConfidence }, index) {
    const { data, deterministic } = this.manifest;
    const loss = reconstruction[index].toFixed(1);
    const lines = [deterministic ? TEXT.loss(loss) : TEXT.losses(kl[index].toFixed(1), loss)];
    if (judgeClass && judgeConfidence) {
      lines.push(TEXT.judge(data.classes[judgeClass[index]], Math.round(100 * judgeConfidence[index])));
    }
    const title = data.classes[label[index]];
    return { title, detail: TEXT.point(data, index), lines, colour: classColour(label[index]), index };
  }

  #draw() {
    const looked = this.#looked,
      codes = this.codes;
    const code = looked && this.source.code(looked);
    if (!looked || !codes || !code) return;
    const pixels = this.decoder && this.decoder.run(decoderInput(this.manifest, code.z, code.label));
    this.#nearest = nearestRows(codes.mu, code.z, NEIGHBOURS + 1)
      .map(({ index }) => index)
      .filter((index) => index !== looked.index)
      .slice(0, NEIGHBOURS);
    this.card.draw(this.atlas, looked.index, pixels, this.#nearest);
    this.source.moved();
  }

  destroy() {
    this.drawing.cancel();
    this.card.destroy();
  }
}

/** @param {Looked} one @param {Looked} other */
function sameLook(one, other) {
  if (one.index >= 0 || other.index >= 0) return one.index === other.index;
  return one.place[0] === other.place[0] && one.place[1] === other.place[1];
}
