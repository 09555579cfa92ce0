/**
 * Runs a training a slice of time at a time, so that a message is heard within milliseconds: in the background worker,
 * or in the page where there is none.
 *
 * @typedef {import("./mlp.js").Weights} Weights
 * @typedef {import("./frames.js").Frame} Frame
 * @typedef {import("./settings.js").RunSettings} RunSettings
 * @typedef {import("./test_digits.js").TestFigures} TestFigures
 * @typedef {import("./training_run.js").EpochFigures} EpochFigures
 * @typedef {import("./training_run.js").RunStart} RunStart
 *
 * @typedef {"asked" | "hidden" | "three minutes" | "step" | "epoch" | "diverged" | "back"} Why
 * @typedef {object} ReadyState
 * @property {"ready"} kind
 * @property {number} step
 * @property {boolean} plain           whether it runs in JavaScript, which is slower
 * @property {number} digits           of an epoch
 * @property {number} stepsPerEpoch
 * @property {number} measured         test digits that figures are means over
 * @property {number[]} examples       places of eight test digits
 * @property {Uint8Array} originals    (8, 784) their grey values
 * @typedef {{kind: "running", step: number}
 *   | {kind: "paused", step: number, why: Why}
 *   | {kind: "stopped", step: number, why: Why, message: string}
 *   | ReadyState} RunState
 *   `stopped`: it went astray and can only go back, or be reset; `message` says so in a sentence.
 *
 * @typedef {object} Exported
 * @property {Weights} weights
 * @property {RunSettings} settings   as they were last: beta and the learning rate may have changed
 * @property {EpochFigures[]} history
 * @property {{steps: number, epochs: number, digits: number, pictures: number, drawings: number, seconds: number,
 *   plain: boolean, measured: number, test: TestFigures | null, accuracy: number | null,
 *   klPerDimension: Float32Array}} figures
 *   of the model as it is; `digits` are those of an epoch: `pictures` of the data set, and each of the visitor's own
 *   `drawings` as often as the settings say
 *
 * @typedef {{type: "open", start: RunStart}
 *   | {type: "start" | "pause" | "step" | "epoch" | "backToGood"}
 *   | {type: "beta", value: number}
 *   | {type: "plane" | "hidden", value: boolean}
 *   | {type: "alive"}
 *   | {type: "recorded", id: number, index: number}
 *   | {type: "export", id: number}} Request
 * @typedef {{type: "state", state: RunState}
 *   | {type: "frame", frame: Frame}
 *   | {type: "alive"}
 *   | {type: "reply", id: number, value: Frame | Exported}
 *   | {type: "fault", message: string, id?: number}} Answer
 */

import { nextTask } from "../timing/next_task.js";
import { LiveFrames } from "./live_frames.js";
import { TrainingRun } from "./training_run.js";
import { whole } from "./whole.js";

const SLICE_MS = 10;
/** So long it runs unasked: a phone does not get hot. */
export const LONGEST_MS = 3 * 60_000;

const TEXT = {
  memory: "This browser has no memory left for this training. Close other tabs, or choose fewer hidden units.",
  /** @param {string} what */
  failed: (what) => `Training stopped unexpectedly (${what}). Begin again; if it happens again, reload the page.`,
};

export class RunLoop {
  #post;
  #clock;
  /** @type {TrainingRun | null} */
  #run = null;
  /** Those of the run. @type {LiveFrames | null} */
  #frames = null;
  /** What it runs until; null while it does not. @type {{step: number, why: Why} | null} */
  #goal = null;
  #looping = false;
  /** What it goes on to when somebody sees the page again. @type {{step: number, why: Why} | null} */
  #hiddenGoal = null;
  #plane = false;
  /** Milliseconds of training until it was started last. */
  #elapsedAtStart = 0;
  /** Requests are answered one after the other: opening takes a while. */
  #queue = Promise.resolve();

  /**
   * @param {(answer: Answer) => void} post
   * @param {() => number} [clock]  milliseconds
   */
  constructor(post, clock = () => performance.now()) {
    this.#post = post;
    this.#clock = clock;
  }

  /** @param {Request} request */
  take(request) {
    this.#queue = this.#queue.then(() => this.#answer(request)).catch((error) => this.#fail(error, request));
  }

  /** Ends for good. */
  close() {
    this.#goal = this.#run = this.#frames = null;
  }

