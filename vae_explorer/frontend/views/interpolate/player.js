/**
 * One large picture for each way, and the scrubber that moves both along.
 *
 * @typedef {import("../../space/paths.js").Route} Route
 * @typedef {import("../../model.js").Model} Model
 * @typedef {import("../../network/network.js").Network} Network
 *
 * @typedef {import("./named_paths.js").NamedWay} NamedWay
 *
 * @typedef {object} PlayerEvents
 * @property {(place: number) => void} onPlace
 * @property {(z: Float64Array) => void} onOpen
 */

import { button, element, oncePerFrame } from "../../dom.js";
import { decoderInput } from "../../model.js";
import { Painter, pictureContext } from "../../paint.js";
import { codeAt, lengthOf, segmentsOf } from "../../space/paths.js";

const TEXT = {
  play: "Play",
  pause: "Pause",
  place: "Place on the way",
  /** @param {number} stop @param {number} next @param {number} percent */
  placeText: (stop, next, percent) => (percent ? `${percent} % from stop ${stop} to stop ${next}` : `at stop ${stop}`),
  /** @param {string} name */
  picture: (name) => `${name}, at the scrubber: open in Morph`,
  /** @param {number} length */
  length: (length) => `|z| = ${length.toFixed(2)}`,
};

const SEGMENT_MS = 2000;
// Who prefers reduced motion gets single pictures: so many from stop to stop, one a second.
const CALM_STEPS = 6;
const CALM_MS = 1000;

export class Player {
  #model;
  #events;
  /** @type {Network | null} */
  #decoder = null;
  /** @type {Route | null} */
  #route = null;
  /** @type {number | null} */
  #label = null;
  #place = 0;
  #painter = new Painter();
  #frame = oncePerFrame(() => this.#paint());
  #frames = 0;
  #playing = 0; // the handle of the next animation frame; 0: it stands still
  #direction = 1;

  /**
   * @param {Model} model
   * @param {NamedWay[]} ways
   * @param {PlayerEvents} events
   */
  constructor(model, ways, events) {
    this.#model = model;
    this.#events = events;
    this.pictures = ways.map(({ id, name, way }) => {
      const canvas = element("canvas", { attributes: { role: "img", "aria-label": name, "data-frames": 0 } });
      const reading = element("output", { class: "vx-reading" });
      const z = new Float64Array(model.manifest.latent_dim);
      const open = element(
        "button",
        {
          class: "vx-picture vx-open",
          attributes: { type: "button", "aria-label": TEXT.picture(name), title: TEXT.picture(name) },
          on: { click: () => this.#route && events.onOpen(z) },
        },
        canvas,
      );
      const caption = element("figcaption", {}, element("span", { class: `vx-key vx-key-${id}`, text: name }), reading);
      return {
        way,
        z,
        reading,
        canvas,
        context: pictureContext(canvas),
        root: element("figure", { class: "vx-way-picture" }, open, caption),
      };
    });
    this.play = button(TEXT.play, () => (this.#playing ? this.pause() : this.#start()), { class: "vx-play" });
    this.range = element("input", {
      class: "vx-range vx-from-left",
      attributes: { type: "range", min: 0, max: 1, step: 0.01, "aria-label": TEXT.place },
      on: {
        input: () => {
          this.pause();
          events.onPlace(Number(this.range.value));
        },
      },
    });
    this.scrubber = element("div", { class: "vx-scrubber" }, this.play, this.range);
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

  /** @param {number} place */
  goTo(place) {
    this.#place = place;
    const { max } = this.range;
    this.range.value = String(place);
    this.range.style.setProperty("--vx-part", (place / Number(max)).toFixed(4));
    const stops = this.#route?.stops.length ?? 2;
    const stop = Math.floor(place + 1e-6);
    const percent = Math.round(100 * (place - stop));
    this.range.setAttribute("aria-valuetext", TEXT.placeText((stop % stops) + 1, ((stop + 1) % stops) + 1, percent));
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
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    let last = performance.now();
    /** @param {number} now */
    const step = (now) => {
      this.#playing = requestAnimationFrame(step);
      if (calm && now - last < CALM_MS) return;
      const by = calm ? 1 / CALM_STEPS : (now - last) / SEGMENT_MS;
      last = now;
      this.#events.onPlace(this.#further(Math.max(0, by)));
    };
    this.#playing = requestAnimationFrame(step);
  }

  /**
   * Around on a closed way; there and back on an open one. The way may have become another one since the last step.
   *
   * @param {number} by
   */
  #further(by) {
    const route = this.#route;
    if (!route) return this.#place;
    const length = segmentsOf(route);
    if (route.closed) return (this.#place + by) % length;
    const next = this.#place + this.#direction * by;
    if (next >= length) this.#direction = -1;
    else if (next <= 0) this.#direction = 1;
    return Math.min(length, Math.max(0, next));
  }

  #paint() {
    const decoder = this.#decoder,
      route = this.#route;
    if (!decoder || !route) return;
    this.#frames++;
    for (const { way, z, reading, canvas, context } of this.pictures) {
      codeAt(way, route, this.#place, z);
      this.#painter.paint(context, decoder.run(decoderInput(this.#model.manifest, z, this.#label)));
      reading.textContent = TEXT.length(lengthOf(z));
      canvas.dataset.frames = String(this.#frames);
    }
  }
}
