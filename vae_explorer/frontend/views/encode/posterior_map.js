/**
 * The posterior on the map of the model's pictures: an ellipse that holds 90 % of it, and the five nearest pictures.
 *
 * @typedef {import("../../types.js").Manifest} Manifest
 * @typedef {import("../../model.js").Model} Model
 * @typedef {import("../../model.js").Codes} Codes
 * @typedef {import("../../model.js").LinearMap} LinearMap
 * @typedef {import("../map/chart.js").Frame} Frame
 * @typedef {import("../shared/computation.js").Passed} Passed
 * @typedef {import("./palette.js").Colours} Colours
 */

import { element } from "../../dom.js";
import { SIDE } from "../../picture/size.js";
import { classColour } from "../../palette.js";
import { pictureContext } from "../../paint.js";
import { covarianceOnPlane, ellipseOf } from "../../space/ellipse.js";
import { nearestRows, onPlane, withEqualUnits } from "../../space/placement.js";
import { classNamed } from "../../text.js";
import { linearPlane } from "../inset/backgrounds.js";
import { paintPoints } from "../shared/dots.js";
import { FittedCanvas } from "../shared/canvas.js";

const NEAREST = 5;
const HOLDS_90 = Math.sqrt(-2 * Math.log(0.1)); // standard deviations, in two dimensions
const POINT_SIZE = 2;
const POINT_OPACITY = 0.35;

const TEXT = {
  /** @param {string} title @param {import("../../types.js").ManifestData} data */
  map: (title, { split, nouns }) => `Where the picture lies among the ${split} ${nouns}: ${title}`,
  /** @param {string} title */
  about: (title) => `${title}: the ellipse holds 90 % of the posterior, the dashed one 90 % of N(0, I).`,
  /** @param {string} title */
  aboutCode: (title) => `${title}: the dot is the code.`,
  /** @param {import("../../types.js").ManifestData} data */
  nearest: ({ split, nouns }) => `Nearest ${split} ${nouns}, by mu`,
  /** @param {import("../../types.js").ManifestData} data @param {number} index @param {string} name */
  one: ({ split, noun }, index, name) => `${split} ${noun} ${index}, ${classNamed(name)}`,
  failed: "The codes could not be loaded, so there is no map. The next picture tries again.",
};

export class PosteriorMap {
  #manifest;
  #model;
  #projection;
  #fitted;
  #isDestroyed = false;
  #isLoading = false;
  /** @type {Codes | null} */
  #codes = null;
  /** @type {{colours: string[], background: import("../inset/backgrounds.js").Background, map: LinearMap} | null} */
  #loaded = null;
  /** @type {Frame | null} */
  #frame = null;
  /** @type {Map<number | null, {table: Float32Array, indices: number[]}>} codes by the class that they are compared with */
  #tables = new Map();
  /** @type {Passed | null} */
  #passed = null;
  /** @type {Colours | null} */
  #colours = null;
  /** @type {import("../../model.js").Atlas | null} */
  #digits = null;

  /**
   * @param {Manifest} manifest
   * @param {Model} model
   */
  constructor(manifest, model) {
    this.#manifest = manifest;
    this.#model = model;
    const { data, latent_dim: dim, deterministic, projections } = manifest;
    this.#projection =
      dim > 1 ? projections.find(({ kind, axes }) => kind === "linear" && axes.length === 2) : undefined;
    const title = this.#projection?.title ?? "";
    this.points = element("canvas", { attributes: { "aria-hidden": "true" } });
    this.marks = element("canvas", { attributes: { role: "img", "aria-label": TEXT.map(title, data) } });
    this.stage = element("div", { class: "vx-enc-map-stage" }, this.points, this.marks);
    this.thumbnails = Array.from({ length: NEAREST }, () => thumbnail());
    this.about = element("p", { class: "vx-note", text: deterministic ? TEXT.aboutCode(title) : TEXT.about(title) });
    this.root = element(
      "div",
      { class: "vx-enc-map" },
      this.stage,
      element(
        "div",
        { class: "vx-enc-nearest" },
        element("p", { class: "vx-note", text: TEXT.nearest(data) }),
        element("div", { class: "vx-enc-thumbnails" }, ...this.thumbnails.map(({ root }) => root)),
        this.about,
      ),
    );
    this.stage.hidden = this.about.hidden = !this.#projection;
    this.#fitted = new FittedCanvas(this.marks, () => this.#repaint());
  }

  destroy() {
    this.#isDestroyed = true;
  }

  /**
   * To be drawn when there is time: a search among all codes is part of it.
   *
   * @param {Passed} passed
   * @param {Colours} colours
   */
  show(passed, colours) {
    this.#passed = passed;
    this.#colours = colours;
  }

