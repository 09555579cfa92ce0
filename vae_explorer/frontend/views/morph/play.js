/**
 * Play: the code walks on its own until it is paused or a slider is moved.
 *
 * Visitors who prefer reduced motion get single pictures instead of an animation.
 *
 * @typedef {import("../../types.js").Manifest} Manifest
 *
 * @typedef {object} PlayCallbacks
 * @property {(move: (z: Float64Array) => void) => void} onMove  to change z and show it
 * @property {() => void} onPause
 * @property {() => void} onSpeed  the workspace has another speed
 */

import { button, element } from "../../dom.js";
import { clamp } from "../../numbers.js";
import { freshSeed } from "../../space/random.js";
import { Walk } from "../../space/walk.js";

const TEXT = {
  play: "Play",
  pause: "Pause",
  hint: "Walks from random code to random code, drawn from N(0, I)",
  /** @param {Manifest["data"]} data */
  hintWithoutPrior: ({ split }) =>
    `Walks from random code to random code, drawn from a normal distribution around 0, as wide as the ${split} codes`,
  speed: "Playback speed",
  /** @param {number} speed */
  times: (speed) => `${speed}×`,
};

const SPEEDS = [0.25, 0.5, 1, 2, 4];
const LEG_MS = 4000;
const LONGEST_FRAME_MS = 100; // after a pause by the browser the walk continues where it was

const SINGLE_MS = 1500;
const SINGLE_LEGS = 1 / 4;

export class Play {
  #callbacks;
  #deviations;
  #locked;
  #reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");
  /** @type {Walk | null} */
  #walk = null;
  #frame = 0;
  #timer = 0;
  #last = 0;

  /**
   * @param {number[]} deviations  (D) standard deviations of the codes to walk between
   * @param {Manifest} manifest
   * @param {import("../../workspace.js").Workspace} workspace  its locked dimensions stay as they are
   * @param {PlayCallbacks} callbacks
   */
  constructor(deviations, { deterministic, data }, workspace, callbacks) {
    this.#deviations = deviations;
    this.#locked = workspace.locked;
    this.#callbacks = callbacks;
    this.button = button(TEXT.play, () => (this.#walk ? this.pause() : this.#start()), {
      class: "vx-play",
      attributes: { title: deterministic ? TEXT.hintWithoutPrior(data) : TEXT.hint },
    });
    this.speed = element(
      "select",
      {
        class: "vx-field",
        attributes: { "aria-label": TEXT.speed, title: TEXT.speed },
        on: {
          change: () => {
            workspace.speed = Number(this.speed.value);
            callbacks.onSpeed();
          },
        },
      },
      ...SPEEDS.map((speed) =>
        element("option", {
          text: TEXT.times(speed),
          attributes: { value: speed, selected: speed === workspace.speed },
        }),
      ),
    );
  }

  /** The code or the locked dimensions have changed: the walk continues from there. */
  continueFrom(/** @type {Float64Array} */ z) {
    this.#walk?.begin(z);
  }

  pause() {
    if (!this.#walk) return;
    this.destroy();
    this.button.textContent = TEXT.play;
    this.#callbacks.onPause();
  }

  destroy() {
    this.#walk = null;
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
  }

  #start() {
    const walk = new Walk(this.#deviations, this.#locked, freshSeed());
    this.#walk = walk;
    this.button.textContent = TEXT.pause;
    this.#callbacks.onMove((z) => walk.begin(z));
    if (this.#reducedMotion.matches) {
      this.#showSingle();
    } else {
      this.#last = performance.now();
      this.#frame = requestAnimationFrame(this.#animate);
    }
  }

  /** @param {number} now */
  #animate = (now) => {
    const passed = clamp(now - this.#last, 0, LONGEST_FRAME_MS);
    this.#last = now;
    this.#step((passed / LEG_MS) * Number(this.speed.value));
    this.#frame = requestAnimationFrame(this.#animate);
  };

  #showSingle = () => {
    this.#step(SINGLE_LEGS);
    this.#timer = window.setTimeout(this.#showSingle, SINGLE_MS / Number(this.speed.value));
  };

  /** @param {number} legs */
  #step(legs) {
    this.#callbacks.onMove((z) => this.#walk?.step(z, legs));
  }
}
