/**
 * Between codes: the straight path and the path along the sphere, side by side.
 *
 * @typedef {import("../../types.js").InterpolateProps} InterpolateProps
 * @typedef {import("../../types.js").Callbacks} Callbacks
 * @typedef {import("./state.js").InterpolateState} InterpolateState
 * @typedef {import("../../model.js").Model} Model
 * @typedef {import("../../code_sources.js").NamedCode} NamedCode
 * @typedef {import("../../space/paths.js").Route} Route
 */

import { randomSource, resolveSource, UnknownSourceError } from "../../code_sources.js";
import { button, buttonGroup, element, errorBox, isAbort, setPressed } from "../../dom.js";
import { decoderInput } from "../../model.js";
import { clamp } from "../../numbers.js";
import { codesAt, lengthOf, segmentsOf } from "../../space/paths.js";
import { CodeList } from "./code_list.js";
import { PathExport } from "./export.js";
import { LengthChart } from "./length_chart.js";
import { PATHS } from "./named_paths.js";
import { Player } from "./player.js";
import { SourcePicker } from "./source_picker.js";
import { firstStops, MAX_STOPS, MIN_STOPS } from "./state.js";
import { PathStrips } from "./strips.js";

const TEXT = {
  stops: "Stops",
  stop: "stop",
  add: "Add a stop",
  addHint: `At most ${MAX_STOPS} stops`,
  closed: "Return to start",
  /** @param {number} index */
  choose: (index) => `Change stop ${index + 1} to`,
  class: "Class given to the decoder along the path",
  classNote:
    "Classes are not interpolated: both paths are decoded with the class chosen here; only the small pictures of the stops use their own.",
  sources:
    "Spherical: slerp, Shoemake 1985; for latent codes White 2016, arXiv:1609.04468. Click a picture to open it in Morph.",
  noPrior: "This model was trained without a prior: no length of z is typical, so neither path is better justified.",
  fewDimensions: "With few dimensions the shaded band is wide: short codes are less unusual than with many.",
  manyDimensions:
    "With many dimensions, few codes from N(0, I) are much shorter than the rest. A straight path may dip below the shaded band, where codes are rare; an arc stays between the lengths of its ends.",
  retry: "Try again",
  anew: "Start over",
};

const CURVE_STEPS = 24; // of the chart, from stop to stop
const MANY_DIMENSIONS = 16;

export class PathsPanel {
  #props;
  #model;
  #state;
  #callbacks;
  #refreshing = new AbortController();
  /** @type {NamedCode[]} */
  #codes = [];
  /** @type {Route | null} */
  #route = null;

