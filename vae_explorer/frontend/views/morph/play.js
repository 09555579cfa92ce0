/**
 * Play: the code walks by itself until somebody pauses it or takes a slider.
 *
 * Who has asked their system for less motion gets single pictures instead of a film.
 *
 * @typedef {import("../../types.js").Manifest} Manifest
 *
 * @typedef {object} PlayEvents
 * @property {(move: (z: Float64Array) => void) => void} onMove  changes z and shows it
 * @property {() => void} onPause
 */

import { button, element } from "../../dom.js";
import { freshSeed } from "../../space/random.js";
import { Walk } from "../../space/walk.js";

const TEXT = {
  play: "Play",
  pause: "Pause",
  hint: "Walks from random code to random code, drawn from N(0, I)",
  /** @param {Manifest["data"]} data */
  hintWithoutPrior: ({ split }) =>
    `Walks from random code to random code, drawn from normals around 0, as wide as the ${split} codes spread`,
  speed: "Speed of Play",
  /** @param {number} speed */
  times: (speed) => `${speed}×`,
};

const SPEEDS = [0.25, 0.5, 1, 2, 4];
const LEG_MS = 4000;
const LONGEST_FRAME_MS = 100; // after a pause of the browser's own the walk goes on where it was

const SINGLE_MS = 1500;
const SINGLE_LEGS = 1 / 4;

export class Play {
  #events;
  #deviations;
  #held;
  #calm = matchMedia("(prefers-reduced-motion: reduce)");
  /** @type {Walk | null} */
  #walk = null;
  #frame = 0;
  #timer = 0;
  #last = 0;

  /**
   * @param {number[]} deviations  (D) of the codes to walk between
   * @param {Manifest} manifest
   * @param {ReadonlySet<number>} held  dimensions that stay as they are
   * @param {PlayEvents} events
   */
  constructor(deviations, { deterministic, data }, held, events) {
    this.#deviations = deviations;
    this.#held = held;
    this.#events = events;
    this.button = button(TEXT.play, () => (this.#walk ? this.pause() : this.#start()), {
      class: "vx-play",
      attributes: { title: deterministic ? TEXT.hintWithoutPrior(data) : TEXT.hint },
    });
    this.speed = element(
      "select",
      { class: "vx-field", attributes: { "aria-label": TEXT.speed, title: TEXT.speed } },
      ...SPEEDS.map((speed) =>
        element("option", { text: TEXT.times(speed), attributes: { value: speed, selected: speed === 1 } }),
      ),
    );
  }

  /** The code or the held dimensions were changed by somebody else: the walk goes on from there. */
  goOnFrom(/** @type {Float64Array} */ z) {
    this.#walk?.begin(z);
  }

  pause() {
    if (!this.#walk) return;
    this.destroy();
    this.button.textContent = TEXT.play;
    this.#events.onPause();
  }

  destroy() {
    this.#walk = null;
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
  }

  #start() {
    const walk = new Walk(this.#deviations, this.#held, freshSeed());
    this.#walk = walk;
    this.button.textContent = TEXT.pause;
    this.#events.onMove((z) => walk.begin(z));
    if (this.#calm.matches) {
      this.#single();
    } else {
      this.#last = performance.now();
      this.#frame = requestAnimationFrame(this.#film);
    }
  }

  /** @param {number} now */
  #film = (now) => {
    const passed = Math.min(LONGEST_FRAME_MS, Math.max(0, now - this.#last));
    this.#last = now;
    this.#step((passed / LEG_MS) * Number(this.speed.value));
    this.#frame = requestAnimationFrame(this.#film);
  };

  #single = () => {
    this.#step(SINGLE_LEGS);
    this.#timer = window.setTimeout(this.#single, SINGLE_MS / Number(this.speed.value));
  };

  /** @param {number} legs */
  #step(legs) {
    this.#events.onMove((z) => this.#walk?.step(z, legs));
  }
}