  /** @param {Request} request */
  async #answer(request) {
    if (request.type === "open") {
      await this.#open(request.start);
      return;
    }
    if (request.type === "hidden") {
      this.#hide(request.value);
      return;
    }
    if (request.type === "alive") this.#post({ type: "alive" });
    if (request.type === "plane") this.#plane = request.value;
    const [run, frames] = [this.#run, this.#frames];
    if (!run || !frames) return;
    switch (request.type) {
      case "start":
        this.#go(Number.POSITIVE_INFINITY, "asked");
        break;
      case "pause":
        if (this.#goal) this.#pause("asked");
        break;
      case "step":
        this.#go(run.step + 1, "step");
        break;
      case "epoch":
        this.#go((Math.floor(run.step / run.stepsPerEpoch) + 1) * run.stepsPerEpoch, "epoch");
        break;
      case "beta":
        run.setBeta(request.value);
        break;
      case "plane":
        frames.plane = request.value;
        if (!this.#goal) frames.showNow();
        break;
      case "backToGood":
        this.#back(run, frames);
        break;
      case "recorded":
        this.#post({ type: "reply", id: request.id, value: frames.recorded(request.index) });
        break;
      case "export":
        this.#post({ type: "reply", id: request.id, value: exported(run, frames.elapsed) });
    }
  }

  /** @param {RunStart} start */
  async #open(start) {
    this.#goal = this.#hiddenGoal = this.#run = this.#frames = null;
    const run = await TrainingRun.create(start);
    const frames = new LiveFrames(run, (frame) => this.#post({ type: "frame", frame }), this.#clock);
    frames.plane = this.#plane;
    this.#run = run;
    this.#frames = frames;
    const { digits, stepsPerEpoch, test, trainer } = run;
    const { measured, examples, originals } = test;
    this.#say({ kind: "ready", step: 0, plain: trainer.plain, digits, stepsPerEpoch, measured, examples, originals });
    frames.showNow();
  }

  /** @param {number} step @param {Why} why */
  #go(step, why) {
    if (!this.#run || !this.#frames || this.#run.trouble) return;
    this.#goal = { step, why };
    this.#hiddenGoal = null;
    this.#elapsedAtStart = this.#frames.elapsed;
    this.#frames.begin();
    this.#say({ kind: "running", step: this.#run.step });
    if (!this.#looping) this.#loop().catch((error) => this.#fail(error));
  }

  /** @param {boolean} hidden  whether nobody sees the page */
  #hide(hidden) {
    if (hidden && this.#goal) {
      this.#hiddenGoal = this.#goal;
      this.#pause("hidden");
    } else if (!hidden && this.#hiddenGoal) this.#go(this.#hiddenGoal.step, this.#hiddenGoal.why);
  }

  async #loop() {
    this.#looping = true;
    try {
      while (this.#goal && this.#frames) {
        const frames = this.#frames;
        const begun = this.#clock();
        let now = begun;
        do {
          this.#work(now);
          now = this.#clock();
        } while (this.#goal && now - begun < SLICE_MS);
        frames.elapsed += now - begun;
        if (this.#goal && frames.elapsed - this.#elapsedAtStart >= LONGEST_MS) this.#pause("three minutes");
        await nextTask();
      }
    } finally {
      this.#looping = false;
    }
  }

  /** The next piece of a frame that is due, else of training. @param {number} now */
  #work(now) {
    const [run, goal] = [this.#run, this.#goal];
    if (!run || !goal || this.#frames?.work(now)) return;
    run.advance();
    if (run.trouble) this.#stop(run.trouble);
    else if (run.step >= goal.step) this.#pause(goal.why);
  }

  /** @param {Why} why */
  #pause(why) {
    const run = /** @type {TrainingRun} */ (this.#run);
    this.#goal = null;
    run.measureNow();
    this.#frames?.showNow();
    this.#say({ kind: "paused", step: run.step, why });
  }

  /** @param {string} message */
  #stop(message) {
    this.#goal = null;
    this.#say({ kind: "stopped", step: /** @type {TrainingRun} */ (this.#run).step, why: "diverged", message });
  }

  /** @param {TrainingRun} run @param {LiveFrames} frames */
  #back(run, frames) {
    this.#goal = null;
    const step = run.backToGood();
    frames.dropAfter(step);
    frames.showNow();
    this.#say({ kind: "paused", step, why: "back" });
  }

  /** @param {RunState} state */
  #say(state) {
    this.#post({ type: "state", state });
  }

  /** @param {unknown} error @param {Request} [request] */
  #fail(error, request) {
    const id = request && "id" in request ? request.id : undefined;
    if (id === undefined) this.#goal = null;
    this.#post({ type: "fault", message: sentence(error), id });
  }
}

/**
 * @param {TrainingRun} run
 * @param {number} elapsed  milliseconds of training
 * @returns {Exported}
 */
function exported({ trainer, test, settings, history, step, epoch, digits, pictures, drawings }, elapsed) {
  const codes = test.emptyCodes();
  whole(test.encode(trainer, codes));
  return {
    weights: trainer.weights(),
    settings: { ...settings },
    history,
    figures: {
      steps: step,
      epochs: epoch,
      digits,
      pictures,
      drawings,
      seconds: elapsed / 1000,
      plain: trainer.plain,
      measured: test.measured,
      test: whole(test.evaluate(trainer, step)),
      accuracy: whole(test.accuracy(codes.mu)),
      klPerDimension: settings.deterministic
        ? new Float32Array(settings.latentDim)
        : test.klPerDimension(codes.mu, codes.logVar),
    },
  };
}

/** @param {unknown} error */
function sentence(error) {
  const message = error instanceof Error ? error.message : String(error);
  // Browsers word it differently: an array buffer, a WebAssembly memory, or just memory.
  if (/memory|allocation|invalid array length/i.test(message)) return TEXT.memory;
  return /[.!]$/.test(message) ? message : TEXT.failed(message);
}
