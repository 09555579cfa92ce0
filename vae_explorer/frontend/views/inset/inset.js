/**
 * The inset of Morph: where the code lies among all test codes, or, in one or two dimensions, on the decoded plane
 * itself. A ring follows z; dragging it moves z.
 *
 * @typedef {import("../../types.js").ViewProps} ViewProps
 * @typedef {import("../../model.js").Model} Model
 * @typedef {import("./backgrounds.js").Background} Background
 * @typedef {import("../map/chart.js").Frame} Frame
 *
 * @typedef {object} InsetCallbacks
 * @property {() => {z: ArrayLike<number>, label: number | null}} code  as it is now
 * @property {(z: Float64Array, label: number | null) => void} onInput  the ring moves, up to sixty times a second
 * @property {() => void} onCommit                                      on release
 * @property {() => void} onChoose                                      the workspace has another kind of inset
 */

import { button, element, errorBox, isAbort, setPressed } from "../../dom.js";
import { whenIdle } from "../../timing/idle.js";
import { clamp } from "../../numbers.js";
import { classColour } from "../../palette.js";
import { withEqualUnits } from "../../space/placement.js";
import { workspaceOf } from "../../workspace.js";
import { paintPoints } from "../shared/dots.js";
import { listen } from "./input.js";
import { kindsFor } from "./kinds.js";
import { Manifold } from "./manifold.js";

const TEXT = {
  /** @param {string} title */
  stage: (title) => `Where the code lies: ${title}`,
  keys: "Arrow keys move the code; with Shift, in finer steps.",
  fingers: "Drag the ring, or tap where it should go. Elsewhere one finger scrolls the page.",
  retry: "Try again",
};

// Nine of ten draws from N(0, I) in two dimensions: the square of this is the chi-squared distribution's 90th percentile.
const PRIOR_RADIUS = Math.sqrt(-2 * Math.log(0.1));

const POINT_SIZE = 2.5;
const POINT_OPACITY = 0.7;

export class MapInset {
  #manifest;
  #model;
  #workspace;
  #callbacks;
  #kinds;
  #kind;
  #manifold;
  #code;
  #placing = whenIdle(() => this.#placeRing());
  #resized = new ResizeObserver(() => this.#fit());
  #isOpened = false;
  #isDestroyed = false;
  /** @type {Background | null} */
  #background = null;
  /** @type {string[]} of the points */
  #colours = [];
  /** @type {number | null} the class that the plane was decoded with */
  #decodedLabel = null;
  /** @type {Frame} */
  #frame = { left: 0, top: 0, width: 1, height: 1, x: [0, 1], y: [0, 1] };
  /** @type {[number, number]} pixels */
  #ringPosition = [0, 0];

