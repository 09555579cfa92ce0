/**
 * The Morph view: one large picture, and one slider per latent dimension that changes it while it is dragged.
 *
 * Everything from a slider's event to the painted picture happens in the page. The server receives the code on release.
 *
 * @typedef {import("../types.js").MorphProps} MorphProps
 * @typedef {import("../types.js").Callbacks} Callbacks
 * @typedef {import("../history.js").SavedCode} SavedCode
 */

import { currentCode } from "../current_code.js";
import { buttonGroup, element, errorBox, setPressed } from "../dom.js";
import { withTerms } from "../glossary.js";
import { roundedForLink } from "../link.js";
import { deviationOf, openModel } from "../model.js";
import { morphWorkspace, workspaceSettings } from "../workspace.js";
import { MapInset } from "./inset/inset.js";
import { Bookmarks } from "./morph/bookmarks.js";
import { classButtons } from "./morph/class_buttons.js";
import { Filmstrips } from "./morph/filmstrips.js";
import { FromData } from "./morph/from_data.js";
import { randomCode, resetCode } from "./morph/new_codes.js";
import { morphLink } from "./morph/link.js";
import { Picture } from "./morph/picture.js";
import { Play } from "./morph/play.js";
import { PredictionBars } from "./morph/prediction_bars.js";
import { Sliders } from "./morph/sliders.js";
import { Toolbar } from "./morph/toolbar.js";
import { Tour } from "./morph/tour.js";
import { Typicality } from "./morph/typicality.js";
import { Welcome } from "./morph/welcome.js";
import { CopyLink } from "./shared/copy_link.js";
import { perModel } from "./shared/per_model.js";

const TEXT = {
  hint: "Drag to morph",
  hintKl: " · most informative first (mean KL)",
  hintVariance: " · largest variance first",
  hintClicks: " · click a frame to jump there, double-click a slider to reset it",
  class: "Class given to the decoder",
  retry: "Try again",
};

class Morph {
  #callbacks;
  #props;
  #manifest;
  #workspace;
  #code;

