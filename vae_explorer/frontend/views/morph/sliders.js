/**
 * The sliders of Morph: the person's directions, the dimensions in the order of what they carry, and, folded away,
 * those that carry nothing.
 *
 * @typedef {import("../../types.js").Manifest} Manifest
 * @typedef {import("../../workspace.js").Keepsakes} Keepsakes
 * @typedef {import("../../workspace.js").Direction} Direction
 * @typedef {import("./slider.js").DialEvents} DialEvents
 *
 * @typedef {DialEvents & {onLock: () => void, onFold: () => void}} DialsEvents
 *   `onLock`: a dimension was locked or set free; `onFold`: other sliders are in sight now
 */

import { element } from "../../dom.js";
import { dimensionAxis, dimensionsByUse, directionAxis } from "../shared/axes.js";
import { Dial } from "./slider.js";

const TEXT = {
  dials: "Latent code",
  directions: "Your directions",
  directionHint: "How far z lies along this direction; 1 is its whole length",
  /** @param {string} name */
  lock: (name) => `Lock ${name}`,
  lockHint: "Locked: Random and Play leave this dimension alone",
  /** @param {string} name */
  remove: (name) => `Remove ${name}`,
  /** @param {number} kl */
  kl: (kl) => `Carries ${kl.toFixed(2)} nats: its mean KL to the prior`,
  /** @param {number} variance @param {Manifest["data"]} data */
  variance: (variance, { split, nouns }) => `Variance over the ${split} ${nouns}: ${variance.toFixed(2)}`,
  /** @param {number} count */
  unused: (count) => (count === 1 ? "1 unused dimension" : `${count} unused dimensions`),
  unusedWhy:
    "Below 0.01 nats of mean KL: whatever picture comes in, the encoder answers with the prior N(0, 1). What these " +
    "dimensions could have told was not worth its cost in the KL term, so the decoder has learned to do without them.",
};

export class Dials {
  #manifest;
  #keepsakes;
  #events;
  /** @type {Dial[]} */
  #dimensions;
  /** @type {Dial[]} */
  #directions = [];

  /**
   * @param {Manifest} manifest
   * @param {Keepsakes} keepsakes
   * @param {DialsEvents} events
   */
  constructor(manifest, keepsakes, events) {
    this.#manifest = manifest;
    this.#keepsakes = keepsakes;
    this.#events = events;
    const { used, unused } = dimensionsByUse(manifest);
    const most = manifest.mean_kl[used[0]] || 1;
    const shown = used.map((dimension) => this.#makeDimension(dimension, most));
    const folded = unused.map((dimension) => this.#makeDimension(dimension, most));
    this.#dimensions = [...shown, ...folded];
    this.directions = element("div", { class: "vx-dial-rows vx-directions", attributes: { hidden: true } });
    this.root = element(
      "div",
      { class: "vx-dials", attributes: { role: "group", "aria-label": TEXT.dials } },
      this.directions,
      element("div", { class: "vx-dial-rows" }, ...shown.map((dial) => dial.root)),
    );
    if (folded.length) {
      this.root.append(
        element(
          "details",
          { class: "vx-unused", on: { toggle: () => events.onFold() } },
          element("summary", { text: TEXT.unused(folded.length) }),
          element("p", { class: "vx-note", text: TEXT.unusedWhy }),
          element("div", { class: "vx-dial-rows" }, ...folded.map((dial) => dial.root)),
        ),
      );
    }
    this.#makeDirections();
  }

  /** Every slider there is, those in sight at the top first. */
  get all() {
    return [...this.#directions, ...this.#dimensions];
  }

  /** @param {ArrayLike<number>} z */
  show(z) {
    for (const dial of this.#directions) dial.show(z);
    for (const dial of this.#dimensions) dial.show(z);
  }

  /**
   * @param {number} dimension
   * @param {number} most  what the longest bar stands for
   */
  #makeDimension(dimension, most) {
    const { mean_kl: carried, deterministic, data } = this.#manifest;
    const { locked } = this.#keepsakes;
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
          this.#events.onLock();
        },
      },
    });
    const about = deterministic ? TEXT.variance(carried[dimension], data) : TEXT.kl(carried[dimension]);
    return new Dial(axis, this.#events, { weight: carried[dimension] / most, about, tool });
  }

  #makeDirections() {
    const { directions } = this.#keepsakes;
    this.#directions = directions.map((direction) => this.#makeDirection(direction));
    this.directions.replaceChildren(
      element("p", { class: "vx-caption", text: TEXT.directions }),
      ...this.#directions.map((dial) => dial.root),
    );
    this.directions.hidden = !directions.length;
  }

  /** @param {Direction} direction */
  #makeDirection(direction) {
    const { directions } = this.#keepsakes;
    const remove = element("button", {
      class: "vx-remove",
      text: "×",
      attributes: { type: "button", "aria-label": TEXT.remove(direction.name), title: TEXT.remove(direction.name) },
      on: {
        click: () => {
          directions.splice(directions.indexOf(direction), 1);
          this.#removeDirection(dial);
        },
      },
    });
    const axis = directionAxis(this.#manifest, direction);
    const dial = new Dial(axis, this.#events, { about: TEXT.directionHint, tool: remove });
    return dial;
  }

  /** The other sliders stay as they stand; the keyboard goes on from the next one, or the one before. */
  #removeDirection(/** @type {Dial} */ dial) {
    const at = this.#directions.indexOf(dial);
    this.#directions.splice(at, 1);
    dial.root.remove();
    this.directions.hidden = !this.#directions.length;
    const neighbour = this.#directions[Math.min(at, this.#directions.length - 1)];
    (neighbour?.tool ?? this.#dimensions[0].range).focus();
    this.#events.onFold();
  }
}
