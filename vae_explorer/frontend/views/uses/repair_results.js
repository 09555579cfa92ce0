/**
 * The completions side by side, with their mean and variance and the original.
 *
 * @typedef {import("../../types.js").Manifest} Manifest
 * @typedef {import("./completion.js").Completions} Completions
 *
 * @typedef {ReturnType<typeof import("../shared/reading.js").readingOf>} Reading
 *
 * @typedef {object} Cell  one completion
 * @property {HTMLElement} root
 * @property {HTMLButtonElement} button
 * @property {CanvasRenderingContext2D} context
 * @property {HTMLElement} given    the class it was decoded as
 * @property {HTMLElement} reading  what the classifier takes it for
 */

import { button, element } from "../../dom.js";
import { Painter, pictureContext } from "../../paint.js";
import { PixelPicture } from "../shared/pixel_picture.js";
import { CHAINS, STEPS } from "./completion.js";

const FULL = 0.1; // variance at full colour; 0.25 is the most that there can be

const TEXT = {
  title: "Six completions",
  /** @param {number} number */
  open: (number) => `Completion ${number}: open its code in Morph`,
  /** @param {string} name */
  given: (name) => `decoded as ${name}`,
  /** @param {string} name @param {number} share */
  read: (name, share) => `read as ${name} (${Math.round(100 * share)}\u00a0%)`,
  run: "Run",
  pause: "Pause",
  step: "Step",
  again: "Start again",
  controls: "Steps",
  /** @param {number} step */
  at: (step) => `step ${step} of ${STEPS}`,
  mean: "Mean",
  variance: "Variance",
  original: "Original",
  varianceOf: "Variance of the six completions, pixel by pixel",
  legend: [`0`, `≥ ${FULL}`],
};

export class Results {
  #manifest;
  #painter = new Painter();
  #heat;

  /**
   * @param {Manifest} manifest
   * @param {{onOpen: (index: number) => void, onRun: () => void, onStep: () => void, onAgain: () => void}} callbacks
   */
  constructor(manifest, { onOpen, onRun, onStep, onAgain }) {
    this.#manifest = manifest;
    this.cells = Array.from({ length: CHAINS }, (_, index) => this.#cell(index, onOpen));
    this.run = button(TEXT.run, onRun, { class: "vx-play" });
    this.step = button(TEXT.step, onStep);
    this.again = button(TEXT.again, onAgain);
    this.at = element("span", { class: "vx-note vx-reading" });
    this.status = element("p", { class: "vx-note vx-repair-status" });
    const [mean, variance, original] = [TEXT.mean, TEXT.variance, TEXT.original].map((name) => summary(name));
    this.mean = mean.context;
    this.original = original.context;
    this.meanReading = element("div", { class: "vx-note vx-reading" });
    mean.root.append(this.meanReading);
    this.#heat = new PixelPicture(variance.context);
    variance.canvas.ariaLabel = TEXT.varianceOf;
    variance.root.append(
      element(
        "div",
        { class: "vx-repair-legend", attributes: { "aria-hidden": "true" } },
        element("span", { text: TEXT.legend[0] }),
        element("span", { class: "vx-repair-scale" }),
        element("span", { text: TEXT.legend[1] }),
      ),
    );
    this.figures = element("div", { class: "vx-repair-figures" });
    this.root = element(
      "section",
      { class: "vx-repair-results", attributes: { "aria-label": TEXT.title } },
      element(
        "div",
        { class: "vx-repair-head" },
        element("h2", { class: "vx-caption", text: TEXT.title }),
        element(
          "div",
          { class: "vx-repair-controls", attributes: { role: "group", "aria-label": TEXT.controls } },
          this.at,
          this.run,
          this.step,
          this.again,
        ),
      ),
      element("div", { class: "vx-repair-six" }, ...this.cells.map(({ root }) => root)),
      this.status,
      element("div", { class: "vx-repair-summary" }, mean.root, variance.root, original.root, this.figures),
    );
  }

  /** @param {boolean} isRunning @param {number} steps @param {boolean} isReady  whether there are completions */
  showControls(isRunning, steps, isReady) {
    const isDone = steps >= STEPS;
    this.run.textContent = isRunning && !isDone ? TEXT.pause : TEXT.run;
    // A button that has the focus would take it along when it is disabled.
    if (isDone && [this.run, this.step].some((node) => node.matches(":focus")))
      this.again.focus({ preventScroll: true });
    this.run.disabled = this.step.disabled = !isReady || isDone;
    this.again.disabled = !isReady;
    this.at.textContent = TEXT.at(steps);
  }

  /** @param {string} text @param {boolean} isBusy  whether what is shown is not yet what it is to be */
  say(text, isBusy) {
    if (this.status.textContent !== text) this.status.textContent = text;
    this.root.setAttribute("aria-busy", String(isBusy));
  }

  /** @param {Completions} completions */
  show(completions) {
    const { classes } = this.#manifest.data;
    completions.chains.forEach(({ pixels, label }, index) => {
      const { root, context, given } = this.cells[index];
      root.hidden = false;
      this.#painter.paint(context, pixels);
      given.textContent = label === null ? "" : TEXT.given(classes[label] ?? String(label));
      given.hidden = label === null;
    });
    this.cells.slice(completions.chains.length).forEach(({ root }) => {
      root.hidden = true;
    });
    this.#painter.paint(this.mean, completions.mean());
    this.#heat.paint(
      completions.variance().map((value) => Math.min(value, FULL)),
      0,
      FULL,
    );
  }

