/**
 * The Morph view: one large picture, and one slider per latent dimension that changes it while it is dragged.
 *
 * Everything from a slider's event to the painted picture happens in the page. The server receives the code on release.
 *
 * @typedef {import("../types.js").ViewProps} ViewProps
 * @typedef {import("../types.js").Callbacks} Callbacks
 * @typedef {import("../types.js").Manifest} Manifest
 * @typedef {import("../workspace.js").SavedCode} SavedCode
 */

import { button, buttonGroup, element, errorBox, oncePerFrame } from "../dom.js";
import { workspaceOf, redo, settle, undo, unsettle } from "../workspace.js";
import { roundedForLink, shareLink } from "../link.js";
import { decoderInput, deviationOf, openModel } from "../model.js";
import { Painter, pictureContext } from "../paint.js";
import { freshSeed, standardNormals } from "../space/random.js";
import { currentCode } from "../current_code.js";
import { perModel } from "./shared/per_model.js";
import { Bookmarks } from "./morph/bookmarks.js";
import { CopyLink } from "./shared/copy_link.js";
import { Sliders } from "./morph/sliders.js";
import { MapInset } from "./inset/inset.js";
import { FromData } from "./morph/from_data.js";
import { PredictionBars } from "./morph/prediction_bars.js";
import { Play } from "./morph/play.js";
import { Filmstrips } from "./morph/filmstrips.js";
import { Typicality } from "./morph/typicality.js";

const TEXT = {
  picture: "Decoded picture", // true of every data set
  random: "Random",
  randomHint: "Draws z from N(0, I)",
  /** @param {Manifest["data"]} data */
  randomHintWithoutPrior: ({ split }) =>
    `This model has no prior: draws each z from a normal around 0, as wide as the ${split} codes spread`,
  reset: "Reset",
  resetHint: "Sets every dimension to 0",
  undo: "Undo",
  undoHint: "Back to the code before (Ctrl+Z)",
  redo: "Redo",
  redoHint: "The code that was undone (Ctrl+Shift+Z)",
  hint: "Drag to morph",
  hintKl: " · sorted by what a dimension carries, its mean KL · click a frame to go there, double click: back to 0",
  hintVariance: " · sorted by the variance of the codes · click a frame to go there, double click: back to 0",
  class: "Class given to the decoder",
  loading: "Loading the decoder…",
  retry: "Try again",
};

class Morph {
  #callbacks;
  #props;
  #manifest;
  #workspace;
  #model;
  #code;
  #input;
  #painter = new Painter();
  #frame = oncePerFrame(() => this.#paint());
  #frames = 0;
  #destroyed = false;
  /** @type {import("../network/network.js").Network | null} */
  #decoder = null;

