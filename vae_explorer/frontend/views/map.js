// The Map view: the code of every test picture as a point of a projection, with the current code among them.

import { element } from "../dom.js";
import { openModel } from "../model.js";
import { preloadPlotly } from "../plotly.js";
import { MapBar } from "./map/bar.js";
import { MapCaption } from "./map/caption.js";
import { MapInspector } from "./map/inspector.js";
import { MapLink } from "./map/link.js";
import { placeMarks, placeOutlines } from "./map/marks.js";
import { MapOverlay } from "./map/overlay.js";
import { MapPanel } from "./map/panel.js";
import { projectionOf, TSNE } from "./map/projections.js";
import { MapScene } from "./map/scene.js";
import { MapSelections } from "./map/selections.js";
import { MapStage } from "./map/stage.js";
import { mapState, shortSettings } from "./map/state.js";
import { mountTsne } from "./map/tsne.js";
import { perModel } from "./shared/per_model.js";

/** @typedef {import("../types.js").PageCallbacks} PageCallbacks */
/** @typedef {import("../types.js").MapProps} MapProps */
/** @typedef {import("./map/input.js").Target} Target */
/** @typedef {import("./map/state.js").MapState} MapState */

/** The map of one model. */
class ModelMap {
  /** @type {MapScene | null} null until the codes are there */
  #scene = null;
  /** @type {string | null} the caption of the visitor's own t-SNE */
  #ownTsneCaption = null;
  #destroyed = false;