  async #load() {
    if (this.#isLoading) return;
    this.#isLoading = true;
    try {
      const [codes, digits] = await Promise.all([this.#model.codes(), this.#model.digits()]);
      if (this.#isDestroyed) return;
      this.#digits = digits;
      this.#codes = codes;
      const { tensor } = this.#projection ?? this.#manifest.projections[0];
      const map = codes.layouts[tensor].linear;
      if (this.#projection && map) {
        const background = linearPlane(this.#manifest, codes, tensor);
        this.#loaded = { colours: Array.from(codes.label, classColour), background, map };
      }
      this.#repaint();
      this.draw();
    } catch {
      this.about.hidden = false;
      this.about.textContent = TEXT.failed;
    }
    this.#isLoading = false;
  }

  /** All points, once for each size of the map. */
  #repaint() {
    if (!this.#loaded) return;
    const { background, colours } = this.#loaded;
    const { clientWidth: width, clientHeight: height } = this.stage;
    if (!width || !height || !background.plane) return;
    this.#frame = { left: 0, top: 0, width, height, ...withEqualUnits(background.extent, width, height) };
    const drawing = { plane: background.plane, axes: null, colours, shows: () => true };
    paintPoints(this.points, this.#frame, drawing, POINT_SIZE, POINT_OPACITY);
    this.draw();
  }

  /** Shows what `show` was given last. */
  draw() {
    if (this.#codes) this.#mark(this.#nearest(this.#codes));
    else this.#load();
  }

  /** @param {number[]} nearest */
  #mark(nearest) {
    const fit = this.#fitted.clear();
    const [passed, colours, frame, loaded] = [this.#passed, this.#colours, this.#frame, this.#loaded];
    if (!fit || !passed || !colours || !frame || !loaded) return;
    const { context } = fit;
    const { width, x, y } = frame;
    const unit = width / (x[1] - x[0]);
    /** @param {number} across @param {number} up @returns {[number, number]} */
    const place = (across, up) => [(across - x[0]) * unit, (y[1] - up) * unit];
    /** @param {[number, number]} at @param {ArrayLike<number>} sigma */
    const outline = (at, sigma) => {
      const { long, short, angle } = ellipseOf(covarianceOnPlane(loaded.map, sigma));
      const [left, top] = place(...at);
      const [wide, high] = [long, short].map((radius) => Math.max(2, radius * HOLDS_90 * unit));
      if (![left, top, wide, high].every(Number.isFinite)) return;
      context.beginPath();
      context.ellipse(left, top, wide, high, -angle, 0, 2 * Math.PI);
      context.stroke();
    };
    if (loaded.background.prior) {
      context.setLineDash([4, 3]);
      context.strokeStyle = colours.quiet;
      outline(
        loaded.background.prior,
        passed.posterior.sigma.map(() => 1),
      );
      context.setLineDash([]);
    }
    context.strokeStyle = colours.text;
    for (const index of nearest) {
      const { plane } = loaded.background;
      if (!plane) continue;
      context.beginPath();
      context.arc(...place(plane.x[index], plane.y[index]), 3, 0, 2 * Math.PI);
      context.stroke();
    }
    const mu = onPlane(loaded.map, passed.posterior.mu);
    context.lineWidth = 2;
    context.strokeStyle = colours.posterior;
    if (!this.#manifest.deterministic) outline(mu, passed.posterior.sigma);
    const [left, top] = place(...mu);
    context.fillStyle = colours.posterior;
    context.fillRect(left - 2.5, top - 2.5, 5, 5);
    if (passed.eps) {
      const [across, down] = place(...onPlane(loaded.map, passed.z));
      context.fillStyle = colours.code;
      context.beginPath();
      context.arc(across, down, 3.5, 0, 2 * Math.PI);
      context.fill();
    }
  }

  /**
   * Shows the nearest pictures; in a conditional model those of the class that is given, for a code says nothing without it.
   *
   * @param {Codes} codes
   * @returns {number[]}  their indices
   */
  #nearest(codes) {
    const { classes, data } = this.#manifest;
    if (!this.#passed) return [];
    const label = classes ? this.#passed.label : null;
    const { table, indices } = this.#tableOf(codes, label);
    const nearest = nearestRows(table, this.#passed.posterior.mu, NEAREST).map(({ index }) => indices[index]);
    this.thumbnails.forEach((each, place) => {
      const index = nearest[place];
      each.root.hidden = index === undefined;
      if (index === undefined || each.shown === index) return;
      each.shown = index;
      this.#digits?.draw(each.context, index, 0, 0, SIDE);
      const name = TEXT.one(data, index, data.classes[codes.label[index]]);
      each.root.title = name;
      each.canvas.setAttribute("aria-label", name);
      each.root.style.setProperty("--vx-class", classColour(codes.label[index]));
    });
    return nearest;
  }

  /** @param {Codes} codes @param {number | null} label */
  #tableOf({ mu, count, label: labels }, label) {
    let found = this.#tables.get(label);
    if (!found) {
      const dim = mu.length / count;
      const indices = Array.from({ length: count }, (_, i) => i).filter((i) => label === null || labels[i] === label);
      const table = label === null ? mu : new Float32Array(indices.length * dim);
      if (label !== null) {
        indices.forEach((index, row) => table.set(mu.subarray(index * dim, (index + 1) * dim), row * dim));
      }
      found = { table, indices };
      this.#tables.set(label, found);
    }
    return found;
  }
}

function thumbnail() {
  const canvas = element("canvas", { attributes: { role: "img" } });
  const root = element("div", { class: "vx-enc-thumbnail", attributes: { hidden: true } }, canvas);
  return { root, canvas, context: pictureContext(canvas), shown: -1 };
}
