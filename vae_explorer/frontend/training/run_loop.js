/**
 * Runs a training a slice of time at a time, so that a message is heard within milliseconds: in the background worker,
 * or in the page where there is none.
 *
 * @typedef {import("./buffers.js").Weights} Weights
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
 *   | {type: "recorded", id: number, index: number}
 *   | {type: "export", id: number}} Request
 * @typedef {{type: "state", state: RunState}
 *   | {type: "frame", frame: Frame}
 *   | {type: "reply", id: number, value: Frame | Exported}
 *   | {type: "fault", message: string, id?: number}} Answer
 */

import { nextTask } from "../next_task.js";
import { FrameMaker } from "./frames.js";
import { Records } from "./records.js";
import { TrainingRun } from "./training_run.js";

const SLICE_MS = 10;
const FRAME_MS = 80;
// Frames never take more than a quarter of the time: on a slow machine they are fewer.
const FRAME_SHARE = 1 / 4;
const ACCURACY_MS = 1000;
/** So long it runs unasked: a phone does not get hot. */
export const LONGEST_MS = 3 * 60_000;

const TEXT = {
  memory: "This browser has no memory left for this training. Close other tabs, or choose fewer hidden units.",
  /** @param {string} what */
  failed: (what) => `Training stopped unexpectedly (${what}). Reset it; if it happens again, reload the page.`,
  noRecord: "This moment is no longer kept.",
};

export class RunLoop {
  #post;
  #clock;
  /** @type {TrainingRun | null} */
  #run = null;
  /** @type {FrameMaker | null} */
  #frames = null;
  /** @type {Records<Frame>} */
  #records = new Records();
  /** What it runs until; null while it does not. @type {{step: number, why: Why} | null} */
  #goal = null;
  #looping = false;
  /** What it goes on to when somebody sees the page again. @type {{step: number, why: Why} | null} */
  #hiddenGoal = null;
  #plane = false;
  /** @type {Generator<void, import("./frames.js").Picture> | null} */
  #making = null;
  #makingMs = 0;
  #frameDue = 0;
  #accuracyDue = 0;
  /** Of training, in milliseconds. */
  #elapsed = 0;
  #elapsedAtStart = 0;
  #last = { elapsed: 0, step: 0 };
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
    this.#goal = null;
    this.#run = null;
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
    if (request.type === "plane") this.#plane = request.value;
    const run = this.#run;
    if (!run) return;
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
        if (!this.#goal) this.#showNow();
        break;
      case "backToGood":
        this.#back(run);
        break;
      case "recorded": {
        const frame = this.#records.at(request.index);
        if (!frame) throw new RangeError(TEXT.noRecord);
        const value = { ...frame, index: request.index, recorded: this.#records.length };
        this.#post({ type: "reply", id: request.id, value });
        break;
      }
      case "export":
        this.#post({ type: "reply", id: request.id, value: this.#export(run) });
    }
  }