  /**
   * @param {HTMLElement} host
   * @param {MapProps} props
   * @param {PageCallbacks} callbacks
   */
  constructor(host, props, callbacks) {
    this.props = props;
    this.callbacks = callbacks;
    this.state = mapState(props);
    this.mapLink = new MapLink(this.state);
    this.projection = projectionOf(props.manifest, props.projection);
    this.model = openModel(props.manifest, props.baseUrl);
    const { manifest } = props;

    this.bar = new MapBar(manifest, {
      project: (name) => this.choose(name),
      find: (index) => this.#goTo(index),
      link: () => this.link(),
      missing: () => this.selections.tooLong(),
    });
    this.panel = new MapPanel(manifest, {
      colour: (colouring) => this.#set({ colouring }, () => this.#scene?.recolour()),
      show: (off) => this.#set({ off }, () => this.#scene?.filter()),
      showMisclassified: (misclassifiedOnly) => this.#set({ misclassifiedOnly }, () => this.#scene?.filter()),
      decodeEverywhere: (decodeEverywhere) => this.#set({ decodeEverywhere }, () => {}),
      rest: (rest) => this.#set({ rest }, () => {}),
    });
    this.selections = new MapSelections(props, this.state, {
      scene: () => this.#scene,
      changed: () => this.#onMove(),
      open: (z, label) => this.#send(z, label),
    });
    this.caption = new MapCaption(manifest);
    this.stage = new MapStage(manifest, {
      find: (x, y, reach) => this.#scene?.find(x, y, reach) ?? null,
      current: () => this.inspector.target,
      pinned: () => this.inspector.pinned,
      inspect: (target, how) => this.#inspect(target, how),
      open: (target) => this.#open(target),
      neighbour: (dx, dy) => this.#scene?.neighbour(this.inspector.target, dx, dy) ?? null,
      zoom: (factor) => this.#scene?.chart.zoom(factor),
      reset: () => this.#scene?.chart.reset(),
      hold: () => this.#scene?.chart.hold(),
      isOnMarker: (x, y) => this.overlay.isOnMarker(x, y),
      onLasso: (corners) => this.selections.selectInside(corners),
    });
    this.inspector = new MapInspector(
      this.stage.root,
      this.model,
      {
        code: (target) => this.#scene?.codeOf(target) ?? null,
        describe: (position) => this.projection.describe(position, this.state.rest, manifest.latent_dim),
        changed: () => this.#placeOverlay(),
        failed: (error, retry) => this.#fail(error, retry),
      },
      (target) => this.#open(target),
    );
    this.overlay = new MapOverlay(this.stage.root, this.inspector.card.root);
    this.resizing = new ResizeObserver(() => this.#scene?.chart.resize());
    this.root = element(
      "div",
      { class: "vx vx-map" },
      element(
        "div",
        { class: "vx-map-layout" },
        this.bar.root,
        this.stage.root,
        this.caption.root,
        element("div", { class: "vx-map-side" }, this.panel.root, this.selections.panel.root, this.panel.slot),
        this.stage.announcement,
      ),
    );
    host.append(this.root);

    this.panel.show(this.projection, this.state, null);
    this.bar.show(this.projection.name);
    this.plotlyUrl = new URL(props.plotlyUrl, props.baseUrl).href;
    preloadPlotly(this.plotlyUrl);
    this.#load();
  }

  /** @param {MapProps} props */
  update(props) {
    // Our own choice comes back in the props, perhaps after the next choice: only a new `rev` comes from elsewhere.
    const isNew = props.rev !== this.props.rev;
    this.props = props;
    if (this.#scene) this.#scene.props = props;
    if (isNew) this.#showProjection(props.projection);
    this.#placeOverlay();
  }

  destroy() {
    this.#destroyed = true;
    this.mapLink.keepView(this.#scene);
    this.resizing.disconnect();
    this.#scene?.destroy();
    this.stage.destroy();
    this.inspector.destroy();
    this.overlay.destroy();
    this.selections.destroy();
    this.bar.destroy();
    this.tsne?.destroy();
    this.root.remove();
  }

  /** A link to what is shown. */
  link() {
    return this.mapLink.text(this.props, this.projection.name, this.#scene, this.tsne);
  }

  async #load() {
    try {
      if (!this.#scene) {
        const [codes] = await Promise.all([this.model.codes(), this.stage.whenSized()]);
        if (this.#destroyed) return;
        this.#show(codes);
      }
      await this.#draw();
      if (!this.#destroyed) this.inspector.begin();
    } catch (error) {
      this.#fail(error, () => this.#load());
    }
  }

  /** @param {import("../model.js").Codes} codes */
  #show(codes) {
    this.inspector.codes = codes;
    this.#scene = new MapScene(this.stage.canvas, codes, this.projection, this.state, this.props, () => this.#onMove());
    this.stage.waiting.remove();
    this.resizing.observe(this.stage.canvas);
    this.#showSettings();
    this.selections.show(this.#scene);
    this.#onMove();
    this.tsne = mountTsne(this.panel.slot, this.props, {
      setTsne: (points, caption) => this.setTsne(points, caption),
      showTsne: () => this.choose(TSNE),
    });
    this.mapLink.follow(this.#scene, this.tsne);
  }

  /** Draws a new chart with Plotly. */
  async #draw() {
    await this.#scene?.chart.start(this.plotlyUrl);
    if (!this.#destroyed) this.stage.busy = false;
  }

  /** @param {unknown} error @param {() => void} retry */
  #fail(error, retry) {
    if (!this.#destroyed) this.stage.fail(error, retry);
  }

  // ---- which points, and where -------------------------------------------------------------------------------

  /** Goes to another projection, as if its button had been pressed. @param {string} name */
  choose(name) {
    if (name === this.projection.name) return;
    this.#showProjection(name);
    this.#commit();
  }

  #commit() {
    this.callbacks.commit("settings", { projection: this.projection.name, ...shortSettings(this.state) });
  }

  /**
   * Another t-SNE of the same codes in place of the model's own.
   *
   * @param {Float32Array | null} points (N, 2), or null for the model's own
   * @param {string} caption in place of that of the model's own
   */
  setTsne(points, caption) {
    this.#ownTsneCaption = points && caption;
    this.#inspect(null, "hover");
    this.#scene?.setTsne(points);
    if (this.#scene && this.tsne) this.mapLink.follow(this.#scene, this.tsne);
    this.#showSettings();
    this.#onMove();
  }

  /** @param {string} name */
  #showProjection(name) {
    if (name === this.projection.name) return;
    this.#inspect(null, "hover");
    this.projection = projectionOf(this.props.manifest, name);
    this.mapLink.forget();
    this.stage.clearProblem();
    if (this.#scene?.showProjection(this.projection)) {
      this.stage.busy = true;
      this.#draw().catch((error) => this.#fail(error, () => this.#load()));
    }
    this.#showSettings();
    this.#onMove();
  }

  /** @param {Partial<MapState>} settings @param {() => void} redraw */
  #set(settings, redraw) {
    Object.assign(this.state, settings);
    this.#inspect(null, "hover");
    redraw();
    this.#showSettings();
    this.#onMove(); // outlines go with the points
    this.#commit();
  }

  #showSettings() {
    const scene = this.#scene;
    this.bar.show(this.projection.name);
    this.panel.show(this.projection, this.state, scene?.codes ?? null);
    if (!scene) return;
    const about = this.projection.name === TSNE ? this.#ownTsneCaption : null;
    this.caption.show(this.projection, scene.shown, about);
  }

  // ---- inspecting --------------------------------------------------------------------------------------------

  /** @param {Target | null} target @param {"hover" | "tap" | "key"} how */
  #inspect(target, how) {
    if (!this.inspector.inspect(target, target !== null && how !== "hover")) return;
    this.#placeOverlay();
    this.stage.announcement.textContent = how === "key" && target ? this.inspector.card.text : "";
  }

  /** @param {number} index @returns {boolean} whether it is shown, and not hidden */
  #goTo(index) {
    const scene = this.#scene;
    if (!scene) return true;
    scene.bringIntoView(index);
    this.#inspect({ index, position: scene.chart.points().position(index) }, "key");
    return scene.shows(index);
  }

  /** @param {Target} target */
  #open(target) {
    const code = this.#scene?.codeOf(target);
    if (code) this.#send(code.z, code.label);
  }

  /** @param {ArrayLike<number>} z @param {number | null} label */
  #send(z, label) {
    this.callbacks.open({ z: Array.from(z), label });
  }

  /** The points have moved on the screen. */
  #onMove() {
    this.#placeOverlay();
    if (this.#scene) placeOutlines(this.overlay, this.#scene, this.selections);
    this.callbacks.moved();
  }

  #placeOverlay() {
    if (this.#scene) placeMarks(this.overlay, this.#scene, this.inspector, this.props);
  }
}

export const mount = perModel(ModelMap);