  /**
   * @param {HTMLElement} root
   * @param {ViewProps} props
   * @param {Callbacks} callbacks
   */
  constructor(root, props, callbacks) {
    this.#callbacks = callbacks;
    this.#props = props;
    this.#manifest = props.manifest;
    this.#workspace = workspaceOf(props);
    this.#model = openModel(props.manifest, props.baseUrl);
    this.#code = currentCode(props);
    this.#input = new Float32Array(props.manifest.latent_dim + props.manifest.classes);

    this.canvas = element("canvas", { attributes: { role: "img", "aria-label": TEXT.picture, "data-frames": 0 } });
    this.context = pictureContext(this.canvas);
    this.loading = element("p", { class: "vx-veil", text: TEXT.loading, attributes: { role: "status" } });
    this.picture = element("div", { class: "vx-picture" }, this.canvas, this.loading);
    // What the picture is taken for and where its code lies; under the picture, and above all else on the right.
    this.readings = element("div", { class: "vx-readings" });
    this.side = element("div", { class: "vx-side" });
    this.judge = this.#model.hasClassifier ? new PredictionBars(this.#model) : null;
    this.typicality = new Typicality(this.#model);
    this.inset = new MapInset(props, this.#model, {
      onInput: (z, label) => {
        this.play.pause();
        this.#code.z.set(z);
        this.#code.label = label;
        this.#show();
      },
      onCommit: () => this.#commit(),
    });
    if (this.judge) this.readings.append(this.judge.root);
    this.readings.append(this.typicality.root);
    this.side.append(this.inset.root);
    this.sliders = new Sliders(props.manifest, this.#workspace, {
      onInput: (axis, value) => {
        this.play.pause();
        axis.move(this.#code.z, value);
        this.#show();
      },
      onCommit: () => this.#commit(),
      onDoubleClick: (commits) => unsettle(this.#workspace, commits),
      onLock: () => this.play.continueFrom(this.#code.z),
      onFold: () => this.strips.follow(this.sliders.all, this.#code),
    });
    this.strips = new Filmstrips(props, this.sliders.root, (error) => this.#showStripsFailure(error));
    const deviations = props.manifest.mean_kl.map((_, i) => deviationOf(props.manifest, i));
    this.play = new Play(deviations, props.manifest, this.#workspace.locked, {
      onMove: (move) => {
        move(this.#code.z);
        this.#show();
      },
      onPause: () => this.#commit(),
    });
    this.undo = button(TEXT.undo, () => this.#step(undo), { attributes: { title: TEXT.undoHint } });
    this.redo = button(TEXT.redo, () => this.#step(redo), { attributes: { title: TEXT.redoHint } });
    this.bookmarks = new Bookmarks(this.#workspace.bookmarks, {
      now: () => this.#now(),
      onGo: (code) => this.#go(code),
      decode: (code) => this.#decode(code),
    });
    this.fromData = new FromData(props.manifest, this.#model, (code) => this.#go(code));
    this.copyLink = new CopyLink(() => this.#link());
    this.classButtons = this.#makeClassButtons();
    this.root = this.#makeRoot();
    root.append(this.root);
    document.addEventListener("keydown", this.#onKey);
    this.#show();
    this.#settle(); // a code that another page has set is one more step
    this.#load();
  }

  /** @param {ViewProps} props */
  update(props) {
    const { rev } = this.#code;
    this.#props = props;
    this.#code = currentCode(props);
    if (this.#code.rev === rev) return;
    this.#show();
    this.#settle();
  }

  destroy() {
    this.#destroyed = true;
    this.#frame.cancel();
    this.judge?.destroy();
    this.typicality.destroy();
    this.inset.destroy();
    document.removeEventListener("keydown", this.#onKey);
    this.play.destroy();
    this.fromData.destroy();
    this.copyLink.destroy();
    this.strips.destroy();
    this.root.remove();
  }

  #makeRoot() {
    const { latent_dim: dim, data, classes, deterministic } = this.#manifest;
    const toolbar = element(
      "div",
      { class: "vx-toolbar" },
      button(TEXT.random, () => this.#random(), {
        attributes: { title: deterministic ? TEXT.randomHintWithoutPrior(data) : TEXT.randomHint },
      }),
      this.play.button,
      this.play.speed,
      this.undo,
      this.redo,
      button(TEXT.reset, () => this.#reset(), { attributes: { title: TEXT.resetHint } }),
    );
    const told = classes ? [buttonGroup(TEXT.class, this.classButtons)] : [];
    const longest = Math.max(...data.classes.map((name) => name.length));
    const size = dim > 6 ? " vx-many" : dim === 2 ? " vx-plane" : "";
    return element(
      "div",
      { class: `vx vx-morph${size}${classes ? " vx-conditional" : ""}${longest > 2 ? " vx-long-names" : ""}` },
      element(
        "div",
        { class: "vx-morph-grid" },
        element("div", { class: "vx-stage" }, this.picture, this.readings),
        element(
          "div",
          { class: "vx-panel" },
          toolbar,
          ...told,
          element(
            "p",
            { class: "vx-panel-head vx-note" },
            element("span", { class: "vx-caption", text: TEXT.hint }),
            deterministic ? TEXT.hintVariance : TEXT.hintKl,
          ),
          this.sliders.root,
        ),
        element("div", { class: "vx-rest" }, this.side, this.fromData.root, this.bookmarks.root, this.copyLink.root),
      ),
    );
  }

  /** @returns {HTMLButtonElement[]} */
  #makeClassButtons() {
    const { classes, data } = this.#manifest;
    return Array.from({ length: classes }, (_, label) =>
      button(data.classes[label] ?? String(label), () => {
        this.#code.label = label; // Play goes on: the same style, another class
        this.#show();
        this.#commit();
      }),
    );
  }

  async #load() {
    try {
      const decoder = await this.#model.decoder();
      if (this.#destroyed) return;
      this.#decoder = decoder;
      this.loading.hidden = true;
      this.#paint(); // at once: the page has waited for this one
      this.bookmarks.show();
      this.strips.follow(this.sliders.all, this.#code);
    } catch (error) {
      if (this.#destroyed) return;
      this.loading.hidden = true;
      const box = errorBox(error, TEXT.retry, () => {
        box.remove();
        this.loading.hidden = false;
        this.#load();
      });
      this.picture.append(box);
    }
  }

  /**
   * @param {{z: ArrayLike<number>, label: number | null}} code
   * @returns {Float32Array | null}  (784) in 0…1, the decoder's own, good until the next picture; null while loading
   */
  #decode({ z, label }) {
    return this.#decoder && this.#decoder.run(decoderInput(this.#manifest, z, label, this.#input));
  }

  #paint() {
    const pixels = this.#decode(this.#code);
    if (!pixels) return;
    this.#painter.paint(this.context, pixels);
    this.canvas.dataset.frames = String(++this.#frames);
    this.#tell(pixels);
    this.strips.request(this.#frames);
  }

  /**
   * Tells what reads along beside the picture, at every picture.
   *
   * @param {Float32Array} pixels  (784) in 0…1; the decoder's own, good until the next picture
   */
  #tell(pixels) {
    this.judge?.show(pixels);
    this.typicality.show(this.#code.z, this.#code.label);
    this.inset.show(this.#code.z, this.#code.label);
  }

  /** @param {unknown} error */
  #showStripsFailure(error) {
    const box = errorBox(error, TEXT.retry, () => {
      box.remove();
      this.strips.retry();
    });
    this.sliders.root.before(box);
  }

  /** After z or the label has changed, however. */
  #show() {
    this.fromData.forget();
    this.sliders.show(this.#code.z);
    this.classButtons.forEach((node, label) => node.setAttribute("aria-pressed", String(label === this.#code.label)));
    this.#frame.request();
  }

  /** The hand has let go. */
  #commit() {
    this.#settle();
    this.#callbacks.commit("code", this.#now());
  }

  #settle() {
    settle(this.#workspace, this.#now());
    this.undo.disabled = !this.#workspace.done.length;
    this.redo.disabled = !this.#workspace.undone.length;
  }

  /** @returns {SavedCode} */
  #now() {
    return { z: Array.from(this.#code.z), label: this.#code.label };
  }

  /** @param {SavedCode} code */
  #go({ z, label }) {
    this.play.pause();
    this.#code.z.set(z);
    this.#code.label = label;
    this.#show();
    this.#commit();
  }

  /** @param {typeof undo} step  or `redo` */
  #step(step) {
    this.play.pause();
    const code = step(this.#workspace);
    if (code) this.#go(code);
  }

  /** @param {KeyboardEvent} event */
  #onKey = (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const [target] = event.composedPath();
    if (target instanceof HTMLInputElement && target.type === "text") return; // it has an undo of its own
    const key = event.key.toLowerCase();
    if (key === "z") this.#step(event.shiftKey ? redo : undo);
    else if (key === "y") this.#step(redo);
    else return;
    event.preventDefault();
  };

  #random() {
    const normal = standardNormals(freshSeed());
    const { locked } = this.#workspace;
    const { z, label } = this.#now();
    this.#go({ z: z.map((value, i) => (locked.has(i) ? value : normal() * deviationOf(this.#manifest, i))), label });
  }

  #reset() {
    const { z, label } = this.#now();
    this.#go({ z: z.map(() => 0), label });
  }

  /** The link shows what it holds: the code is rounded first, so that this page and the next show the same. */
  #link() {
    const { z, label } = this.#now();
    this.#go({ z: z.map(roundedForLink), label });
    const { inset } = this.#workspace;
    const own = inset === "pca" || inset === "tsne" ? { projection: inset } : {}; // the inset of who opens it
    return shareLink(this.#props, this.#code.z, this.#code.label, own);
  }
}

export const mount = perModel(Morph);
