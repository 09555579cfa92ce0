/**
 * The Encode view: a picture on its way through the whole VAE, from the encoder's posterior to the loss.
 *
 * Everything happens in the page, at every change of the picture and at most once per frame. The server hears of the
 * settings and of the number of a test picture; a visitor's own picture never leaves the page.
 *
 * @typedef {import("../types.js").EncodeProps} EncodeProps
 * @typedef {import("../types.js").EncodeSettings} EncodeSettings
 * @typedef {import("../types.js").Callbacks} Callbacks
 * @typedef {import("./shared/picture/state.js").EncodedPicture} EncodedPicture
 */

import { currentCode } from "../current_code.js";
import { button, buttonGroup, errorBox, oncePerFrame, setPressed } from "../dom.js";
import { shareLink } from "../link.js";
import { openModel } from "../model.js";
import { ownDrawings } from "../own/drawings.js";
import { workspaceOf } from "../workspace.js";
import { ComparePanel } from "./encode/compare_panel.js";
import { Computation } from "./shared/computation.js";
import { drawingFragment, drawingIn, lostInLink } from "./shared/picture/drawing_text.js";
import { Explain } from "./encode/explain.js";
import { addedUp } from "./shared/figures.js";
import { firstPicture } from "./shared/picture/first_picture.js";
import { encodeLayout } from "./encode/layout.js";
import { Lights } from "./encode/lights.js";
import { LossPanel } from "./encode/loss_panel.js";
import { Onward } from "./encode/onward.js";
import { stageColours } from "./encode/palette.js";
import { PicturePanel } from "./shared/picture/picture_panel.js";
import { PosteriorPanel } from "./encode/posterior_panel.js";
import { Ranking } from "./encode/rank.js";
import { Rounds } from "./encode/rounds.js";
import { Row } from "./encode/row.js";
import { SamplePanel } from "./encode/sample_panel.js";
import { Samples } from "./encode/samples.js";
import { STRIP, settingsOf, shownPicture } from "./encode/state.js";
import { Turns } from "./encode/turns.js";
import { ToTraining } from "./encode/to_training.js";
import { carry, pictureText } from "./shared/picture/state.js";
import { isSameRevision, perModel } from "./shared/per_model.js";

const TEXT = {
  class: "Class given to both networks",
  retry: "Try again",
};

class Encode {
  #props;
  #callbacks;
  #manifest;
  #model;
  #shown;
  /** The picture that the page begins with: the number of a test picture, or pixels. @type {number | Float32Array} */
  #first;
  /** @type {EncodeSettings} */
  #settings;
  #samples;
  #colours;
  #frame = oncePerFrame(() => this.#show());
  #turns = new Turns();
  #rest;
  #listening = new AbortController();
  #isDestroyed = false;
  /** @type {Computation | null} */
  #computation = null;
  #ranking;

