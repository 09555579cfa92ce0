/**
 * Between codes: the straight way and the way along the sphere, side by side.
 *
 * @typedef {import("../../types.js").InterpolateProps} InterpolateProps
 * @typedef {import("../../types.js").Callbacks} Callbacks
 * @typedef {import("./state.js").Journey} Journey
 * @typedef {import("../../model.js").Model} Model
 * @typedef {import("../../code_sources.js").Point} Point
 * @typedef {import("../../space/paths.js").Route} Route
 */

import { button, buttonGroup, element, errorBox, isAbort } from "../../dom.js";
import { FEWEST_STOPS, MOST_STOPS, firstStops } from "./state.js";
import { decoderInput } from "../../model.js";
import { UnknownOriginError, freshRandom, pointOf } from "../../code_sources.js";
import { codesAt, lengthOf, segmentsOf } from "../../space/paths.js";
import { WayChart } from "./length_chart.js";
import { Player } from "./player.js";
import { Strips } from "./strips.js";
import { TakeAlong } from "./export.js";
import { WAYS } from "./named_paths.js";
import { OriginPicker } from "./source_picker.js";
import { PointList } from "./code_list.js";

const TEXT = {
  stops: "Stops",
  stop: "stop",
  add: "Add a stop",
  addHint: `At most ${MOST_STOPS} stops`,
  closed: "Back to stop 1",
  /** @param {number} index */
  choose: (index) => `Change stop ${index + 1} to`,
  class: "Class given to the decoder, all the way",
  classNote:
    "A class is not interpolated: both ways are decoded with the one class chosen here; only the small picture of a stop has the stop’s own.",
  sources:
    "Spherical: slerp, Shoemake 1985; for latent codes White 2016, arXiv:1609.04468. Click a picture to open it in Morph.",
  noPrior:
    "This model was trained without a prior: no length of z is the usual one, and neither way is the better founded.",
  fewDimensions: "In few dimensions the shaded band is wide: short codes are less unusual there than in many.",
  manyDimensions:
    "In many dimensions few codes of N(0, I) are much shorter than the others. A straight way may dip below the shaded band, where they are rare; the arc stays between the lengths of its ends.",
  retry: "Try again",
  anew: "Start with other stops",
};

const CURVE_STEPS = 24; // of the chart, from stop to stop
const MANY_DIMENSIONS = 16;

export class WaysPanel {
  #props;
  #model;
  #journey;
  #callbacks;
  #working = new AbortController();
  /** @type {Point[]} */
  #points = [];
  /** @type {Route | null} */
  #route = null;

