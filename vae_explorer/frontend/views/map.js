// The Map view: every encoded test picture as a point, in PCA or t-SNE, and the code now in Morph among them.

import { element, errorBox } from "../dom.js";
import { openModel } from "../model.js";
import { classColour } from "../palette.js";
import { firstTwoColumns } from "../placement.js";
import { preloadPlotly } from "../plotly.js";
import { codeInHand } from "../store.js";
import { MapChart } from "./map_chart.js";
import { listen } from "./map_input.js";
import { MapOverlay } from "./map_overlay.js";
import { MapPanel } from "./map_panel.js";
import { MapPoints } from "./map_points.js";
import { PROJECTIONS } from "./map_projections.js";

/** @typedef {import("../types.js").Callbacks} Callbacks */
/** @typedef {import("../types.js").Manifest} Manifest */
/** @typedef {import("../types.js").MapProps} MapProps */
/** @typedef {import("../model.js").Codes} Codes */
/** @typedef {import("../model.js").Atlas} Atlas */
/** @typedef {import("./map_projections.js").ProjectionName} ProjectionName */

const TEXT = {
  loading: "Loading the map…",
  retry: "Try again",
  open: "Open in Morph",
  marker: "The code now in Morph",
  /** @param {number} count @param {string} nouns */
  region: (count, nouns) =>
    `Map of ${count.toLocaleString("en")} test ${nouns}. Arrow keys go from point to point, Enter opens one in ` +
    "Morph, plus and minus zoom, 0 shows the whole map.",
  /** @param {string} noun @param {number} index as the data set counts, from 0 */
  point: (noun, index) => `Test ${noun} ${index}`,
};

/** @type {import("../types.js").Mount<MapProps>} */
export function mount(host, props, callbacks) {
  let map = new ModelMap(host, props, callbacks);
  return {
    update(next) {
      if (map.isOf(next.manifest)) return map.update(next);
      map.destroy();
      map = new ModelMap(host, next, callbacks);
    },
    destroy: () => map.destroy(),
  };
}

/** The map of one model, from the first request to the last picture. */
class ModelMap {
  /** @type {Codes | null} */
  #codes = null;
  /** @type {MapChart | null} */
  #chart = null;
  /** @type {Atlas | null} */
  #atlas = null;
  /** @type {string[]} a colour a point */
  #colours = [];
  /** @type {Map<ProjectionName, MapPoints>} */
  #maps = new Map();
  /** @type {{plane: import("../placement.js").Plane, words: string} | null} a t-SNE with the visitor's settings */
  #ownTsne = null;
  /** @type {Set<number>} classes switched off */
  #off = new Set();
  /** @type {[number, number] | null} where the code in Morph lies */
  #marker = null;
  #looked = -1;
  #pinned = false;
  #destroyed = false;

