/**
 * Start and pause, single steps and epochs, a new run; and what the run says of itself.
 *
 * @typedef {import("./session.js").TrainingSession} TrainingSession
 */

import { button, element, setText } from "../../dom.js";
import { withTerms } from "../../glossary.js";
import { formatCount } from "../../text.js";

const TEXT = {
  start: "Start",
  goOn: "Go on",
  pause: "Pause",
  step: "One step",
  epoch: "One epoch",
  reset: "Reset",
  resetHint: "Forget what was learned and begin anew",
  loading: "Fetching the digits…",
  ready: "Not trained yet",
  running: "Training",
  /** @type {Record<string, string>} by what ended it */
  paused: {
    asked: "Paused",
    step: "Paused after one step",
    epoch: "Paused after one epoch",
    hidden: "Paused while this tab is hidden",
    back: "Back at the last good state, with a lower learning rate",
    "three minutes": "Paused after 3 minutes, so that no device gets hot unasked",
  },
  /** @param {number} step */
  reviewing: (step) => `Looking back at step ${formatCount(step)}`,
  atEpoch: "epoch ",
  atStep: "step ",
  seconds: " s",
  speed: " digits/s",
  accuracy: "10-NN accuracy ",
  percent: " %",
  nothing: "–",
};

export class Controls {
  #session;

  /** @param {TrainingSession} session */
  constructor(session) {
    this.#session = session;
    this.start = button(TEXT.start, () => (session.isRunning ? session.pause() : session.start()), {
      class: "vx-train-start",
    });
    this.step = button(TEXT.step, () => session.step());
    this.epoch = button(TEXT.epoch, () => session.epoch());
    this.reset = button(TEXT.reset, () => session.reset(), { attributes: { title: TEXT.resetHint } });
    this.status = element("span", { class: "vx-train-status", attributes: { role: "status" } });
    this.figures = {
      epoch: figureOf(TEXT.atEpoch),
      step: figureOf(TEXT.atStep),
      seconds: figureOf("", TEXT.seconds),
      speed: figureOf("", TEXT.speed),
      accuracy: figureOf(TEXT.accuracy, TEXT.percent),
    };
    this.root = element(
      "div",
      { class: "vx-train-controls" },
      this.start,
      this.step,
      this.epoch,
      this.reset,
      this.status,
    );
    this.readings = element(
      "div",
      { class: "vx-train-figures" },
      ...Object.values(this.figures).map(({ root }) => root),
    );
  }

  show() {
    const { state, shown, reviewed, isOpen, isRunning, fault } = this.#session;
    const hasDiverged = state.kind === "stopped";
    setText(this.start, isRunning ? TEXT.pause : state.step ? TEXT.goOn : TEXT.start);
    this.start.disabled = !isOpen || hasDiverged;
    // While it runs, too: then it pauses after that. A button that is off between two steps loses the focus of a keyboard.
    this.step.disabled = this.epoch.disabled = !isOpen || hasDiverged;
    this.reset.disabled = !isOpen || (!isRunning && !state.step);
    setText(this.status, fault ? "" : reviewed ? TEXT.reviewing(reviewed.step) : this.#stateText());
    const { epoch, step, seconds, speed, accuracy } = this.figures;
    setText(epoch.value, shown ? shown.epoch.toFixed(1) : TEXT.nothing);
    setText(step.value, shown ? formatCount(shown.step) : TEXT.nothing);
    setText(seconds.value, shown ? shown.seconds.toFixed(1) : TEXT.nothing);
    setText(speed.value, shown?.digitsPerSecond ? formatCount(rounded(shown.digitsPerSecond)) : TEXT.nothing);
    setText(accuracy.value, shown?.accuracy == null ? TEXT.nothing : String(Math.round(shown.accuracy)));
  }

  #stateText() {
    const { state } = this.#session;
    if (state.kind === "paused") return TEXT.paused[state.why];
    return state.kind === "stopped" ? "" : TEXT[state.kind];
  }
}

/** To two digits: the last ones change with every frame. @param {number} speed */
function rounded(speed) {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(speed)) - 1);
  return Math.round(speed / unit) * unit;
}

/** @param {string} before @param {string} [after] */
function figureOf(before, after = "") {
  const value = element("span", { class: "vx-reading", text: TEXT.nothing });
  return { root: element("span", {}, ...withTerms(before), value, after), value };
}
