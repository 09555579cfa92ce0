/**
 * One filmstrip for each path, decoded in the background.
 *
 * @typedef {import("../../types.js").ViewProps} ViewProps
 * @typedef {import("../../space/paths.js").Route} Route
 */

import { decodeBatch } from "../../decoding/decode_batch.js";
import { element } from "../../dom.js";
import { PIXELS } from "../../picture/size.js";
import { codesAt, segmentsOf } from "../../space/paths.js";
import { columnsFor, Filmstrip, nearest } from "./filmstrip.js";
import { PATHS } from "./named_paths.js";

const TEXT = {
  /** @param {string} name @param {number} stop @param {number} next @param {number} percent */
  picture: (name, stop, next, percent) =>
    percent
      ? `${name}, ${percent} % from stop ${stop} to stop ${next}: open in Morph`
      : `${name}, stop ${stop}: open in Morph`,
};

export class PathStrips {
  #props;
  #onOpen;
  /** @type {Route | null} */
  #route = null;
  #layout = "";
  /** @type {number[]} */
  #positions = [];
  /** @type {Filmstrip[]} */
  filmstrips = [];

  /**
   * @param {ViewProps} props
   * @param {(z: Float64Array) => void} onOpen
   */
  constructor(props, onOpen) {
    this.#props = props;
    this.#onOpen = onOpen;
    this.root = element("div", { class: "vx-filmstrips" });
  }

  /**
   * Makes the filmstrips for a route. If their layout stays the same, they show the old pictures until the new ones come.
   *
   * @param {Route} route
   */
  layOut(route) {
    this.#route = route;
    const segments = segmentsOf(route),
      stops = route.stops.length;
    const steps = Math.ceil((columnsFor(this.root.clientWidth) - 1) / segments);
    const positions = Array.from({ length: segments * steps + 1 }, (_, i) => i / steps);
    const key = JSON.stringify([stops, positions]);
    if (this.#layout === key) return;
    this.#layout = key;
    this.#positions = positions;
    this.filmstrips = PATHS.map(({ name, path }) => {
      const labels = positions.map((position) => {
        const stop = Math.floor(position + 1e-6);
        return TEXT.picture(name, (stop % stops) + 1, ((stop + 1) % stops) + 1, Math.round(100 * (position - stop)));
      });
      return new Filmstrip(
        name,
        labels,
        (index) => this.#route && this.#onOpen(codesAt(path, this.#route, [positions[index]])),
      );
    });
    this.root.replaceChildren(
      ...PATHS.flatMap(({ id, name, formula }, row) => [
        element(
          "p",
          { class: "vx-filmstrip-caption" },
          element("span", { class: `vx-key vx-key-${id}`, text: name }),
          element("span", { class: "vx-note", text: formula }),
        ),
        this.filmstrips[row].root,
      ]),
    );
  }

  /** How many pictures a strip has. */
  get count() {
    return this.#positions.length;
  }

  /**
   * @param {Route} route  the one last laid out
   * @param {number | null} label
   * @param {AbortSignal} signal
   */
  async decode(route, label, signal) {
    const { filmstrips, count } = this;
    const dim = route.stops[0].length;
    for (const filmstrip of filmstrips) filmstrip.busy = true;
    const codes = new Float64Array(filmstrips.length * count * dim);
    PATHS.forEach(({ path }, row) => {
      codes.set(codesAt(path, route, this.#positions), row * count * dim);
    });
    await decodeBatch(this.#props.manifest, this.#props.baseUrl, codes, filmstrips.length * count, {
      label,
      signal,
      onChunk(pixels, start) {
        const stop = start + pixels.length / PIXELS;
        filmstrips.forEach((filmstrip, row) => {
          const from = Math.max(start, row * count),
            to = Math.min(stop, (row + 1) * count);
          if (from < to) filmstrip.show(pixels, from - start, to - from, from - row * count);
        });
      },
    });
    for (const filmstrip of filmstrips) filmstrip.busy = false;
  }

  /**
   * @param {number} position
   * @returns {number}  that of the nearest picture
   */
  nearest(position) {
    return this.#positions[nearest(this.#positions, position)];
  }

  /**
   * Outlines the pictures nearest to a position.
   *
   * @param {number} position
   */
  mark(position) {
    for (const filmstrip of this.filmstrips) filmstrip.mark(nearest(this.#positions, position));
  }
}