  /**
   * @param {HTMLElement} host
   * @param {MapProps} props
   * @param {Callbacks} callbacks
   */
  constructor(host, props, callbacks) {
    this.props = props;
    this.callbacks = callbacks;
    /** @type {ProjectionName} */
    this.projection = Object.hasOwn(PROJECTIONS, props.projection) ? props.projection : "pca";
    this.model = openModel(props.manifest, props.baseUrl);
    const { count, nouns } = props.manifest.data;

    this.panel = new MapPanel(props.manifest, {
      project: (projection) => this.#switchTo(projection),
      show: (off) => this.#showAllBut(off),
    });
    this.spoken = element("p", { class: "vx-map-spoken", attributes: { "aria-live": "polite" } });
    this.waiting = element("p", { class: "vx-map-waiting vx-note", text: TEXT.loading });
    this.canvas = element("div", { class: "vx-map-chart" });
    this.problem = element("div", { class: "vx-map-problem" });
    this.stage = element(
      "div",
      {
        class: "vx-map-stage",
        attributes: { role: "application", tabindex: 0, "aria-label": TEXT.region(count, nouns), "aria-busy": "true" },
      },
      this.canvas,
      this.waiting,
      this.problem,
    );
    const style = element("link", {
      attributes: { rel: "stylesheet", href: new URL("./map.css", import.meta.url).href },
    });
    this.root = element(
      "div",
      { class: "vx vx-map" },
      style,
      element("div", { class: "vx-map-layout" }, this.panel.controls, this.stage, this.panel.caption, this.spoken),
    );
    host.append(this.root);

    this.overlay = new MapOverlay(this.stage, TEXT, () => this.#open(this.#looked));
    this.stopListening = listen(this.stage, {
      find: (x, y, reach) => this.#find(x, y, reach),
      current: () => this.#looked,
      look: (index, how) => this.#look(index, how),
      open: (index) => this.#open(index),
      neighbour: (dx, dy) => this.#neighbour(dx, dy),
      zoom: (factor) => this.#chart?.zoom(factor),
      reset: () => this.#chart?.reset(),
    });
    this.resizing = new ResizeObserver(() => this.#chart?.resize());
    this.panel.show(this.projection, this.#off, this.#codes);
    this.plotlyUrl = new URL(props.plotlyUrl, props.baseUrl).href;
    preloadPlotly(this.plotlyUrl);
    this.styled = new Promise((resolve) => (style.onload = style.onerror = resolve));
    this.#load();
  }

  /** @param {Manifest} manifest */
  isOf(manifest) {
    const { id, files } = this.props.manifest;
    return id === manifest.id && files.codes.url === manifest.files.codes.url;
  }

  /** @param {MapProps} props */
  update(props) {
    // Our own switch comes back in the props, perhaps after the next switch: only a new `rev` is somebody else's.
    const pushed = props.rev !== this.props.rev;
    this.props = props;
    if (pushed && Object.hasOwn(PROJECTIONS, props.projection) && props.projection !== this.projection) {
      this.projection = props.projection;
      this.#redraw();
    }
    this.#mark();
  }

  destroy() {
    this.#destroyed = true;
    this.stopListening();
    this.resizing.disconnect();
    this.#chart?.destroy();
    this.overlay.destroy();
    this.root.remove();
  }

  async #load() {
    try {
      if (!this.#codes) {
        const [codes] = await Promise.all([this.model.codes(), this.styled, sized(this.stage)]);
        if (this.#destroyed) return;
        this.#show(codes);
      }
      await this.#chart?.start(this.plotlyUrl);
      if (this.#destroyed) return;
      this.stage.setAttribute("aria-busy", "false");
      this.#loadPictures();
    } catch (error) {
      this.#fail(error, () => this.#load());
    }
  }

  /** @param {Codes} codes */
  #show(codes) {
    this.#codes = codes;
    this.#colours = Array.from(codes.label, classColour);
    this.waiting.remove();
    this.#chart = new MapChart(this.canvas, this.#drawing(codes), () => this.#place());
    this.resizing.observe(this.canvas);
    this.panel.show(this.projection, this.#off, this.#codes);
    this.#mark();
  }

  /** The pictures come after the points: nobody can want one before there is a point to look at. */
  async #loadPictures() {
    try {
      this.#atlas = await this.model.digits();
      if (!this.#destroyed) this.#fillCard();
    } catch (error) {
      this.#fail(error, () => this.#loadPictures());
    }
  }

  /** @param {unknown} error @param {() => void} retry */
  #fail(error, retry) {
    if (this.#destroyed) return;
    this.waiting.hidden = true;
    this.stage.setAttribute("aria-busy", "false");
    this.problem.replaceChildren(
      errorBox(error, TEXT.retry, () => {
        this.problem.replaceChildren();
        this.waiting.hidden = false;
        retry();
      }),
    );
  }

  // ---- which points, and where -------------------------------------------------------------------------------

  /** The points as they now lie. @param {Codes} codes */
  #points(codes) {
    let points = this.#maps.get(this.projection);
    if (!points) {
      const own = this.projection === "tsne" ? this.#ownTsne : null;
      points = new MapPoints(own?.plane ?? PROJECTIONS[this.projection].plane(codes));
      this.#maps.set(this.projection, points);
    }
    return points;
  }

  /** @param {number} index */
  #shows = (index) => this.#codes !== null && !this.#off.has(this.#codes.label[index]);

  /** @param {Codes} codes @returns {import("./map_chart.js").Drawing} */
  #drawing(codes) {
    const { plane, home } = this.#points(codes);
    const { axes } = PROJECTIONS[this.projection];
    return { plane, home, axes, colours: this.#colours, shows: this.#shows };
  }

  /** @param {ProjectionName} projection */
  #switchTo(projection) {
    if (projection === this.projection) return;
    this.projection = projection;
    this.#redraw();
    this.callbacks.commit("settings", { projection });
  }

  /**
   * Another t-SNE of the same codes in place of the model's own.
   *
   * @param {Float32Array | null} points (N, 2), or null for the model's own
   * @param {string} words what is said of it, in place of what is said of the model's own
   */
  setTsne(points, words) {
    this.#ownTsne = points && { plane: firstTwoColumns(points, points.length / 2), words };
    this.#maps.delete("tsne");
    if (this.projection === "tsne") this.#redraw();
  }

  /** @param {Set<number>} off */
  #showAllBut(off) {
    this.#off = off;
    this.#redraw();
  }

  #redraw() {
    this.#look(-1, "hover");
    this.panel.show(this.projection, this.#off, this.#codes);
    if (!this.#codes) return;
    this.#chart?.draw(this.#drawing(this.#codes));
    this.#mark();
  }

  #mark() {
    if (!this.#codes) return;
    const { plane } = this.#points(this.#codes);
    this.#marker = PROJECTIONS[this.projection].place(this.#codes, plane, codeInHand(this.props).z);
    this.#place();
  }

  // ---- looking at a point ------------------------------------------------------------------------------------

  /** @param {number} left @param {number} top @param {number} reach pixels in the stage */
  #find(left, top, reach) {
    if (!this.#codes || !this.#chart) return -1;
    return this.#points(this.#codes).find(this.#chart.frame(), left, top, reach, this.#shows);
  }

  /** @param {number} dx @param {number} dy */
  #neighbour(dx, dy) {
    if (!this.#codes || !this.#chart) return -1;
    const points = this.#points(this.#codes), frame = this.#chart.frame();
    if (this.#looked >= 0) return points.next(frame, this.#looked, dx, dy, this.#shows);
    return points.first(frame, this.#marker ?? [0, 0], this.#shows);
  }

  /** @param {number} index @param {"hover" | "tap" | "key"} how */
  #look(index, how) {
    const pinned = index >= 0 && how !== "hover";
    if (index === this.#looked && pinned === this.#pinned) return;
    this.#looked = index;
    this.#pinned = pinned;
    this.stage.classList.toggle("vx-over", index >= 0);
    this.#fillCard();
    this.#place();
    this.spoken.textContent = how === "key" ? `${this.overlay.title.textContent}, ${this.overlay.detail.textContent}` : "";
  }

  #fillCard() {
    const index = this.#looked;
    if (index < 0 || !this.#codes) return;
    const { classes, noun } = this.props.manifest.data;
    const label = this.#codes.label[index];
    const atlas = this.#atlas;
    this.overlay.fill({
      title: classes[label],
      detail: TEXT.point(noun, index),
      colour: classColour(label),
      draw: atlas && ((context) => atlas.draw(context, index, 0, 0, context.canvas.width)),
    });
  }

  #place() {
    if (!this.#codes || !this.#chart) return;
    const looked = this.#looked < 0 ? null : this.#points(this.#codes).place(this.#looked);
    this.overlay.place(this.#chart.frame(), this.#marker, looked, this.#pinned);
  }

  /** @param {number} index */
  #open(index) {
    if (!this.#codes || index < 0) return;
    const { mu, label } = this.#codes;
    const dim = this.props.manifest.latent_dim;
    this.callbacks.send("open", {
      z: Array.from(mu.subarray(index * dim, (index + 1) * dim)),
      label: label[index],
    });
  }
}

/**
 * Resolves once an element has a size: a view may be mounted in a tab that is not in view.
 * @param {HTMLElement} target
 */
function sized(target) {
  return new Promise((resolve) => {
    const observer = new ResizeObserver(() => {
      if (!target.clientWidth || !target.clientHeight) return;
      observer.disconnect();
      resolve(undefined);
    });
    observer.observe(target);
  });
}