  /**
   * @param {InterpolateProps} props
   * @param {Model} model
   * @param {Journey} journey
   * @param {Callbacks} callbacks
   */
  constructor(props, model, journey, callbacks) {
    this.#props = props;
    this.#model = model;
    this.#journey = journey;
    this.#callbacks = callbacks;
    const { manifest } = props;
    this.list = new PointList(TEXT.stops, TEXT.stop, {
      onChoose: (index) => this.#set({ stop: index }),
      onMove: (index, to) => this.#move(index, to),
      onRemove: (index) => this.#remove(index),
    });
    this.picker = new OriginPicker(props, model, (origin) => this.#replace(origin));
    this.add = button(TEXT.add, () => this.#add(), { attributes: { title: TEXT.addHint } });
    this.closed = element("input", {
      attributes: { type: "checkbox" },
      on: { change: () => this.#set({ closed: this.closed.checked }) },
    });
    this.classButtons = Array.from({ length: manifest.classes }, (_, label) =>
      button(manifest.data.classes[label], () => this.#set({ label })),
    );
    this.player = new Player(model, WAYS, {
      onPlace: (place) => this.#goTo(place),
      onOpen: (z) => this.#open(z),
    });
    this.chart = new WayChart(manifest.deterministic ? null : manifest.latent_dim, (place) => {
      this.player.pause();
      this.#goTo(place);
    });
    this.take = new TakeAlong(props, () => this.#taken());
    this.strips = new Strips(props, (z) => this.#open(z));
    this.failure = element("div", { class: "vx-failed" });
    this.root = this.#makeRoot();
  }

  /** Once the panel is in the page and its width is known. */
  start() {
    this.#refresh();
  }

  /** The place has been rounded. */
  showRounded() {
    this.#goTo(this.#journey.place);
  }

  destroy() {
    this.#working.abort();
    this.player.destroy();
    this.take.destroy();
  }

  #makeRoot() {
    const { deterministic, latent_dim: dim } = this.#props.manifest;
    const byDimensions = dim < MANY_DIMENSIONS ? TEXT.fewDimensions : TEXT.manyDimensions;
    const note = deterministic ? TEXT.noPrior : byDimensions;
    const side = element(
      "div",
      { class: "vx-ip-side" },
      element("p", { class: "vx-caption", text: TEXT.stops }),
      this.list.root,
      element(
        "div",
        { class: "vx-ip-adding" },
        this.add,
        element("label", { class: "vx-check" }, this.closed, TEXT.closed),
      ),
    );
    const notes = [note, TEXT.sources];
    if (this.classButtons.length) {
      side.append(buttonGroup(TEXT.class, this.classButtons));
      notes.unshift(TEXT.classNote);
    }
    side.append(this.picker.root);
    const pictures = element("div", { class: "vx-way-pictures" }, ...this.player.pictures.map(({ root }) => root));
    const main = element(
      "div",
      { class: "vx-ip-main" },
      this.failure,
      this.strips.root,
      this.player.scrubber,
      element("div", { class: "vx-ip-below" }, pictures, this.chart.root),
      element(
        "div",
        { class: "vx-ip-foot" },
        this.take.root,
        element("div", { class: "vx-ip-notes" }, ...notes.map((text) => element("p", { class: "vx-note", text }))),
      ),
    );
    return element("div", { class: "vx-ip-ways" }, side, main);
  }

  /** @param {Partial<Journey>} change */
  #set(change) {
    Object.assign(this.#journey, change);
    this.#refresh();
  }

  /** @param {string} origin */
  #replace(origin) {
    const { stops, stop } = this.#journey;
    this.#set({ stops: stops.map((before, index) => (index === stop ? origin : before)) });
  }

  #add() {
    const { stops } = this.#journey;
    if (stops.length < MOST_STOPS) this.#set({ stops: [...stops, freshRandom()], stop: stops.length });
  }

  /** @param {number} index */
  #remove(index) {
    const { stops, stop } = this.#journey;
    if (stops.length <= FEWEST_STOPS) return;
    const chosen = stop > index || stop === stops.length - 1 ? stop - 1 : stop;
    this.#set({ stops: stops.filter((_, at) => at !== index), stop: Math.max(0, chosen) });
  }

  /** @param {number} index @param {number} to */
  #move(index, to) {
    const stops = [...this.#journey.stops];
    [stops[index], stops[to]] = [stops[to], stops[index]];
    const { stop } = this.#journey;
    this.#set({ stops, stop: stop === index ? to : stop === to ? index : stop });
  }

  /** The class that the decoder is told along the way. */
  get #label() {
    if (!this.#props.manifest.classes) return null;
    return this.#journey.label ?? this.#points[0]?.label ?? 0;
  }

  async #refresh() {
    this.#working.abort();
    const working = new AbortController();
    this.#working = working;
    const { manifest } = this.#props;
    this.failure.replaceChildren();
    try {
      const [decoder, ...points] = await Promise.all([
        this.#model.decoder(),
        ...this.#journey.stops.map((origin) => pointOf(this.#model, origin)),
      ]);
      working.signal.throwIfAborted();
      this.#points = points;
      const label = this.#label;
      const route = { stops: points.map(({ z }) => z), closed: this.#journey.closed };
      this.#route = route;
      const pictures = points.map((point) =>
        decoder.run(decoderInput(manifest, point.z, point.label ?? label)).slice(),
      );
      this.#showStops(pictures);
      this.player.show(decoder, route, label);
      this.#showChart(route);
      this.strips.lay(route);
      this.#goTo(this.#journey.place);
      this.take.ready = false;
      await this.strips.decode(route, label, working.signal);
      this.take.ready = true;
    } catch (error) {
      if (isAbort(error) || working.signal.aborted) return;
      this.failure.replaceChildren(
        error instanceof UnknownOriginError
          ? errorBox(error, TEXT.anew, () => this.#set({ stops: firstStops(manifest), stop: 0 }))
          : errorBox(error, TEXT.retry, () => this.#refresh()),
      );
    }
  }

  /** @param {Float32Array[]} pictures */
  #showStops(pictures) {
    const { stops, stop, closed } = this.#journey;
    this.list.show(
      stops.map((_, index) => String(index + 1)),
      this.#points,
      pictures,
      stop,
      stops.length > FEWEST_STOPS,
    );
    this.picker.show(TEXT.choose(stop), stops[stop]);
    this.add.disabled = stops.length >= MOST_STOPS;
    this.closed.checked = closed;
    this.classButtons.forEach((node, label) => node.setAttribute("aria-pressed", String(label === this.#label)));
  }

  /** @param {Route} route */
  #showChart(route) {
    const segments = segmentsOf(route);
    const places = Array.from({ length: segments * CURVE_STEPS + 1 }, (_, i) => i / CURVE_STEPS);
    const dim = this.#props.manifest.latent_dim;
    const curves = WAYS.map(({ id, name, way }) => {
      const codes = codesAt(way, route, places);
      return { id, name, lengths: places.map((_, i) => lengthOf(codes.subarray(i * dim, (i + 1) * dim))) };
    });
    this.chart.show(curves, segments);
    this.chart.showStops(Array.from({ length: segments + 1 }, (_, i) => String((i % route.stops.length) + 1)));
  }

  /** @param {number} place */
  #goTo(place) {
    if (!this.#route) return;
    const within = Math.min(segmentsOf(this.#route), Math.max(0, place));
    this.#journey.place = within;
    this.player.goTo(within);
    this.chart.mark(within);
    this.strips.mark(within);
  }

  #taken() {
    const route = /** @type {Route} */ (this.#route);
    return { route, label: this.#label, films: this.strips.films };
  }

  /** @param {ArrayLike<number>} z */
  #open(z) {
    this.#callbacks.send("open", { z: Array.from(z), label: this.#label });
  }
}