  /** @param {RunStart} start */
  async #open(start) {
    this.#goal = this.#hiddenGoal = this.#run = null;
    const run = await TrainingRun.create(start);
    this.#run = run;
    this.#frames = new FrameMaker(run);
    this.#records = new Records();
    this.#making = null;
    this.#elapsed = 0;
    this.#last = { elapsed: 0, step: 0 };
    this.#accuracyDue = 0;
    const { digits, stepsPerEpoch, test, trainer } = run;
    const { measured, examples, originals } = test;
    this.#say({ kind: "ready", step: 0, plain: trainer.plain, digits, stepsPerEpoch, measured, examples, originals });
    this.#showNow();
  }

  /** @param {number} step @param {Why} why */
  #go(step, why) {
    if (!this.#run || this.#run.trouble) return;
    this.#goal = { step, why };
    this.#hiddenGoal = null;
    this.#elapsedAtStart = this.#elapsed;
    this.#frameDue = this.#clock() + FRAME_MS;
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
      while (this.#goal) {
        const begun = this.#clock();
        let now = begun;
        do {
          this.#work(now);
          now = this.#clock();
        } while (this.#goal && now - begun < SLICE_MS);
        this.#elapsed += now - begun;
        if (this.#goal && this.#elapsed - this.#elapsedAtStart >= LONGEST_MS) this.#pause("three minutes");
        await nextTask();
      }
    } finally {
      this.#looping = false;
    }
  }

  /** The next piece of a frame that is due, else of training. @param {number} now */
  #work(now) {
    const [run, goal] = [this.#run, this.#goal];
    if (!run || !goal) return;
    if (!this.#making && now >= this.#frameDue) {
      this.#making = this.#newFrame(now);
      this.#makingMs = 0;
    }
    if (this.#making) {
      const { done, value } = this.#making.next();
      const end = this.#clock();
      this.#makingMs += end - now;
      if (!done) return;
      this.#making = null;
      this.#frameDue = now + Math.max(FRAME_MS - this.#makingMs, this.#makingMs * (1 / FRAME_SHARE - 1));
      this.#show(value, end);
      return;
    }
    run.advance();
    if (run.trouble) this.#stop(run.trouble);
    else if (run.step >= goal.step) this.#pause(goal.why);
  }

  /** @param {number} now */
  #newFrame(now) {
    const accuracy = now >= this.#accuracyDue;
    if (accuracy) this.#accuracyDue = now + ACCURACY_MS;
    return /** @type {FrameMaker} */ (this.#frames).make({ plane: this.#plane, accuracy });
  }

  /** A frame of the model as it is, at once. */
  #showNow() {
    const making = this.#making ?? this.#newFrame(this.#clock());
    this.#making = null;
    let next = making.next();
    while (!next.done) next = making.next();
    this.#show(next.value);
  }

  /**
   * @param {import("./frames.js").Picture} picture
   * @param {number} [now]  while it runs
   */
  #show(picture, now) {
    const run = /** @type {TrainingRun} */ (this.#run);
    const elapsed = this.#elapsed;
    const spent = elapsed - this.#last.elapsed;
    const steps = picture.step - this.#last.step;
    const digitsPerSecond =
      now !== undefined && spent > 0 && steps > 0 ? (1000 * steps * run.digits) / run.stepsPerEpoch / spent : null;
    this.#last = { elapsed, step: picture.step };
    const frame = { ...picture, index: 0, recorded: 0, seconds: elapsed / 1000, digitsPerSecond };
    // Only what is new is kept: a picture of a step that is there already, such as one with the plane, is not.
    const kept = this.#records.at(this.#records.length - 1)?.step !== frame.step && this.#records.add(frame);
    frame.recorded = this.#records.length;
    frame.index = frame.recorded - (kept ? 1 : 0);
    this.#post({ type: "frame", frame });
  }

  /** @param {Why} why */
  #pause(why) {
    const run = /** @type {TrainingRun} */ (this.#run);
    this.#goal = null;
    run.measureNow();
    this.#showNow();
    this.#say({ kind: "paused", step: run.step, why });
  }

  /** @param {string} message */
  #stop(message) {
    this.#goal = null;
    this.#making = null;
    this.#say({ kind: "stopped", step: /** @type {TrainingRun} */ (this.#run).step, why: "diverged", message });
  }

  /** @param {TrainingRun} run */
  #back(run) {
    this.#goal = null;
    this.#making = null;
    const step = run.backToGood();
    this.#records.dropAfter(step);
    this.#last = { elapsed: this.#elapsed, step };
    this.#showNow();
    this.#say({ kind: "paused", step, why: "back" });
  }

  /** @param {TrainingRun} run @returns {Exported} */
  #export({ trainer, test, settings, history, step, epoch, digits, pictures, drawings }) {
    const { mu, logVar } = result(test.encode(trainer));
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
        seconds: this.#elapsed / 1000,
        plain: trainer.plain,
        measured: test.measured,
        test: result(test.evaluate(trainer, step)),
        accuracy: result(test.accuracy(mu)),
        klPerDimension: settings.deterministic ? new Float32Array(settings.latentDim) : test.klPerDimension(mu, logVar),
      },
    };
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

/** @template T @param {Generator<void, T>} slices @returns {T} */
function result(slices) {
  let next = slices.next();
  while (!next.done) next = slices.next();
  return next.value;
}

/** @param {unknown} error */
function sentence(error) {
  const message = error instanceof Error ? error.message : String(error);
  // Browsers word it differently: an array buffer, a WebAssembly memory, or just memory.
  if (/memory|allocation|invalid array length/i.test(message)) return TEXT.memory;
  return /[.!]$/.test(message) ? message : TEXT.failed(message);
}
