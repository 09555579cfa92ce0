// The Map view: every encoded test picture as a point, in PCA or t-SNE, and the code now in Morph among them.

import { element } from "../dom.js";
import { shareLink } from "../link.js";
import { openModel } from "../model.js";
import { preloadPlotly } from "../plotly.js";
import { codeInHand } from "../current_code.js";
import { perModel } from "./shared/per_model.js";
import { MapBar } from "./map/bar.js";
import { MapLook } from "./map/inspector.js";
import { memoryOf } from "./map/state.js";
import { MapOverlay } from "./map/overlay.js";
import { MapPanel } from "./map/panel.js";
import { PROJECTIONS, projectionsOf } from "./map/projections.js";
import { MapScene } from "./map/scene.js";
import { MapSelecting } from "./map/selections.js";
import { MapStage } from "./map/stage.js";
import { mountTsne } from "./map/tsne.js";
import { MapWords } from "./map/caption.js";

/** @typedef {import("../types.js").Callbacks} Callbacks */
/** @typedef {import("../types.js").Manifest} Manifest */
/** @typedef {import("../types.js").MapProps} MapProps */
/** @typedef {import("./map/input.js").Looked} Looked */
/** @typedef {import("./map/state.js").MapMemory} MapMemory */
/** @typedef {import("./map/projections.js").ProjectionName} ProjectionName */

const TEXT = {
  /** @param {Manifest["data"]} data @param {number} index */
  hidden: ({ split, noun }, index) => `The ${split} ${noun} ${index} is among those switched off.`,
};

/** The map of one model, from the first request to the last picture. */
class ModelMap {
  /** @type {MapScene | null} null until the codes are there */
  #scene = null;
  /** @type {string | null} what is said of the visitor's own t-SNE */
  #tsneWords = null;
  #destroyed = false;

