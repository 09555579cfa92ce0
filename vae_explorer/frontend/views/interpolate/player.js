/**
 * One large picture for each path, and the scrubber that moves both along.
 *
 * @typedef {import("../../space/paths.js").Route} Route
 * @typedef {import("../../model.js").Model} Model
 * @typedef {import("../../network/network.js").Network} Network
 *
 * @typedef {import("./named_paths.js").NamedPath} NamedPath
 *
 * @typedef {object} PlayerCallbacks
 * @property {(position: number) => void} onPosition
 * @property {(z: Float64Array) => void} onOpen
 */

import { button, element, oncePerFrame } from "../../dom.js";
import { decoderInput } from "../../model.js";
import { clamp } from "../../numbers.js";
import { Painter, pictureContext } from "../../paint.js";
import { codeAt, lengthOf, segmentsOf } from "../../space/paths.js";

const TEXT = {
  play: "Play",
  pause: "Pause",
  position: "Position along the path",
  /** @param {number} stop @param {number} next @param {number} percent */
  positionText: (stop, next, percent) =>
    percent ? `${percent} % from stop ${stop} to stop ${next}` : `at stop ${stop}`,
  /** @param {string} name */
  picture: (name) => `${name}, at this position: open in Morph`,
  /** @param {number} length */
  length: (length) => `|z| = ${length.toFixed(2)}`,
};

const SEGMENT_MS = 2000;
// With reduced motion: how many single pictures from stop to stop, one per second.
const REDUCED_STEPS = 6;
const REDUCED_MS = 1000;

export class Player {
  #model;
  #callbacks;
  /** @type {Network | null} */
  #decoder = null;
  /** @type {Route | null} */
  #route = null;
  /** @type {number | null} */
  #label = null;
  #position = 0;
  #painter = new Painter();
  #frame = oncePerFrame(() => this.#paint());
  #frames = 0;
  #playing = 0; // the handle of the next animation frame; 0 while paused
  #direction = 1;

  /**
   * @param {Model} model
   * @param {NamedPath[]} paths
   * @param {PlayerCallbacks} callbacks
   */
  constructor(model, paths, callbacks) {
    this.#model = model;
    this.#callbacks = callbacks;
    this.pictures = paths.map(({ id, name, path }) => {
      const canvas = element("canvas", { attributes: { role: "img", "aria-label": name, "data-frames": 0 } });
      const reading = element("output", { class: "vx-reading" });
      const z = new Float64Array(model.manifest.latent_dim);
      const open = element(
        "button",
        {
          class: "vx-picture vx-open",
          attributes: { type: "button", "aria-label": TEXT.picture(name), title: TEXT.picture(name) },
          on: { click: () => this.#route && callbacks.onOpen(z) },
        },
        canvas,
      );
      const caption = element("figcaption", {}, element("span", { class: `vx-key vx-key-${id}`, text: name }), reading);
      return {
        path,
        z,
        reading,
        canvas,
        context: pictureContext(canvas),
        root: element("figure", { class: "vx-path-picture" }, open, caption),
      };
    });
    this.play = button(TEXT.play, () => (this.#playing ? this.pause() : this.#start()), { class: "vx-play" });
    this.range = element("input", {
      class: "vx-range vx-under-frames vx-from-left",
      attributes: { type: "range", min: 0, max: 1, step: 0.01, "aria-label": TEXT.position },
      on: {
        input: () => {
          this.pause();
          callbacks.onPosition(Number(this.range.value));
        },
      },
    });
    this.scrubber = element("div", { class: "vx-scrubber" }, this.range, this.play);
  }

  destroy() {
    this.pause();
    this.#frame.cancel();
  }

  /**
   * @param {Network} decoder
   * @param {Route} route
   * @param {number | null} label
   */
  show(decoder, route, label) {
    this.#decoder = decoder;
    this.#route = route;
    this.#label = label;
    this.range.max = String(segmentsOf(route));
  }

  /** @param {number} position */
  goTo(position) {
    this.#position = position;
    const { max } = this.range;
    this.range.value = String(position);
    this.range.style.setProperty("--vx-part", (position / Number(max)).toFixed(4));
    const stops = this.#route?.stops.length ?? 2;
    const stop = Math.floor(position + 1e-6);
    const percent = Math.round(100 * (position - stop));
    this.range.setAttribute("aria-valuetext", TEXT.positionText((stop % stops) + 1, ((stop + 1) % stops) + 1, percent));
    this.#frame.request();
  }

  pause() {
    cancelAnimationFrame(this.#playing);
    this.#playing = 0;
    this.play.textContent = TEXT.play;
  }

  #start() {
    if (!this.#route) return;
    this.play.textContent = TEXT.pause;
    const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)").matches;
    let last = performance.now();
    /** @param {number} now */
    const step = (now) => {
      this.#playing = requestAnimationFrame(step);
      if (reducedMotion && now - last < REDUCED_MS) return;
      const by = reducedMotion ? 1 / REDUCED_STEPS : (now - last) / SEGMENT_MS;
      last = now;
      this.#callbacks.onPosition(this.#advance(Math.max(0, by)));
    };
    this.#playing = requestAnimationFrame(step);
  }

  /**
   * Around a closed path; there and back on an open one. The path may have changed since the last step.
   *
   * @param {number} distance
   */
  #advance(distance) {
    const route = this.#route;
    if (!route) return this.#position;
    const length = segmentsOf(route);
    if (route.closed) return (this.#position + distance) % length;
    const next = this.#position + this.#direction * distance;
    if (next >= length) this.#direction = -1;
    else if (next <= 0) this.#direction = 1;
    return clamp(next, 0, length);
  }

  #paint() {
    const decoder = this.#decoder,
      route = this.#route;
    if (!decoder || !route) return;
    this.#frames++;
    for (const { path, z, reading, canvas, context } of this.pictures) {
      codeAt(path, route, this.#position, z);
      this.#painter.paint(context, decoder.run(decoderInput(this.#model.manifest, z, this.#label)));
      reading.textContent = TEXT.length(lengthOf(z));
      canvas.dataset.frames = String(this.#frames);
    }
  }
}