  /**
   * @param {ViewProps} props
   * @param {Model} model
   * @param {InsetCallbacks} callbacks
   */
  constructor(props, model, callbacks) {
    const { manifest } = props;
    this.#manifest = manifest;
    this.#model = model;
    this.#workspace = workspaceOf(props);
    this.#callbacks = callbacks;
    this.#manifold = new Manifold(manifest, props.baseUrl);
    this.#code = { z: new Float64Array(manifest.latent_dim), label: /** @type {number | null} */ (null) };
    this.#kinds = kindsFor(manifest);
    const wanted = this.#workspace.inset || props.link.projection;
    this.#kind = this.#kinds.find(({ name }) => name === wanted) ?? this.#kinds[0];

    this.caption = element("span", { class: "vx-caption" });
    this.buttons = this.#kinds.map((kind) => button(kind.title(manifest), () => this.#choose(kind)));
    const attributes = { hidden: this.#kinds.length < 2 };
    const choice = element("span", { class: "vx-inset-choice", attributes }, ...this.buttons);
    const head = element("div", { class: "vx-inset-head" }, this.caption, choice);
    this.canvas = element("canvas", { attributes: { "aria-hidden": "true" } });
    this.axes = ["x", "y"].map((axis) => element("span", { class: `vx-inset-axis vx-inset-axis-${axis}` }));
    this.prior = element("div", { class: "vx-inset-prior", attributes: { hidden: true } });
    this.ring = element("div", { class: "vx-inset-ring", attributes: { hidden: true } });
    this.stage = element(
      "div",
      { class: "vx-inset-stage", attributes: { role: "application", tabindex: 0, "aria-description": TEXT.keys } },
      this.canvas,
      ...this.axes,
      this.prior,
      this.ring,
    );
    this.key = this.#makeKey();
    this.fingers = element("p", { class: "vx-note vx-fingers", text: TEXT.fingers });
    this.about = element("p", { class: "vx-note" });
    this.root = element("div", { class: "vx-inset" }, head, this.fingers, this.stage, this.key, this.about);
    this.#describe();
    listen(this.stage, this.ring, {
      ring: () => this.#ringPosition,
      move: (to) => this.#change((background) => background.move(this.#code, this.#fromPixels(to))),
      step: (direction, isFine) => this.#change((background) => background.step(this.#code, direction, isFine)),
      onRelease: () => this.#callbacks.onCommit(),
    });
    this.#resized.observe(this.stage);
  }

  /**
   * The code that the ring marks; the first call fetches the background.
   *
   * @param {ArrayLike<number>} z  (D)
   * @param {number | null} label
   */
  show(z, label) {
    this.#code.z.set(z);
    this.#code.label = label;
    if (!this.#isOpened) this.#open();
    else if (this.#kind.isDecoded && label !== this.#decodedLabel) this.#decode();
    if (this.#kind.isSlow) this.#placing.request();
    else this.#placeRing();
  }

  destroy() {
    this.#isDestroyed = true;
    this.#resized.disconnect();
    this.#placing.cancel();
    this.#manifold.cancel();
    this.root.remove();
  }

  /** Which colour is which class, for models without a classifier, whose bars would show it. */
  #makeKey() {
    const { classes } = this.#manifest.data;
    const entries = classes.map((name, label) => {
      const entry = element("li", { text: name });
      entry.style.setProperty("--vx-class", classColour(label));
      return entry;
    });
    return element("ul", { class: "vx-inset-key vx-note" }, ...entries);
  }

  /** @param {import("./kinds.js").Kind} kind */
  #choose(kind) {
    if (kind === this.#kind) return;
    this.#workspace.inset = kind.name;
    this.#kind = kind;
    this.#callbacks.onChoose();
    this.#open();
  }

  #describe() {
    const title = this.#kind.title(this.#manifest);
    this.caption.textContent = this.#kind.caption(this.#manifest);
    this.about.textContent = this.#kind.about(this.#manifest, this.#code.label);
    this.stage.setAttribute("aria-label", TEXT.stage(title));
    this.stage.classList.toggle("vx-decoded", this.#kind.isDecoded);
    this.fingers.hidden = this.#manifest.latent_dim === 1; // a line is dragged sideways, from anywhere
    this.stage.classList.toggle("vx-line", this.#manifest.latent_dim === 1);
    this.stage.classList.toggle("vx-code-plane", this.#kind.isCodes);
    this.axes.forEach((axis, i) => {
      axis.textContent = this.#kind.axes[i] ?? "";
    });
    this.key.hidden = this.#kind.isDecoded;
    setPressed(this.buttons, (i) => this.#kinds[i] === this.#kind);
  }

  async #open() {
    const kind = this.#kind;
    this.#isOpened = true;
    this.#background = null;
    this.#manifold.cancel();
    this.ring.hidden = this.prior.hidden = true;
    this.stage.querySelector("[role=alert]")?.remove();
    this.stage.setAttribute("aria-busy", "true");
    // A new canvas, because a canvas keeps the kind of context that it was first asked for.
    const canvas = element("canvas", { attributes: { "aria-hidden": "true" } });
    this.canvas.replaceWith(canvas);
    this.canvas = canvas;
    this.#describe();
    try {
      const codes = kind.isDecoded ? null : await this.#model.codes();
      if (this.#isDestroyed || kind !== this.#kind) return;
      if (codes) this.#colours = Array.from(codes.label, classColour);
      this.#background = kind.background(this.#manifest, codes);
      this.ring.hidden = false;
      this.#fit();
      if (kind.isDecoded) this.#decode();
      else this.stage.setAttribute("aria-busy", "false");
    } catch (error) {
      if (kind === this.#kind) this.#fail(error);
    }
  }

  /** Decodes the plane, conditioned on the current class, over that of the previous class. */
  async #decode() {
    this.#decodedLabel = this.#code.label;
    this.stage.setAttribute("aria-busy", "true");
    this.#describe();
    try {
      await this.#manifold.draw(this.canvas, this.#code.label);
      this.stage.setAttribute("aria-busy", "false");
    } catch (error) {
      this.#fail(error);
    }
  }

  /** @param {unknown} error */
  #fail(error) {
    if (this.#isDestroyed || isAbort(error)) return;
    this.stage.append(errorBox(error, TEXT.retry, () => this.#open()));
  }

  /** The stage has a new size or background. */
  #fit() {
    if (!this.#background) return;
    const { clientWidth: width, clientHeight: height } = this.stage;
    const { plane, extent } = this.#background;
    this.#frame = { left: 0, top: 0, width, height, ...(plane ? withEqualUnits(extent, width, height) : extent) };
    if (plane) {
      const drawing = { plane, axes: null, colours: this.#colours, shows: () => true };
      paintPoints(this.canvas, this.#frame, drawing, POINT_SIZE, POINT_OPACITY);
    }
    this.#placePrior(this.#background);
    this.#placeRing();
  }

  /** @param {Background} background */
  #placePrior({ prior }) {
    this.prior.hidden = prior === null;
    if (!prior) return;
    const { width, height, x, y } = this.#frame;
    const unitX = width / (x[1] - x[0]);
    const unitY = height / (y[1] - y[0]);
    const { style } = this.prior;
    style.left = `${unitX * (prior[0] - PRIOR_RADIUS - x[0])}px`;
    style.top = `${unitY * (y[1] - prior[1] - PRIOR_RADIUS)}px`;
    style.width = `${2 * PRIOR_RADIUS * unitX}px`;
    style.height = `${2 * PRIOR_RADIUS * unitY}px`;
  }

  #placeRing() {
    if (!this.#background) return;
    const { width, height, x, y } = this.#frame;
    const [atX, atY] = this.#background.locate(this.#code.z);
    const left = (width * (atX - x[0])) / (x[1] - x[0]);
    const top = (height * (y[1] - atY)) / (y[1] - y[0]);
    // A code beyond the edge has its ring on the edge.
    this.#ringPosition = [clamp(left, 0, width), clamp(top, 0, height)];
    this.ring.classList.toggle("vx-beyond", left !== this.#ringPosition[0] || top !== this.#ringPosition[1]);
    this.ring.style.transform = `translate(${this.#ringPosition[0].toFixed(2)}px, ${this.#ringPosition[1].toFixed(2)}px)`;
  }

  /** @param {[number, number]} pixels @returns {[number, number]} */
  #fromPixels([left, top]) {
    const { width, height, x, y } = this.#frame;
    return [
      x[0] + (clamp(left, 0, width) / width) * (x[1] - x[0]),
      y[1] - (clamp(top, 0, height) / height) * (y[1] - y[0]),
    ];
  }

  /** @param {(background: Background) => void} change  of the code */
  #change(change) {
    if (!this.#background) return;
    const { z, label } = this.#callbacks.code(); // `show` comes with the next picture, which may be a while
    this.#code.z.set(z);
    this.#code.label = label;
    change(this.#background);
    this.#placeRing();
    this.#callbacks.onInput(this.#code.z, this.#code.label);
  }
}