  /**
   * @param {HTMLElement} root
   * @param {EncodeProps} props
   * @param {Callbacks} callbacks
   */
  constructor(root, props, callbacks) {
    const { manifest } = props;
    this.#props = props;
    this.#callbacks = callbacks;
    this.#manifest = manifest;
    this.#model = openModel(manifest, props.baseUrl);
    this.#settings = settingsOf(props);
    this.#shown = shownPicture(props);
    this.#first = firstPicture(this.#shown, this.#settings.picture, manifest, location.hash);
    this.#samples = new Samples(manifest.latent_dim, this.#settings.noise);
    const samples = Array.from({ length: STRIP }, (_, i) => () => this.#showSample(i));
    const costs = manifest.deterministic ? [() => this.#showRank()] : samples; // the last of these shows it, too
    this.#rest = new Rounds([() => this.#explain(), ...costs, () => this.posterior.locate()]);
    this.#ranking = new Ranking(this.#model, () => this.#rest.request());
    const lights = new Lights(manifest.deterministic ? "loss" : "posterior", (part) => this.explain.explain(part));
    const changes = {
      onInput: (/** @type {Partial<EncodeSettings>} */ change) => this.#set(change),
      onChange: (/** @type {Partial<EncodeSettings>} */ change) => this.#set(change, true),
    };
    this.row = new Row(manifest, lights);
    this.posterior = new PosteriorPanel(manifest, this.#model);
    this.sample = new SamplePanel(manifest, changes);
    this.loss = new LossPanel(manifest, changes);
    this.explain = new Explain(manifest, lights);
    this.compare = new ComparePanel(manifest, props.others, props.baseUrl, {
      now: () => this.#compared(),
      onChange: (compared) => changes.onChange({ compared }),
    });
    const workspace = workspaceOf(props);
    this.onward = new Onward(workspace.bookmarks, {
      code: () => this.#code(),
      onOpen: (code) => callbacks.open(code),
      onUse: (code) => {
        workspace.stop = code;
        callbacks.go("interpolate");
      },
      link: () => this.link(),
      missing: () => lostInLink(this.#shown.picture),
      onCompare: () => this.#toggleComparison(),
    });
    this.toTraining = new ToTraining(ownDrawings(), manifest.data, () => callbacks.go("train"));
    this.classButtons = Array.from({ length: manifest.classes }, (_, label) =>
      button(manifest.data.classes[label] ?? String(label), () => this.#give(label)),
    );
    this.panel = new PicturePanel(this.#model, { onPicture: (picture) => this.#take(picture) });
    const given = manifest.classes ? [buttonGroup(TEXT.class, this.classButtons)] : [];
    this.root = encodeLayout({
      side: [this.panel.root, ...given, this.onward.root, this.toTraining.root],
      row: this.row.root,
      panels: [this.posterior.root, this.sample.root, this.loss.root],
      below: [this.explain.root, this.compare.root],
    });
    root.append(this.root);
    this.#colours = stageColours(this.root);
    lights.show();
    if (this.#settings.compared) this.#openComparison();
    this.sample.show(this.#settings);
    this.#load();
    this.#showFirst();
    addEventListener("hashchange", () => this.#showDrawing(), { signal: this.#listening.signal });
  }

  /** The theme may have changed. @param {EncodeProps} props */
  update(props) {
    this.#props = props;
    this.#colours = stageColours(this.root);
    this.#frame.request();
  }

  destroy() {
    this.#isDestroyed = true;
    this.#frame.cancel();
    this.#turns.cancel();
    this.#rest.cancel();
    this.#listening.abort();
    this.panel.destroy();
    this.posterior.destroy();
    this.compare.destroy();
    this.onward.destroy();
    this.toTraining.destroy();
    this.#ranking.destroy();
    this.root.remove();
  }

  /** A link to what is shown, with a visitor's own picture where no server sees it. */
  link() {
    const { z, label } = currentCode(this.#props);
    const { picture } = this.#shown;
    const own = picture && picture.source.kind !== "test" ? drawingFragment(picture.pixels) : "";
    return shareLink(this.#props, z, label, { ...this.#settings, picture: pictureText(this.#shown) || null }) + own;
  }

  async #load() {
    try {
      const [encoder, decoder] = await Promise.all([this.#model.encoder(), this.#model.decoderLogits()]);
      if (this.#isDestroyed) return;
      this.#computation = new Computation(this.#manifest, encoder, decoder);
      this.#show();
    } catch (error) {
      if (this.#isDestroyed) return;
      const box = errorBox(error, TEXT.retry, () => {
        box.remove();
        this.#load();
      });
      this.row.root.append(box);
    }
  }

  async #showFirst() {
    const first = this.#first;
    if (typeof first === "number") await this.panel.showTest(first);
    else this.panel.showPixels(first);
    if (!this.#shown.picture) this.#wait(); // it could not be had
  }

  /** The picture in the address, if there is one. */
  #showDrawing() {
    const drawing = drawingIn(location.hash);
    if (drawing) this.panel.showPixels(drawing);
  }

  /** @param {EncodedPicture | null} picture  from the panel, which may go on writing to its pixels */
  #take(picture) {
    const before = this.#shown.picture;
    const given = this.#given;
    if (picture?.source.kind !== "test") {
      this.#shown.label = given; // a drawing has no class of its own: that of the last picture stays
    } else if (before ? !isNumber(before, picture.source.index) : picture.source.index !== this.#first) {
      this.#shown.label = null;
    }
    this.#shown.picture = picture && { pixels: Float32Array.from(picture.pixels), source: picture.source };
    carry(this.#shown.picture, this.#manifest);
    this.toTraining.show(this.#shown.picture);
    const text = pictureText(this.#shown);
    const isFirst = !before && (typeof this.#first !== "number" || isNumber(picture, this.#first));
    if (!isFirst && text !== this.#settings.picture) this.#commit();
    this.#settings.picture = text;
    if (picture)
      this.#show(); // of a drawing there is at most one a frame, and it is shown in that frame
    else this.#wait();
  }

  #wait() {
    this.#frame.cancel();
    this.#turns.cancel();
    this.root.classList.add("vx-waiting");
    this.row.wait();
    this.onward.show(false);
  }

  /** The class given to a conditional model; null if the model has none. */
  get #given() {
    const { picture, label } = this.#shown;
    if (!this.#manifest.classes) return null;
    return label ?? (picture?.source.kind === "test" ? picture.source.label : 0);
  }

  /** @param {number} label */
  #give(label) {
    this.#shown.label = label;
    this.#frame.request();
    this.#commit();
  }

  /** @param {Partial<EncodeSettings>} change @param {boolean} [isReleased] */
  #set(change, isReleased = false) {
    Object.assign(this.#settings, change);
    if (change.noise !== undefined) this.#samples.seed(change.noise);
    this.#samples.expire(); // at once: some may be decoded before the next frame
    this.sample.show(this.#settings);
    this.#frame.request();
    if (isReleased) this.#commit();
  }

  #commit() {
    this.#settings.picture = pictureText(this.#shown);
    this.#callbacks.commit("settings", { ...this.#settings });
  }

  /** To be called once per frame, whenever the picture or a setting has changed. */
  #show() {
    this.#frame.cancel();
    const { picture } = this.#shown;
    const computation = this.#computation;
    if (!picture || !computation) return;
    const start = performance.now();
    const { draw, spread, pick, term, weight } = this.#settings;
    const isSampled = draw === "sample" && !this.#manifest.deterministic;
    computation.encode(picture.pixels, this.#given);
    computation.decode(isSampled ? this.#samples.noise(pick) : null, spread, term);
    const { passed } = computation;
    this.root.classList.remove("vx-waiting");
    const sum = addedUp(passed.reconstruction, passed.klTotal, this.#manifest.deterministic ? 0 : weight);
    this.row.show(passed, sum, this.#colours);
    this.onward.show(passed.z.every(Number.isFinite));
    setPressed(this.classButtons, (label) => label === passed.label);
    const panels = [
      () => this.posterior.show(passed, this.#colours),
      () => this.loss.show(passed, sum, this.#settings, this.#colours),
    ];
    this.#turns.show([...panels, ...this.compare.paints()], start);
    this.#samples.expire();
    this.#rest.request();
  }

  #toggleComparison() {
    if (this.compare.isOpen) {
      this.compare.close();
      this.#showComparison();
    } else {
      this.#openComparison();
      this.compare.root.scrollIntoView({ block: "nearest" }); // on a phone it is far below
    }
    this.#set({ compared: this.compare.isOpen ? this.compare.text : "" }, true);
  }

  #openComparison() {
    this.compare.open(this.#settings.compared);
    this.#showComparison();
  }

  /** In place of formula and code. */
  #showComparison() {
    this.explain.root.hidden = this.compare.isOpen;
    setPressed([this.onward.compare], () => this.compare.isOpen);
  }

  /** What the other models are given. */
  #compared() {
    const { picture } = this.#shown;
    if (!picture) return null;
    const own = picture.source.kind === "test" ? picture.source.label : 0;
    const passed = this.#computation?.passed;
    const isMean = passed?.x === picture.pixels && !passed.eps;
    return {
      pixels: picture.pixels,
      label: this.#given ?? own,
      term: this.#settings.term,
      own: isMean ? passed : null,
    };
  }

  #explain() {
    const { term, weight } = this.#settings;
    const beta = this.#manifest.deterministic ? 0 : weight;
    const passed = this.#computation?.passed;
    if (passed) this.explain.show({ passed, sum: addedUp(passed.reconstruction, passed.klTotal, beta), beta, term });
  }

  /** @param {number} index  in the strip */
  #showSample(index) {
    const { spread, term } = this.#settings;
    if (!this.#computation) return;
    this.sample.paint(index, this.#samples.decode(index, this.#computation, spread, term));
    if (!Number.isNaN(this.#samples.cost)) this.#showRank();
  }

  #showRank() {
    if (!this.#computation) return;
    const { deterministic, likelihood } = this.#manifest;
    const { reconstruction, klTotal } = this.#computation.passed;
    const cost = deterministic ? reconstruction : this.#samples.cost + klTotal;
    if (this.#settings.term === likelihood) this.#ranking.of(cost, (share) => this.loss.showRank(share, cost));
    else this.loss.showRank(null, cost);
  }

  /** @returns {import("../history.js").SavedCode | null} */
  #code() {
    if (!this.#computation) return null;
    const { z, label } = this.#computation.passed;
    return { z: Array.from(z), label };
  }
}

/** @param {EncodedPicture | null} picture @param {number} index @returns whether it is the test picture of that number */
const isNumber = (picture, index) => picture?.source.kind === "test" && picture.source.index === index;

export const mount = perModel(Encode, isSameRevision);