  /**
   * @param {HTMLElement} root
   * @param {MorphProps} props
   * @param {Callbacks} callbacks
   */
  constructor(root, props, callbacks) {
    const { manifest } = props;
    this.#callbacks = callbacks;
    this.#props = props;
    this.#manifest = manifest;
    this.#workspace = morphWorkspace(props);
    this.#code = currentCode(props);

    const keepSettings = () => callbacks.commit("settings", workspaceSettings(this.#workspace));
    const model = openModel(manifest, props.baseUrl);
    this.picture = new Picture(model, {
      code: () => this.#code,
      onLoad: () => {
        this.bookmarks.show();
        this.strips.follow(this.sliders.all, this.#code);
        if (this.#isArrival && this.welcome.start(this.#code.z)) this.root.classList.add("vx-welcoming");
      },
      onPaint: (pixels, number) => {
        this.prediction?.show(pixels);
        this.typicality.show(this.#code.z, this.#code.label);
        this.inset.show(this.#code.z, this.#code.label);
        this.strips.request(number);
      },
    });
    this.picture.load(); // before anything else of the model is asked for
    this.prediction = model.hasClassifier ? new PredictionBars(model) : null;
    this.typicality = new Typicality(model);
    this.inset = new MapInset(props, model, {
      code: () => this.#code,
      onInput: (z, label) => {
        this.play.pause();
        this.#code.z.set(z);
        this.#code.label = label;
        this.#show();
      },
      onCommit: () => this.#commit(),
      onChoose: keepSettings,
    });
    this.sliders = new Sliders(manifest, this.#workspace, {
      onInput: (axis, value) => {
        this.play.pause();
        axis.move(this.#code.z, value);
        this.#show();
      },
      onCommit: () => this.#commit(),
      onDoubleClick: (commits) => this.#workspace.history.rollback(commits),
      onLock: () => {
        this.play.continueFrom(this.#code.z);
        keepSettings();
      },
      onFold: () => this.strips.follow(this.sliders.all, this.#code),
    });
    this.strips = new Filmstrips(props, this.sliders.root, (error) => this.#showStripsFailure(error));
    const deviations = manifest.mean_kl.map((_, i) => deviationOf(manifest, i));
    this.play = new Play(deviations, manifest, this.#workspace, {
      onMove: (move) => {
        move(this.#code.z);
        this.#show();
      },
      onPause: () => this.#commit(),
      onSpeed: keepSettings,
    });
    this.toolbar = new Toolbar(manifest, this.play, {
      onRandom: () => this.#random(),
      onUndo: () => this.#restore(() => this.#workspace.history.undo()),
      onRedo: () => this.#restore(() => this.#workspace.history.redo()),
      onReset: () => this.#reset(),
    });
    this.bookmarks = new Bookmarks(this.#workspace.bookmarks, {
      now: () => this.#now(),
      onGo: (code) => this.#go(code),
      decode: (code) => this.picture.decode(code),
    });
    this.fromData = new FromData(manifest, model, {
      onGo: (code) => this.#go(code),
      onOriginal: (draw, name) => this.picture.showOriginal(draw, name),
    });
    this.welcome = new Welcome(
      manifest.used,
      (z) => {
        this.#code.z.set(z);
        this.#show();
      },
      () => this.root.classList.remove("vx-welcoming"),
    );
    this.copyLink = new CopyLink(() => this.#copiedLink());
    this.tour = new Tour(this.inset.stage, this.sliders.root, this.picture.root, model.hasClassifier);
    this.classButtons = classButtons(manifest, (label) => {
      this.#code.label = label; // Play goes on: the same style, another class
      this.#show();
      this.#commit();
    });
    this.root = this.#makeRoot();
    root.append(this.root);
    this.#show();
    this.#record(); // a code that another page has set is one more step
  }

  /** @param {MorphProps} props */
  update(props) {
    const { rev } = this.#code;
    this.#props = props;
    this.#code = currentCode(props);
    if (this.#code.rev === rev) return;
    this.#show();
    this.#record();
  }

  destroy() {
    this.picture.destroy();
    this.prediction?.destroy();
    this.typicality.destroy();
    this.inset.destroy();
    this.toolbar.destroy();
    this.play.destroy();
    this.welcome.destroy();
    this.fromData.destroy();
    this.copyLink.destroy();
    this.strips.destroy();
    this.tour.destroy();
    this.root.remove();
  }

  #makeRoot() {
    const { latent_dim: dim, data, classes, deterministic } = this.#manifest;
    const longestName = Math.max(...data.classes.map((name) => name.length));
    const size = dim > 6 ? " vx-many" : dim === 2 ? " vx-plane" : "";
    const readings = element("div", { class: "vx-readings" }, this.typicality.root);
    if (this.prediction) readings.prepend(this.prediction.root);
    return element(
      "div",
      { class: `vx vx-morph${size}${classes ? " vx-conditional" : ""}${longestName > 2 ? " vx-long-names" : ""}` },
      this.tour.root,
      element(
        "div",
        { class: "vx-morph-grid" },
        element("div", { class: "vx-stage" }, this.picture.root, readings),
        element(
          "div",
          { class: "vx-panel" },
          this.toolbar.root,
          ...(classes ? [buttonGroup(TEXT.class, this.classButtons)] : []),
          element(
            "p",
            { class: "vx-panel-head vx-note" },
            element("span", { class: "vx-caption", text: TEXT.hint }),
            ...withTerms(deterministic ? TEXT.hintVariance : TEXT.hintKl),
            element("span", { class: "vx-clicks", text: TEXT.hintClicks }),
          ),
          this.sliders.root,
        ),
        element(
          "div",
          { class: "vx-rest" },
          element("div", { class: "vx-side" }, this.inset.root),
          this.fromData.root,
          this.bookmarks.root,
          this.copyLink.root,
        ),
      ),
    );
  }

  /** @param {unknown} error */
  #showStripsFailure(error) {
    const box = errorBox(error, TEXT.retry, () => {
      box.remove();
      this.strips.retry();
    });
    this.sliders.root.before(box);
  }

  /** Whether the visitor has come by no link, and has done nothing yet. */
  get #isArrival() {
    const { z, rev } = this.#code;
    const { start } = this.#manifest;
    return rev === 0 && !this.#workspace.history.canUndo && start.z.every((value, i) => value === z[i]);
  }

  /** To be called whenever z or the label has changed. */
  #show() {
    this.fromData.forget();
    this.sliders.show(this.#code.z);
    setPressed(this.classButtons, (label) => label === this.#code.label);
    this.picture.request();
  }

  /** On release. @param {boolean} [mayBeRounded] */
  #commit(mayBeRounded = false) {
    this.#record(mayBeRounded);
    this.#callbacks.commit("code", this.#now());
  }

  /** @param {boolean} [mayBeRounded]  as a link rounds codes; a hand that drags comes upon such codes by chance */
  #record(mayBeRounded = true) {
    if (!this.#isArrival) this.fromData.recognise(this.#now(), mayBeRounded);
    this.#workspace.history.record(this.#now());
    this.toolbar.show(this.#workspace.history);
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
    this.#commit(true);
  }

  /** @param {() => SavedCode | null} step  undo or redo */
  #restore(step) {
    this.play.pause(); // before the step: it records where Play has come
    const code = step();
    if (code) this.#go(code);
  }

  #random() {
    this.#go(randomCode(this.#manifest, this.#now(), this.#workspace.locked));
  }

  #reset() {
    this.#go(resetCode(this.#now(), this.#workspace.locked));
  }

  /** A link to what is shown. */
  link() {
    return morphLink(this.#props, this.#code, this.#workspace);
  }

  /** What a link rounds is rounded here first, so that this page and the one it opens show the same. */
  #copiedLink() {
    const { z, label } = this.#now();
    this.#go({ z: z.map(roundedForLink), label });
    return this.link();
  }
}

export const mount = perModel(Morph);
