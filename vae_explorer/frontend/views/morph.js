/**
 * The Morph view: one large picture, and one slider a latent dimension that changes it while it is dragged.
 *
 * Everything from a slider's event to the painted picture happens here, in the page. The server hears of a code
 * when the hand lets go.
 *
 * @typedef {import("../types.js").ViewProps} ViewProps
 * @typedef {import("../types.js").Callbacks} Callbacks
 * @typedef {import("../types.js").Manifest} Manifest
 */

import { button, buttonGroup, element, errorBox, oncePerFrame } from "../dom.js";
import { keepsakesOf } from "../keepsakes.js";
import { decoderInput, openModel } from "../model.js";
import { Painter, pictureContext } from "../paint.js";
import { freshSeed, standardNormals } from "../random.js";
import { codeInHand } from "../store.js";
import { deviationOf } from "./axes.js";
import { Dials } from "./dials.js";
import { Filmstrips } from "./morph_strips.js";

const TEXT = {
  picture: "Decoded digit", // for every data set: tests and screen readers find the picture by this one name
  random: "Random",
  randomHint: "Draws z from N(0, I)",
  randomHintWithoutPrior: "This model has no prior: draws each z from a normal as wide as the test codes spread",
  reset: "Reset",
  resetHint: "Sets every dimension to 0",
  hint: "Drag to morph",
  hintKl: " · sorted by what a dimension carries, its mean KL · click a frame to go there, double click: back to 0",
  hintVariance: " · sorted by the variance of the codes · click a frame to go there, double click: back to 0",
  class: "Class given to the decoder",
  loading: "Loading the decoder…",
  retry: "Try again",
  /** @param {string} noun */
  test: (noun) => `From a test ${noun}`,
  /** @param {string} noun @param {string} className */
  testButton: (noun, className) => `Test ${noun} ${className}`,
  /** @param {string} noun @param {number} index */
  source: (noun, index) => `Code of test ${noun} ${index.toLocaleString("en")}`,
  sourceGone: "",
};

/**
 * @param {HTMLElement} root
 * @param {ViewProps} props
 * @param {Callbacks} callbacks
 * @returns {import("../types.js").View<ViewProps>}
 */
export function mount(root, props, callbacks) {
  let shown = props;
  let view = new Morph(root, props, callbacks);
  return {
    update(next) {
      const same = isSameModel(shown, next);
      shown = next;
      if (same) {
        view.update(next);
      } else {
        view.destroy();
        view = new Morph(root, next, callbacks);
      }
    },
    destroy: () => view.destroy(),
  };
}

/**
 * @param {ViewProps} one
 * @param {ViewProps} other
 */
function isSameModel(one, other) {
  return (
    one.session === other.session &&
    one.manifest.id === other.manifest.id &&
    one.manifest.files.decoder.url === other.manifest.files.decoder.url
  );
}

class Morph {
  #callbacks;
  #manifest;
  #model;
  #code;
  #input;
  #painter = new Painter();
  #frame = oncePerFrame(() => this.#paint());
  #frames = 0;
  #lastTest = -1;
  #destroyed = false;
  /** @type {import("../network.js").Network | null} */
  #decoder = null;