  /**
   * @param {HTMLElement} host
   * @param {MapProps} props
   * @param {Callbacks} callbacks
   */
  constructor(host, props, callbacks) {
    this.props = props;
    this.callbacks = callbacks;
    this.memory = memoryOf(props);
    /** @type {ProjectionName} */
    this.projection = projectionsOf(props.manifest).includes(props.projection) ? props.projection : "pca";
    this.model = openModel(props.manifest, props.baseUrl);
    const { manifest } = props;

    this.bar = new MapBar(manifest, {
      project: (projection) => this.choose(projection),
      find: (index) => this.#goTo(index),
      link: () => {
        const { z, label } = codeInHand(this.props);
        const tsne = this.projection === "tsne" && this.tsne ? this.tsne.ownSettings() : {};
        return shareLink(this.props, z, label, { projection: this.projection, ...tsne });
      },
    });
    this.panel = new MapPanel(manifest, {
      colour: (colouring) => this.#set({ colouring }, () => this.#scene?.recolour()),
      show: (off) => this.#set({ off }, () => this.#scene?.filter()),
      showMisjudged: (misjudgedOnly) => this.#set({ misjudgedOnly }, () => this.#scene?.filter()),
      decodePlaces: (places) => this.#set({ places }, () => {}),
      rest: (rest) => this.#set({ rest }, () => {}),
    });
    this.selecting = new MapSelecting(props, this.memory, {
      scene: () => this.#scene,
      changed: () => this.#moved(),
      open: (z, label) => this.#send(z, label),
    });
    this.words = new MapWords(manifest);
    this.stage = new MapStage(manifest, {
      find: (x, y, reach) => this.#scene && this.#scene.find(x, y, reach),
      current: () => this.look.looked,
      pinned: () => this.look.pinned,
      look: (looked, how) => this.#look(looked, how),
      open: (looked) => this.#open(looked),
      neighbour: (dx, dy) => this.#scene && this.#scene.neighbour(this.look.looked, dx, dy),
      zoom: (factor) => this.#scene?.chart.zoom(factor),
      reset: () => this.#scene?.chart.reset(),
      lassoed: (corners) => this.selecting.selectInside(corners),
    });
    this.look = new MapLook(
      this.stage.root,
      manifest,
      {
        code: (looked) => this.#scene && this.#scene.codeOf(looked),
        words: (place) => PROJECTIONS[this.projection].words(place, this.memory.rest, manifest.latent_dim),
        moved: () => this.#place(),
      },
      (looked) => this.#open(looked),
    );
    this.overlay = new MapOverlay(this.stage.root, this.look.card.root);
    this.resizing = new ResizeObserver(() => this.#scene?.chart.resize());
    this.root = element(
      "div",
      { class: "vx vx-map" },
      element(
        "div",
        { class: "vx-map-layout" },
        this.bar.root,
        this.stage.root,
        this.words.root,
        element("div", { class: "vx-map-side" }, this.panel.root, this.selecting.panel.root, this.panel.slot),
        this.stage.spoken,
      ),
    );
    host.append(this.root);

    this.panel.show(this.projection, this.memory, null);
    this.bar.show(this.projection);
    this.plotlyUrl = new URL(props.plotlyUrl, props.baseUrl).href;
    preloadPlotly(this.plotlyUrl);
    this.#load();
  }

  /** @param {MapProps} props */
  update(props) {
    // Our own switch comes back in the props, perhaps after the next switch: only a new `rev` is somebody else's.
    const pushed = props.rev !== this.props.rev;
    this.props = props;
    if (this.#scene) this.#scene.props = props;
    if (pushed && projectionsOf(props.manifest).includes(props.projection)) this.#project(props.projection);
    this.#place();
  }

  destroy() {
    this.#destroyed = true;
    this.resizing.disconnect();
    this.#scene?.destroy();
    this.stage.destroy();
    this.look.destroy();
    this.overlay.destroy();
    this.selecting.destroy();
    this.bar.destroy();
    this.tsne?.destroy();
    this.root.remove();
  }

  async #load() {
    try {
      if (!this.#scene) {
        const [codes] = await Promise.all([this.model.codes(), this.stage.sized()]);
        if (this.#destroyed) return;
        this.#show(codes);
      }
      await this.#draw();
      if (!this.#destroyed) this.#loadPictures();
    } catch (error) {
      this.#fail(error, () => this.#load());
    }
  }

  /** @param {import("../model.js").Codes} codes */
  #show(codes) {
    this.look.codes = codes;
    this.#scene = new MapScene(this.stage.canvas, codes, this.projection, this.memory, this.props, () => this.#moved());
    this.stage.waiting.remove();
    this.resizing.observe(this.stage.canvas);
    this.#showSettings();
    this.selecting.show(this.#scene);
    this.#moved();
    this.tsne = mountTsne(this.panel.slot, this.props, {
      setTsne: (points, words) => this.setTsne(points, words),
      look: () => this.choose("tsne"),
    });
  }

  /** Brings Plotly in, for a chart that is new. */
  async #draw() {
    await this.#scene?.chart.start(this.plotlyUrl);
    if (!this.#destroyed) this.stage.busy = false;
  }

  /** Pictures and decoder come after the points: nobody can want one before there is a point to look at. */
  async #loadPictures() {
    try {
      await Promise.all([
        this.model.digits().then((atlas) => (this.look.atlas = atlas)),
        this.model.decoder().then((decoder) => (this.look.decoder = decoder)),
      ]);
      if (!this.#destroyed) this.look.refresh();
    } catch (error) {
      this.#fail(error, () => this.#loadPictures());
    }
  }

  /** @param {unknown} error @param {() => void} retry */
  #fail(error, retry) {
    if (!this.#destroyed) this.stage.fail(error, retry);
  }

  // ---- which points, and where -------------------------------------------------------------------------------

  /** Goes to another projection, as if its button had been pressed. @param {ProjectionName} projection */
  choose(projection) {
    if (projection === this.projection) return;
    this.#project(projection);
    this.callbacks.commit("settings", { projection });
  }

  /**
   * Another t-SNE of the same codes in place of the model's own.
   *
   * @param {Float32Array | null} points (N, 2), or null for the model's own
   * @param {string} words what is said of it, in place of what is said of the model's own
   */
  setTsne(points, words) {
    this.#tsneWords = points && words;
    this.#look(null, "hover");
    this.#scene?.setTsne(points);
    this.#showSettings();
    this.#moved();
  }

  /** @param {ProjectionName} projection */
  #project(projection) {
    if (projection === this.projection) return;
    this.#look(null, "hover");
    this.projection = projection;
    this.stage.forgive();
    if (this.#scene?.project(projection)) {
      this.stage.busy = true;
      this.#draw().catch((error) => this.#fail(error, () => this.#load()));
    }
    this.#showSettings();
    this.#moved();
  }

  /** @param {Partial<MapMemory>} settings @param {() => void} redraw */
  #set(settings, redraw) {
    Object.assign(this.memory, settings);
    this.#look(null, "hover");
    redraw();
    this.#showSettings();
  }

  #showSettings() {
    const scene = this.#scene;
    this.bar.show(this.projection);
    this.panel.show(this.projection, this.memory, scene && scene.codes);
    if (!scene) return;
    const about = this.projection === "tsne" ? this.#tsneWords : null;
    this.words.show(this.projection, scene.codes, scene.shown, about);
  }

  // ---- looking -----------------------------------------------------------------------------------------------

  /** @param {Looked | null} looked @param {"hover" | "tap" | "key"} how */
  #look(looked, how) {
    if (!this.look.at(looked, looked !== null && how !== "hover")) return;
    this.#place();
    this.stage.spoken.textContent = how === "key" && looked ? this.look.card.words : "";
  }

  /** @param {number} index @returns {string} what there is to say of it */
  #goTo(index) {
    const scene = this.#scene;
    if (!scene) return "";
    scene.bringIntoView(index);
    this.#look({ index, place: scene.chart.points().place(index) }, "key");
    return scene.shows(index) ? "" : TEXT.hidden(this.props.manifest.data, index);
  }

  /** @param {Looked} looked */
  #open(looked) {
    const code = this.#scene?.codeOf(looked);
    if (code) this.#send(code.z, code.label);
  }

  /** @param {ArrayLike<number>} z @param {number | null} label */
  #send(z, label) {
    this.callbacks.send("open", { z: Array.from(z), label });
  }

  /** The points have moved on the screen. */
  #moved() {
    this.#place();
    const scene = this.#scene;
    if (scene) this.overlay.placeSelections(scene.chart.frame(), this.selecting.outlines(scene));
  }

  #place() {
    if (!this.#scene) return;
    const { chart } = this.#scene,
      points = chart.points();
    const { looked, pinned } = this.look;
    const place = looked && looked.index >= 0 ? points.place(looked.index) : looked && looked.place;
    const nearest = this.look.nearest.map((index) => points.place(index));
    this.overlay.place(chart.frame(), this.#scene.placeOf(codeInHand(this.props).z), place, nearest, pinned);
  }
}

export const mount = perModel(ModelMap);
