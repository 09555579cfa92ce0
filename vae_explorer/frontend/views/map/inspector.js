// Inspecting a point or a position of the map: its card, its reconstruction or decoded picture, its nearest codes.

import { oncePerFrame } from "../../dom.js";
import { decoderInput } from "../../model.js";
import { classColour } from "../../palette.js";
import { nearestRows } from "../../space/placement.js";
import { capitalise } from "../../text.js";
import { MapCard, NEIGHBOURS } from "./card.js";

/** @typedef {import("../../model.js").Atlas} Atlas */
/** @typedef {import("../../model.js").Codes} Codes */
/** @typedef {import("../../model.js").Model} Model */
/** @typedef {import("../../network/network.js").Network} Network */
/** @typedef {import("../../current_code.js").Code} Code */
/** @typedef {import("../../types.js").Manifest} Manifest */
/** @typedef {import("./input.js").Target} Target */

const TEXT = {
  /** @param {Manifest["data"]} data @param {number} index in the data set, from 0 */
  point: ({ split, noun }, index) => `${capitalise(split)} ${noun} ${index}`,
  position: "Decoded point",
  /** @param {string} kl @param {string} reconstruction */
  losses: (kl, reconstruction) => `KL ${kl}, reconstruction ${reconstruction} nats`,
  /** @param {string} reconstruction */
  loss: (reconstruction) => `reconstruction ${reconstruction} nats`,
  /** @param {string} name @param {number} percent */
  prediction: (name, percent) => `classifier: ${name} (${percent}\u00a0%)`,
  /** @param {string} name */
  decodedAs: (name) => `decoded as ${name}`,
};

// That somebody is about to inspect something.
const NEAR = ["pointerenter", "pointerdown", "focusin"];

/**
 * The code of a target.
 * @typedef {{z: Float64Array | Float32Array, label: number | null}} TargetCode
 */

/**
 * @typedef {object} InspectorSource
 * @property {(target: Target) => TargetCode | null} code
 * @property {(position: [number, number]) => {detail: string, lines: string[]}} describe a position
 * @property {() => void} changed the target or its nearest codes have changed
 * @property {(error: unknown, retry: () => void) => void} failed what cards show did not arrive
 */

export class MapInspector {
  /** @type {Target | null} */
  #target = null;
  #pinned = false;
  /** @type {number[]} */
  #nearest = [];
  #hasBegun = false;
  #destroyed = false;
  /** @type {Promise<void> | null} */
  #loading = null;
  /** @type {Codes | null} */
  codes = null;
  /** @type {Atlas | null} */
  #atlas = null;
  /** @type {Network | null} */
  #decoder = null;

  /**
   * @param {HTMLElement} stage
   * @param {Model} model
   * @param {InspectorSource} source
   * @param {(target: Target) => void} onOpen
   */
  constructor(stage, model, source, onOpen) {
    this.stage = stage;
    this.model = model;
    this.manifest = model.manifest;
    this.source = source;
    this.card = new MapCard(stage, () => this.#target && onOpen(this.#target));
    // At most once per frame, and only for the latest target: decoding takes two milliseconds.
    this.drawing = oncePerFrame(() => this.#draw());
  }

  /** The map is drawn: what cards show, which is more than the map itself, comes when somebody comes near. */
  begin() {
    this.#hasBegun = true;
    for (const type of NEAR) this.stage.addEventListener(type, () => this.#load(), { once: true });
    if (this.#target || this.stage.matches(":hover, :focus-within")) this.#load();
  }

  #load() {
    this.#loading ??= this.#fetch().catch((error) => {
      this.#loading = null;
      this.source.failed(error, () => this.#load());
    });
  }

  async #fetch() {
    [this.#decoder, this.#atlas] = await Promise.all([this.model.decoder(), this.model.digits()]);
    if (!this.#destroyed) this.refresh();
  }

  get target() {
    return this.#target;
  }

  get pinned() {
    return this.#pinned;
  }

  /** The test pictures with the codes nearest to the target. */
  get nearest() {
    return this.#nearest;
  }

  /**
   * @param {Target | null} target
   * @param {boolean} pinned whether the card stays when the pointer leaves
   * @returns {boolean} whether anything has changed
   */
  inspect(target, pinned) {
    const before = this.#target;
    const same = target === before || (target !== null && before !== null && isSameTarget(target, before));
    if (same && pinned === this.#pinned) return false;
    this.#target = target;
    this.#pinned = pinned;
    this.stage.classList.toggle("vx-over", target !== null);
    this.card.button.hidden = !pinned;
    if (target && this.#hasBegun) this.#load();
    if (!target) {
      this.#nearest = [];
      this.drawing.cancel();
    }
    this.refresh();
    return true;
  }

  /** Fills the card again: there is more to show, or the position is decoded differently. */
  refresh() {
    const target = this.#target;
    const { codes } = this;
    if (!target || !codes) return;
    this.card.fill(target.index < 0 ? this.#positionContent(target) : this.#pointContent(codes, target.index));
    this.drawing.request();
  }

  /** @param {Target} target @returns {import("./card.js").CardContent} */
  #positionContent(target) {
    const { detail, lines } = this.source.describe(target.position);
    const { label } = this.source.code(target) ?? { label: null };
    const decodedAs = label === null ? [] : [TEXT.decodedAs(this.manifest.data.classes[label])];
    return { title: TEXT.position, detail, lines: [...lines, ...decodedAs], colour: null, index: -1 };
  }

  /** @param {Codes} codes @param {number} index @returns {import("./card.js").CardContent} */
  #pointContent({ label, kl, reconstruction, predictedClass, confidence }, index) {
    const { data, deterministic } = this.manifest;
    const loss = reconstruction[index].toFixed(1);
    const lines = [deterministic ? TEXT.loss(loss) : TEXT.losses(kl[index].toFixed(1), loss)];
    if (predictedClass && confidence) {
      lines.push(TEXT.prediction(data.classes[predictedClass[index]], Math.round(100 * confidence[index])));
    }
    const title = data.classes[label[index]];
    return { title, detail: TEXT.point(data, index), lines, colour: classColour(label[index]), index };
  }

  #draw() {
    const target = this.#target;
    const { codes } = this;
    const code = target && this.source.code(target);
    if (!target || !codes || !code) return;
    const pixels = this.#decoder?.run(decoderInput(this.manifest, code.z, code.label)) ?? null;
    this.#nearest = nearestRows(codes.mu, code.z, NEIGHBOURS + 1)
      .map(({ index }) => index)
      .filter((index) => index !== target.index)
      .slice(0, NEIGHBOURS);
    this.card.draw(this.#atlas, target.index, pixels, this.#nearest);
    this.source.changed();
  }

  destroy() {
    this.#destroyed = true;
    this.drawing.cancel();
    this.card.destroy();
  }
}

/** @param {Target} one @param {Target} other */
function isSameTarget(one, other) {
  if (one.index >= 0 || other.index >= 0) return one.index === other.index;
  return one.position[0] === other.position[0] && one.position[1] === other.position[1];
}
