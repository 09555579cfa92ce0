/**
 * The sliders of Morph: the visitor's directions, the dimensions, most informative first, and, folded away, the unused
 * ones.
 *
 * @typedef {import("../../types.js").Manifest} Manifest
 * @typedef {import("../../workspace.js").Workspace} Workspace
 * @typedef {import("../../workspace.js").Direction} Direction
 * @typedef {import("./slider.js").SliderCallbacks} SliderCallbacks
 *
 * @typedef {SliderCallbacks & {onLock: () => void, onFold: () => void}} SlidersCallbacks
 *   `onLock`: a dimension was locked or unlocked; `onFold`: other sliders are in view now
 */

import { element } from "../../dom.js";
import { dimensionAxis, directionAxis, unusedDims } from "../shared/axes.js";
import { Slider } from "./slider.js";

const TEXT = {
  sliders: "Latent code",
  directions: "Your directions",
  directionHint: "The position of z along this direction; 1 is its full length",
  /** @param {string} name */
  lock: (name) => `Lock ${name}`,
  lockHint: "Random, Play and Reset leave locked dimensions alone",
  /** @param {string} name */
  remove: (name) => `Remove ${name}`,
  /** @param {number} kl */
  kl: (kl) => `Mean KL to the prior: ${kl.toFixed(2)} nats`,
  /** @param {number} variance @param {Manifest["data"]} data */
  variance: (variance, { split, nouns }) => `Variance over the ${split} ${nouns}: ${variance.toFixed(2)}`,
  /** @param {number} count */
  unused: (count) => (count === 1 ? "1 unused dimension" : `${count} unused dimensions`),
  unusedWhy:
    "Their mean KL is below 0.01 nats: whatever the picture, the encoder answers with the prior N(0, 1). What these " +
    "dimensions could have encoded was not worth its cost in the KL term, so the decoder does without them.",
};

export class Sliders {
  #manifest;
  #workspace;
  #callbacks;
  /** @type {Slider[]} */
  #dimensions;
  /** @type {Slider[]} */
  #directions = [];

  /**
   * @param {Manifest} manifest
   * @param {Workspace} workspace
   * @param {SlidersCallbacks} callbacks
   */
  constructor(manifest, workspace, callbacks) {
    this.#manifest = manifest;
    this.#workspace = workspace;
    this.#callbacks = callbacks;
    const { used } = manifest;
    const unused = unusedDims(manifest);
    const most = manifest.mean_kl[used[0]] || 1;
    const shown = used.map((dimension) => this.#makeDimension(dimension, most));
    const folded = unused.map((dimension) => this.#makeDimension(dimension, most));
    this.#dimensions = [...shown, ...folded];
    this.directions = element("div", { class: "vx-slider-rows vx-directions", attributes: { hidden: true } });
    this.root = element(
      "div",
      { class: "vx-sliders", attributes: { role: "group", "aria-label": TEXT.sliders } },
      this.directions,
      element("div", { class: "vx-slider-rows" }, ...shown.map((slider) => slider.root)),
    );
    if (folded.length) {
      this.root.append(
        element(
          "details",
          { class: "vx-unused", on: { toggle: () => callbacks.onFold() } },
          element("summary", { text: TEXT.unused(folded.length) }),
          element("p", { class: "vx-note", text: TEXT.unusedWhy }),
          element("div", { class: "vx-slider-rows" }, ...folded.map((slider) => slider.root)),
        ),
      );
    }
    this.#makeDirections();
  }

  /** All sliders, from the top. */
  get all() {
    return [...this.#directions, ...this.#dimensions];
  }

  /** @param {ArrayLike<number>} z */
  show(z) {
    for (const slider of this.#directions) slider.show(z);
    for (const slider of this.#dimensions) slider.show(z);
  }

  /**
   * @param {number} dimension
   * @param {number} most  the value of the longest bar
   */
  #makeDimension(dimension, most) {
    const { mean_kl: meanKl, deterministic, data } = this.#manifest;
    const { locked } = this.#workspace;
    const axis = dimensionAxis(this.#manifest, dimension);
    const tool = element("button", {
      class: "vx-lock",
      attributes: {
        type: "button",
        "aria-label": TEXT.lock(axis.name),
        "aria-pressed": String(locked.has(dimension)),
        title: TEXT.lockHint,
      },
      on: {
        click: () => {
          if (!locked.delete(dimension)) locked.add(dimension);
          tool.setAttribute("aria-pressed", String(locked.has(dimension)));
          this.#callbacks.onLock();
        },
      },
    });
    const about = deterministic ? TEXT.variance(meanKl[dimension], data) : TEXT.kl(meanKl[dimension]);
    return new Slider(axis, this.#callbacks, { weight: meanKl[dimension] / most, about, tool });
  }

  #makeDirections() {
    const { directions } = this.#workspace;
    this.#directions = directions.map((direction) => this.#makeDirection(direction));
    this.directions.replaceChildren(
      element("p", { class: "vx-caption", text: TEXT.directions }),
      ...this.#directions.map((slider) => slider.root),
    );
    this.directions.hidden = !directions.length;
  }

  /** @param {Direction} direction */
  #makeDirection(direction) {
    const { directions } = this.#workspace;
    const remove = element("button", {
      class: "vx-remove",
      text: "×",
      attributes: { type: "button", "aria-label": TEXT.remove(direction.name), title: TEXT.remove(direction.name) },
      on: {
        click: () => {
          directions.splice(directions.indexOf(direction), 1);
          this.#removeDirection(slider);
        },
      },
    });
    const axis = directionAxis(this.#manifest, direction);
    const slider = new Slider(axis, this.#callbacks, { about: TEXT.directionHint, tool: remove });
    return slider;
  }

  /** The other sliders keep their values; the focus goes to the next one, or the one before. */
  #removeDirection(/** @type {Slider} */ slider) {
    const at = this.#directions.indexOf(slider);
    this.#directions.splice(at, 1);
    slider.root.remove();
    this.directions.hidden = !this.#directions.length;
    const neighbour = this.#directions[Math.min(at, this.#directions.length - 1)];
    (neighbour?.tool ?? this.#dimensions[0].range).focus();
    this.#callbacks.onFold();
  }
}
