// What the map shows: the codes in one projection, coloured, some of them hidden; and the chart that draws them.

import { currentCode } from "../../current_code.js";
import { firstTwoColumns } from "../../space/placement.js";
import { MapChart } from "./chart.js";
import { MapChart3d } from "./chart_3d.js";
import { COLOURINGS, coloursOf, misclassified } from "./colours.js";
import { positionAt } from "./points.js";
import { TSNE } from "./projections.js";
import { summarise } from "./summary.js";

/** @typedef {import("../../model.js").Codes} Codes */
/** @typedef {import("../../space/placement.js").Cloud} Cloud */
/** @typedef {import("../../types.js").MapProps} MapProps */
/** @typedef {import("./chart.js").Chart} Chart */
/** @typedef {import("./input.js").Target} Target */
/** @typedef {import("./inspector.js").TargetCode} TargetCode */
/** @typedef {import("./state.js").MapState} MapState */
/** @typedef {import("./projections.js").Projection} Projection */

export class MapScene {
  /** @type {string[]} a colour per point */
  #colours = [];
  /** @type {Uint8Array} 1 for a point in view */
  #shown = new Uint8Array();
  /** @type {Map<string, Cloud>} by the name of the projection */
  #clouds = new Map();
  /** @type {Cloud | null} a t-SNE with the visitor's settings */
  #ownTsne = null;

  /**
   * @param {HTMLDivElement} element to draw in; must have a size
   * @param {Codes} codes
   * @param {Projection} projection
   * @param {MapState} state
   * @param {MapProps} props
   * @param {() => void} onMove called whenever the points have moved on the screen
   */
  constructor(element, codes, projection, state, props, onMove) {
    this.element = element;
    this.codes = codes;
    this.projection = projection;
    this.state = state;
    this.props = props;
    this.onMove = onMove;
    this.whole = summarise(codes, Int32Array.from(codes.label.keys()), props.manifest.data.classes.length);
    if (!COLOURINGS[state.colouring].has(codes, props.manifest)) state.colouring = "class";
    this.#colours = coloursOf(COLOURINGS[state.colouring], codes);
    this.#updateShown();
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
    const { name } = this.projection;
    if (name === TSNE && this.#ownTsne) return this.#ownTsne;
    let cloud = this.#clouds.get(name);
    if (!cloud) {
      cloud = this.projection.cloud(this.codes);
      this.#clouds.set(name, cloud);
    }
    return cloud;
  }

  /**
   * @param {Projection} projection
   * @returns {boolean} whether a new chart draws it, which has to be started
   */
  showProjection(projection) {
    const before = this.cloud;
    this.keepView();
    this.projection = projection;
    this.state.extent = ""; // of another plane
    if ("z" in before === this.hasDepth) {
      this.chart.draw(this.#drawing());
      return false;
    }
    this.chart.destroy();
    this.chart = this.#newChart();
    if (this.hasDepth) this.showView();
    return true;
  }

  get hasDepth() {
    return "z" in this.cloud;
  }

  /** Whether the map is a t-SNE with the visitor's settings. */
  get isOwnTsne() {
    return this.projection.name === TSNE && this.#ownTsne !== null;
  }

  /** Goes to the view that the state says. */
  showView() {
    const view = this.hasDepth ? this.state.camera : this.state.extent;
    if (view) this.chart.show(view);
  }

  /** Has the state say what is in view. */
  keepView() {
    this.state[this.hasDepth ? "camera" : "extent"] = this.chart.view();
  }

  /** @param {Float32Array | null} points (N, 2), null for the model's own t-SNE */
  setTsne(points) {
    this.#ownTsne = points && firstTwoColumns(points, points.length / 2);
    if (this.projection.name === TSNE) this.chart.draw(this.#drawing());
  }

  /** To be called when the colouring in the state has changed. */
  recolour() {
    this.#colours = coloursOf(COLOURINGS[this.state.colouring], this.codes);
    this.chart.draw(this.#drawing());
  }

  /** To be called when other points are to be shown. */
  filter() {
    this.#updateShown();
    this.chart.draw(this.#drawing());
  }

  /** Where a code lies on the plane of the chart's frame. @param {ArrayLike<number>} z @returns {[number, number]} */
  positionOf(z) {
    return this.chart.onPlane(this.projection.locate(this.codes, this.cloud, z));
  }

  /**
   * What lies near a pixel of the stage: a point, else the position itself if it has a code.
   * @param {number} left
   * @param {number} top
   * @param {number} reach pixels
   * @returns {Target | null}
   */
  find(left, top, reach) {
    const frame = this.chart.frame(),
      points = this.chart.points();
    const index = this.state.decodeEverywhere ? -1 : points.find(frame, left, top, reach, this.shows);
    if (index >= 0) return { index, position: points.position(index) };
    const position = positionAt(frame, left, top);
    return position && this.projection.decode ? { index, position } : null;
  }

  /**
   * The next point in a direction, from the target or else from the current code.
   * @param {Target | null} target
   * @param {number} dx
   * @param {number} dy y up
   * @returns {Target | null}
   */
  neighbour(target, dx, dy) {
    const frame = this.chart.frame(),
      points = this.chart.points();
    const index =
      target && target.index >= 0
        ? points.next(frame, target.index, dx, dy, this.shows)
        : points.first(frame, target?.position ?? this.positionOf(currentCode(this.props).z), this.shows);
    return index < 0 ? null : { index, position: points.position(index) };
  }

  /** @param {number} index of a point */
  bringIntoView(index) {
    const { x, y, z } = this.cloud;
    this.chart.bringIntoView(z ? [x[index], y[index], z[index]] : [x[index], y[index]]);
  }

  /**
   * The code of a picture or of a position; null for a position without one.
   * @param {Target} target
   * @returns {TargetCode | null}
   */
  codeOf({ index, position }) {
    const { mu, count, label } = this.codes;
    const { classes } = this.props.manifest;
    if (index >= 0) {
      const dim = mu.length / count;
      return { z: mu.subarray(index * dim, (index + 1) * dim), label: classes ? label[index] : null };
    }
    const { decode } = this.projection;
    if (!decode) return null;
    const current = currentCode(this.props);
    const rest = this.state.rest === "current" ? current.z : this.whole.mean;
    return { z: decode(this.codes, this.chart.points(), position, rest), label: current.label };
  }

  destroy() {
    this.chart.destroy();
  }

  #updateShown() {
    const { off, misclassifiedOnly } = this.state;
    this.#shown = this.codes.label.map((label, i) =>
      Number(!off.has(label) && (!misclassifiedOnly || misclassified(this.codes, i))),
    );
  }

  /** @returns {import("./chart.js").Drawing} */
  #drawing() {
    const { axes: titles } = this.projection;
    const axes = titles.length ? { x: titles[0], y: titles[1], z: titles[2] } : null;
    return { plane: this.cloud, axes, colours: this.#colours, shows: this.shows };
  }

  /** @returns {Chart} */
  #newChart() {
    const Kind = this.hasDepth ? MapChart3d : MapChart;
    return new Kind(this.element, this.#drawing(), this.onMove);
  }
}
