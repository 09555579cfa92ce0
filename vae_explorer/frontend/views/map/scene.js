// What the map shows: the codes in one projection, in colours, some of them switched off; and the chart that draws it.

import { firstTwoColumns } from "../../space/placement.js";
import { codeInHand } from "../../current_code.js";
import { MapChart } from "./chart.js";
import { MapChart3d } from "./chart_3d.js";
import { coloursOf, COLOURINGS, misjudged } from "./colours.js";
import { placeAt } from "./points.js";
import { PROJECTIONS } from "./projections.js";
import { summarise } from "./summary.js";

/** @typedef {import("../../model.js").Codes} Codes */
/** @typedef {import("../../space/placement.js").Cloud} Cloud */
/** @typedef {import("../../types.js").MapProps} MapProps */
/** @typedef {import("./chart.js").Chart} Chart */
/** @typedef {import("./input.js").Looked} Looked */
/** @typedef {import("./inspector.js").LookedCode} LookedCode */
/** @typedef {import("./state.js").MapMemory} MapMemory */
/** @typedef {import("./projections.js").ProjectionName} ProjectionName */

export class MapScene {
  /** @type {string[]} a colour a point */
  #colours = [];
  /** @type {Uint8Array} 1 for a point in view */
  #shown = new Uint8Array();
  /** @type {Map<ProjectionName, Cloud>} */
  #clouds = new Map();
  /** @type {Cloud | null} a t-SNE with the visitor's settings */
  #ownTsne = null;

  /**
   * @param {HTMLDivElement} element to draw in, of some size
   * @param {Codes} codes
   * @param {ProjectionName} projection
   * @param {MapMemory} memory
   * @param {MapProps} props
   * @param {() => void} onMove called whenever the points have moved on the screen
   */
  constructor(element, codes, projection, memory, props, onMove) {
    this.element = element;
    this.codes = codes;
    this.projection = projection;
    this.memory = memory;
    this.props = props;
    this.onMove = onMove;
    this.whole = summarise(codes, Int32Array.from(codes.label.keys()), props.manifest.data.classes.length);
    if (!COLOURINGS[memory.colouring].has(codes, props.manifest)) memory.colouring = "class";
    this.#colours = coloursOf(COLOURINGS[memory.colouring], codes);
    this.#choose();
    this.chart = this.#newChart();
  }

  /** Whether a point is in view. @param {number} index */
  shows = (index) => this.#shown[index] === 1;

  /** How many points are in view. */
  get shown() {
    return this.#shown.reduce((sum, one) => sum + one, 0);
  }

  /** Where the codes lie in this projection. */
  get cloud() {
    if (this.projection === "tsne" && this.#ownTsne) return this.#ownTsne;
    let cloud = this.#clouds.get(this.projection);
    if (!cloud) {
      cloud = PROJECTIONS[this.projection].cloud(this.codes);
      this.#clouds.set(this.projection, cloud);
    }
    return cloud;
  }

  /**
   * @param {ProjectionName} projection
   * @returns {boolean} whether another chart draws it, which has to be started
   */
  project(projection) {
    const before = this.cloud;
    this.projection = projection;
    if (!("z" in before) === !("z" in this.cloud)) {
      this.chart.draw(this.#drawing());
      return false;
    }
    this.chart.destroy();
    this.chart = this.#newChart();
    return true;
  }

  /** @param {Float32Array | null} points (N, 2), null for the model's own t-SNE */
  setTsne(points) {
    this.#ownTsne = points && firstTwoColumns(points, points.length / 2);
    if (this.projection === "tsne") this.chart.draw(this.#drawing());
  }

  /** To be called when the colouring in the memory is another one. */
  recolour() {
    this.#colours = coloursOf(COLOURINGS[this.memory.colouring], this.codes);
    this.chart.draw(this.#drawing());
  }

  /** To be called when other points are to be in view. */
  filter() {
    this.#choose();
    this.chart.draw(this.#drawing());
  }

  /** Where a code lies on the plane of the chart's frame. @param {ArrayLike<number>} z @returns {[number, number]} */
  placeOf(z) {
    return this.chart.place(PROJECTIONS[this.projection].place(this.codes, this.cloud, z));
  }

  /**
   * What lies near a pixel of the stage: a point, else the place itself where it has a code.
   * @param {number} left
   * @param {number} top
   * @param {number} reach pixels
   * @returns {Looked | null}
   */
  find(left, top, reach) {
    const frame = this.chart.frame(),
      points = this.chart.points();
    const index = this.memory.places ? -1 : points.find(frame, left, top, reach, this.shows);
    if (index >= 0) return { index, place: points.place(index) };
    const place = placeAt(frame, left, top);
    return place && PROJECTIONS[this.projection].decode ? { index, place } : null;
  }

  /**
   * The next point in a direction, from what is looked at or else from the code in Morph.
   * @param {Looked | null} looked
   * @param {number} dx
   * @param {number} dy y up
   * @returns {Looked | null}
   */
  neighbour(looked, dx, dy) {
    const frame = this.chart.frame(),
      points = this.chart.points();
    const index =
      looked && looked.index >= 0
        ? points.next(frame, looked.index, dx, dy, this.shows)
        : points.first(frame, looked?.place ?? this.placeOf(codeInHand(this.props).z), this.shows);
    return index < 0 ? null : { index, place: points.place(index) };
  }

  /** @param {number} index of a point */
  bringIntoView(index) {
    const { x, y, z } = this.cloud;
    this.chart.bringIntoView(z ? [x[index], y[index], z[index]] : [x[index], y[index]]);
  }

  /**
   * A picture's code, or that of a place; null for a place that has none.
   * @param {Looked} looked
   * @returns {LookedCode | null}
   */
  codeOf({ index, place }) {
    const { mu, count, label } = this.codes;
    const { classes } = this.props.manifest;
    if (index >= 0) {
      const dim = mu.length / count;
      return { z: mu.subarray(index * dim, (index + 1) * dim), label: classes ? label[index] : null };
    }
    const { decode } = PROJECTIONS[this.projection];
    if (!decode) return null;
    const hand = codeInHand(this.props);
    const rest = this.memory.rest === "hand" ? hand.z : this.whole.mean;
    return { z: decode(this.codes, this.chart.points(), place, rest), label: hand.label };
  }

  destroy() {
    this.chart.destroy();
  }

  #choose() {
    const { off, misjudgedOnly } = this.memory;
    this.#shown = this.codes.label.map((label, i) =>
      Number(!off.has(label) && (!misjudgedOnly || misjudged(this.codes, i))),
    );
  }

  /** @returns {import("./chart.js").Drawing} */
  #drawing() {
    const { axes } = PROJECTIONS[this.projection];
    return { plane: this.cloud, axes, colours: this.#colours, shows: this.shows };
  }

  /** @returns {Chart} */
  #newChart() {
    const Kind = "z" in this.cloud ? MapChart3d : MapChart;
    return new Kind(this.element, this.#drawing(), this.onMove);
  }
}