  /** @param {number} index @param {Reading} reading */
  showReading(index, reading) {
    this.cells[index].reading.textContent = this.#read(reading);
  }

  /** @param {Reading} reading */
  showMeanReading(reading) {
    this.meanReading.textContent = this.#read(reading);
  }

  /** @param {Reading} reading */
  #read(reading) {
    return TEXT.read(this.#manifest.data.classes[reading.label] ?? String(reading.label), reading.share);
  }

  /** @param {ArrayLike<number>} x */
  showOriginal(x) {
    this.#painter.paint(this.original, x);
  }

  /** @param {string} title @param {[string, string | null][]} lines  names and figures; what has none is left out */
  showFigures(title, lines) {
    const rows = lines.filter(([, figure]) => figure !== null);
    this.figures.replaceChildren(
      element("div", { class: "vx-caption", text: title }),
      element(
        "table",
        {},
        ...rows.map(([name, figure]) =>
          element(
            "tr",
            {},
            element("th", { text: name, attributes: { scope: "row" } }),
            element("td", { class: "vx-reading", text: figure ?? "" }),
          ),
        ),
      ),
    );
  }

  /** @param {number} index @param {(index: number) => void} onOpen @returns {Cell} */
  #cell(index, onOpen) {
    const canvas = element("canvas");
    const given = element("div", { class: "vx-note", attributes: { hidden: true } });
    const reading = element("div", { class: "vx-note vx-reading" });
    const node = element(
      "button",
      {
        class: "vx-cell",
        attributes: { type: "button", "aria-label": TEXT.open(index + 1), title: TEXT.open(index + 1) },
        on: { click: () => onOpen(index) },
      },
      canvas,
    );
    const root = element("div", { class: "vx-repair-one" }, node, given, reading);
    return { root, button: node, context: pictureContext(canvas), given, reading };
  }
}

/** @param {string} name */
function summary(name) {
  const canvas = element("canvas", { attributes: { role: "img", "aria-label": name } });
  const context = pictureContext(canvas);
  const root = element(
    "figure",
    { class: "vx-repair-one" },
    element("figcaption", { class: "vx-caption", text: name }),
    element("div", { class: "vx-picture" }, canvas),
  );
  return { root, canvas, context };
}
