/**
 * One strip of pictures for each way, decoded in the background.
 *
 * @typedef {import("../../types.js").ViewProps} ViewProps
 * @typedef {import("../../space/paths.js").Route} Route
 */

import { decodeBatch } from "../../decode_batch.js";
import { element } from "../../dom.js";
import { PIXELS } from "../../model.js";
import { codesAt, segmentsOf } from "../../space/paths.js";
import { Film, columnsFor, nearest } from "./filmstrip.js";
import { WAYS } from "./named_paths.js";

const TEXT = {
  /** @param {string} name @param {number} stop @param {number} next @param {number} percent */
  picture: (name, stop, next, percent) =>
    percent
      ? `${name}, ${percent} % from stop ${stop} to stop ${next}: open in Morph`
      : `${name}, stop ${stop}: open in Morph`,
};

export class Strips {
  #props;
  #onOpen;
  /** @type {Route | null} */
  #route = null;
  #laid = "";
  /** @type {number[]} */
  #places = [];
  /** @type {Film[]} */
  films = [];

  /**
   * @param {ViewProps} props
   * @param {(z: Float64Array) => void} onOpen
   */
  constructor(props, onOpen) {
    this.#props = props;
    this.#onOpen = onOpen;
    this.root = element("div", { class: "vx-films" });
  }

  /**
   * Makes the strips for a route. Where they need not be others, they keep what they show until new pictures come.
   *
   * @param {Route} route
   */
  lay(route) {
    this.#route = route;
    const segments = segmentsOf(route),
      stops = route.stops.length;
    const steps = Math.ceil((columnsFor(this.root.clientWidth) - 1) / segments);
    const places = Array.from({ length: segments * steps + 1 }, (_, i) => i / steps);
    const key = JSON.stringify([stops, places]);
    if (this.#laid === key) return;
    this.#laid = key;
    this.#places = places;
    this.films = WAYS.map(({ name, way }) => {
      const labels = places.map((place) => {
        const stop = Math.floor(place + 1e-6);
        return TEXT.picture(name, (stop % stops) + 1, ((stop + 1) % stops) + 1, Math.round(100 * (place - stop)));
      });
      return new Film(name, labels, (index) => this.#route && this.#onOpen(codesAt(way, this.#route, [places[index]])));
    });
    this.root.replaceChildren(
      ...WAYS.flatMap(({ id, name, formula }, row) => [
        element(
          "p",
          { class: "vx-film-caption" },
          element("span", { class: `vx-key vx-key-${id}`, text: name }),
          element("span", { class: "vx-note", text: formula }),
        ),
        this.films[row].root,
      ]),
    );
  }

  /**
   * @param {Route} route  the one that the strips were made for
   * @param {number | null} label
   * @param {AbortSignal} signal
   */
  async decode(route, label, signal) {
    const { films } = this;
    const count = this.#places.length,
      dim = route.stops[0].length;
    films.forEach((film) => (film.busy = true));
    const codes = new Float64Array(films.length * count * dim);
    WAYS.forEach(({ way }, row) => codes.set(codesAt(way, route, this.#places), row * count * dim));
    await decodeBatch(this.#props.manifest, this.#props.baseUrl, codes, films.length * count, {
      label,
      signal,
      onChunk(pixels, start) {
        const stop = start + pixels.length / PIXELS;
        films.forEach((film, row) => {
          const from = Math.max(start, row * count),
            to = Math.min(stop, (row + 1) * count);
          if (from < to) film.show(pixels, from - start, to - from, from - row * count);
        });
      },
    });
    films.forEach((film) => (film.busy = false));
  }

  /**
   * Rings the pictures nearest to a place.
   *
   * @param {number} place
   */
  mark(place) {
    this.films.forEach((film) => film.mark(nearest(this.#places, place)));
  }
}