  /**
   * @param {HTMLElement} root
   * @param {ViewProps} props
   * @param {Callbacks} callbacks
   */
  constructor(root, props, callbacks) {
    this.#callbacks = callbacks;
    this.#manifest = props.manifest;
    this.#model = openModel(props.manifest, props.baseUrl);
    this.#code = codeInHand(props);
    this.#input = new Float32Array(props.manifest.latent_dim + props.manifest.classes);

    this.canvas = element("canvas", { attributes: { role: "img", "aria-label": TEXT.picture, "data-frames": 0 } });
    this.context = pictureContext(this.canvas);
    this.loading = element("p", { class: "vx-veil", text: TEXT.loading, attributes: { role: "status" } });
    this.picture = element("div", { class: "vx-picture" }, this.canvas, this.loading);
    this.source = element("p", { class: "vx-note vx-source", attributes: { "aria-live": "polite" } });
    this.tests = element("div", { class: "vx-tests" });
    // What the picture is taken for and where its code lies; under the picture, and above all else on the right.
    this.readings = element("div", { class: "vx-readings" });
    this.side = element("div", { class: "vx-side" });
    this.dials = new Dials(props.manifest, keepsakesOf(props), {
      onInput: (axis, value) => {
        axis.move(this.#code.z, value);
        this.dials.show(this.#code.z);
        this.#changed();
      },
      onCommit: () => this.#commit(),
      onLock: () => {},
      onFold: () => this.strips.follow(this.dials.all, this.#code),
    });
    this.strips = new Filmstrips(props, (error) => this.#showStripsFailure(error));
    this.classButtons = this.#makeClassButtons();
    this.root = this.#makeRoot();
    root.append(this.root);
    this.#showCode();
    this.#load();
  }

  /** @param {ViewProps} props */
  update(props) {
    const { rev } = this.#code;
    this.#code = codeInHand(props);
    if (this.#code.rev === rev) return;
    this.source.textContent = TEXT.sourceGone;
    this.#showCode();
  }

  destroy() {
    this.#destroyed = true;
    this.#frame.cancel();
    this.strips.destroy();
    this.root.remove();
  }

  #makeRoot() {
    const { latent_dim: dim, data, classes, deterministic } = this.#manifest;
    const toolbar = element(
      "div",
      { class: "vx-toolbar" },
      button(TEXT.random, () => this.#random(), {
        attributes: { title: deterministic ? TEXT.randomHintWithoutPrior : TEXT.randomHint },
      }),
      button(TEXT.reset, () => this.#reset(), { attributes: { title: TEXT.resetHint } }),
    );
    const tests = buttonGroup(
      TEXT.test(data.noun),
      data.classes.map((name, label) =>
        button(name, () => this.#fromTest(label), { attributes: { "aria-label": TEXT.testButton(data.noun, name) } }),
      ),
    );
    // The codes are fetched when a hand comes near: not for everybody, and not only at the click.
    const prepare = () => this.#model.codes().catch(() => {});
    tests.addEventListener("pointerenter", prepare, { once: true });
    tests.addEventListener("focusin", prepare, { once: true });
    this.tests.append(tests, this.source);
    if (classes) this.readings.append(buttonGroup(TEXT.class, this.classButtons));
    const longest = Math.max(...data.classes.map((name) => name.length));
    const size = dim > 6 ? " vx-many" : dim === 2 ? " vx-plane" : "";
    return element(
      "div",
      { class: `vx vx-morph${size}${longest > 2 ? " vx-long-names" : ""}` },
      element(
        "div",
        { class: "vx-morph-grid" },
        element("div", { class: "vx-stage" }, this.picture, this.readings),
        element(
          "div",
          { class: "vx-panel" },
          toolbar,
          element(
            "p",
            { class: "vx-panel-head vx-note" },
            element("span", { class: "vx-caption", text: TEXT.hint }),
            deterministic ? TEXT.hintVariance : TEXT.hintKl,
          ),
          this.dials.root,
        ),
        element("div", { class: "vx-rest" }, this.side, this.tests),
      ),
    );
  }

  /** @returns {HTMLButtonElement[]} */
  #makeClassButtons() {
    const { classes, data } = this.#manifest;
    return Array.from({ length: classes }, (_, label) =>
      button(data.classes[label] ?? String(label), () => {
        this.#code.label = label;
        this.#changed();
        this.#showCode();
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
      this.strips.follow(this.dials.all, this.#code);
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

  #paint() {
    if (!this.#decoder) return;
    const pixels = this.#decoder.run(decoderInput(this.#manifest, this.#code.z, this.#code.label, this.#input));
    this.#painter.paint(this.context, pixels);
    this.canvas.dataset.frames = String(++this.#frames);
    this.#tell(pixels);
    this.strips.request();
  }

  /**
   * Tells what reads along beside the picture, at every picture.
   *
   * @param {Float32Array} pixels  (784) in 0…1; the decoder's own, good until the next picture
   */
  #tell(pixels) {
    void pixels;
  }

  /** After z or the label has changed by hand. */
  #changed() {
    if (this.source.textContent) this.source.textContent = TEXT.sourceGone;
    this.#frame.request();
  }

  /** @param {unknown} error */
  #showStripsFailure(error) {
    const box = errorBox(error, TEXT.retry, () => {
      box.remove();
      this.strips.retry();
    });
    this.dials.root.before(box);
  }

  #showCode() {
    this.dials.show(this.#code.z);
    this.classButtons.forEach((node, label) => node.setAttribute("aria-pressed", String(label === this.#code.label)));
    this.#frame.request();
  }

  #commit() {
    this.#callbacks.commit("code", { z: Array.from(this.#code.z), label: this.#code.label });
  }

  #random() {
    const normal = standardNormals(freshSeed());
    this.#code.z.forEach((_, i, z) => (z[i] = normal() * deviationOf(this.#manifest, i)));
    this.#changed();
    this.#showCode();
    this.#commit();
  }

  #reset() {
    this.#code.z.fill(0);
    this.#changed();
    this.#showCode();
    this.#commit();
  }

  /** @param {number} label */
  async #fromTest(label) {
    this.tests.querySelector("[role=alert]")?.remove();
    try {
      const { mu, label: labels, count } = await this.#model.codes();
      if (this.#destroyed) return;
      const { latent_dim: dim, classes, data } = this.#manifest;
      const index = anotherOf(labels, count, label, this.#lastTest);
      if (index < 0) return;
      this.#lastTest = index;
      this.#code.z.set(mu.subarray(index * dim, (index + 1) * dim));
      if (classes) this.#code.label = label;
      this.#showCode();
      this.source.textContent = TEXT.source(data.noun, index);
      this.#commit();
    } catch (error) {
      if (this.#destroyed) return;
      this.tests.querySelector("[role=alert]")?.remove();
      this.tests.append(errorBox(error, TEXT.retry, () => this.#fromTest(label)));
    }
  }
}

/**
 * A random index with this label, another one than last time where there is another.
 *
 * @param {Uint8Array} labels
 * @param {number} count
 * @param {number} label
 * @param {number} last
 * @returns {number}  -1: there is none
 */
function anotherOf(labels, count, label, last) {
  const indices = Array.from({ length: count }, (_, i) => i).filter((i) => labels[i] === label);
  const others = indices.length > 1 ? indices.filter((i) => i !== last) : indices;
  return others.length ? others[freshSeed(others.length)] : -1;
}