  /**
   * @param {InterpolateProps} props
   * @param {Model} model
   * @param {InterpolateState} state
   * @param {Callbacks} callbacks
   */
  constructor(props, model, state, callbacks) {
    this.#props = props;
    this.#model = model;
    this.#state = state;
    this.#callbacks = callbacks;
    const { manifest } = props;
    this.list = new CodeList(TEXT.stops, TEXT.stop, {
      onChoose: (index) => this.#set({ stop: index }),
      onMove: (index, to) => this.#move(index, to),
      onRemove: (index) => this.#remove(index),
    });
    this.picker = new SourcePicker(props, model, (source) => this.#replace(source));
    this.add = button(TEXT.add, () => this.#add(), { attributes: { title: TEXT.addHint } });
    this.closed = element("input", {
      attributes: { type: "checkbox" },
      on: { change: () => this.#set({ closed: this.closed.checked }) },
    });
    this.classButtons = Array.from({ length: manifest.classes }, (_, label) =>
      button(manifest.data.classes[label], () => this.#set({ label })),
    );
    this.player = new Player(model, PATHS, {
      onPosition: (position) => this.#goTo(position),
      onOpen: (z) => this.#open(z),
    });
    this.chart = new LengthChart(manifest.deterministic ? null : manifest.latent_dim, (position) => {
      this.player.pause();
      this.#goTo(position);
    });
    this.export = new PathExport(props, () => this.#exported());
    this.strips = new PathStrips(props, (z) => this.#open(z));
    this.failure = element("div", { class: "vx-failed" });
    this.root = this.#makeRoot();
  }

  /** To be called once the panel is in the page, so that its width is known. */
  start() {
    this.#refresh();
  }

  /** Shows the position, which has been rounded. */
  showRounded() {
    this.#goTo(this.#state.position);
  }

  destroy() {
    this.#refreshing.abort();
    this.player.destroy();
    this.export.destroy();
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
      this.list.note,
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
    const pictures = element("div", { class: "vx-path-pictures" }, ...this.player.pictures.map(({ root }) => root));
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
        this.export.root,
        element("div", { class: "vx-ip-notes" }, ...notes.map((text) => element("p", { class: "vx-note", text }))),
      ),
    );
    return element("div", { class: "vx-ip-columns" }, side, main);
  }

  /** @param {Partial<InterpolateState>} change */
  #set(change) {
    Object.assign(this.#state, change);
    this.#refresh("stops" in change || "closed" in change);
  }

  /** @param {string} source */
  #replace(source) {
    const { stops, stop } = this.#state;
    this.#set({ stops: stops.map((before, index) => (index === stop ? source : before)) });
  }

  #add() {
    const { stops } = this.#state;
    if (stops.length < MAX_STOPS) this.#set({ stops: [...stops, randomSource()], stop: stops.length });
  }

  /** @param {number} index */
  #remove(index) {
    const { stops, stop } = this.#state;
    if (stops.length <= MIN_STOPS) return;
    const chosen = stop > index || stop === stops.length - 1 ? stop - 1 : stop;
    this.#set({ stops: stops.filter((_, at) => at !== index), stop: Math.max(0, chosen) });
  }

  /** @param {number} index @param {number} to */
  #move(index, to) {
    const stops = [...this.#state.stops];
    [stops[index], stops[to]] = [stops[to], stops[index]];
    const { stop } = this.#state;
    this.#set({ stops, stop: stop === index ? to : stop === to ? index : stop });
  }

  /** The class that the path is decoded with. */
  get #label() {
    if (!this.#props.manifest.classes) return null;
    return this.#state.label ?? this.#codes[0]?.label ?? 0;
  }

  /** @param {boolean} [isNewPath]  then the large pictures are those of a frame, which is the outlined one */
  async #refresh(isNewPath = false) {
    this.#refreshing.abort();
    const refreshing = new AbortController();
    this.#refreshing = refreshing;
    const { manifest } = this.#props;
    this.failure.replaceChildren();
    try {
      const [decoder, ...codes] = await Promise.all([
        this.#model.decoder(),
        ...this.#state.stops.map((source) => resolveSource(this.#model, source)),
      ]);
      refreshing.signal.throwIfAborted();
      this.#codes = codes;
      const label = this.#label;
      const route = { stops: codes.map(({ z }) => z), closed: this.#state.closed };
      this.#route = route;
      const pictures = codes.map((code) => decoder.run(decoderInput(manifest, code.z, code.label ?? label)).slice());
      this.#showStops(pictures);
      this.list.showOriginals(this.#model);
      this.player.show(decoder, route, label);
      this.#showChart(route);
      this.strips.layOut(route);
      this.player.scrubber.style.setProperty("--vx-frames", String(this.strips.count));
      const { position } = this.#state;
      this.#goTo(isNewPath ? this.strips.nearest(position) : position);
      this.export.ready = false;
      await this.strips.decode(route, label, refreshing.signal);
      this.export.ready = true;
    } catch (error) {
      if (isAbort(error) || refreshing.signal.aborted) return;
      this.failure.replaceChildren(
        error instanceof UnknownSourceError
          ? errorBox(error, TEXT.anew, () => this.#set({ stops: firstStops(manifest), stop: 0 }))
          : errorBox(error, TEXT.retry, () => this.#refresh()),
      );
    }
  }

  /** @param {Float32Array[]} pictures */
  #showStops(pictures) {
    const { stops, stop, closed } = this.#state;
    this.list.show(
      stops.map((_, index) => String(index + 1)),
      this.#codes,
      pictures,
      stop,
      stops.length > MIN_STOPS,
    );
    this.picker.show(TEXT.choose(stop), stops[stop]);
    this.add.disabled = stops.length >= MAX_STOPS;
    this.closed.checked = closed;
    setPressed(this.classButtons, (label) => label === this.#label);
  }

  /** @param {Route} route */
  #showChart(route) {
    const segments = segmentsOf(route);
    const positions = Array.from({ length: segments * CURVE_STEPS + 1 }, (_, i) => i / CURVE_STEPS);
    const dim = this.#props.manifest.latent_dim;
    const curves = PATHS.map(({ id, name, path }) => {
      const codes = codesAt(path, route, positions);
      return { id, name, lengths: positions.map((_, i) => lengthOf(codes.subarray(i * dim, (i + 1) * dim))) };
    });
    this.chart.show(curves, segments);
    this.chart.showStops(Array.from({ length: segments + 1 }, (_, i) => String((i % route.stops.length) + 1)));
  }

  /** @param {number} position */
  #goTo(position) {
    if (!this.#route) return;
    const within = clamp(position, 0, segmentsOf(this.#route));
    this.#state.position = within;
    this.player.goTo(within);
    this.chart.mark(within);
    this.strips.mark(within);
  }

  #exported() {
    const route = /** @type {Route} */ (this.#route);
    return { route, label: this.#label, filmstrips: this.strips.filmstrips };
  }

  /** @param {ArrayLike<number>} z */
  #open(z) {
    this.#callbacks.open({ z: Array.from(z), label: this.#label });
  }
}
