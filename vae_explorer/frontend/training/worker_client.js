/**
 * A training that runs in a background worker: the page's side of it. Where the browser has no such worker, the page
 * itself trains, a slice at a time.
 *
 * @typedef {import("./frames.js").Frame} Frame
 * @typedef {import("./run_loop.js").Answer} Answer
 * @typedef {import("./run_loop.js").Exported} Exported
 * @typedef {import("./run_loop.js").Request} Request
 * @typedef {import("./run_loop.js").RunState} RunState
 * @typedef {import("./settings.js").RunSettings} RunSettings
 * @typedef {import("./training_run.js").RunStart} RunStart
 *
 * @typedef {object} Listeners
 * @property {(frame: Frame) => void} onFrame    not to be written to
 * @property {(state: RunState) => void} onState
 * @property {(message: string) => void} onFault a sentence; after it nothing runs any more
 *
 * @typedef {{post: (request: Request) => void, end: () => void}} Trainer
 */

import { Heartbeat } from "./heartbeat.js";
import { RunLoop } from "./run_loop.js";

const TEXT = {
  lost: "The training has stopped: this browser has ended it, most likely for want of memory.",
};

/**
 * @param {RunStart} start
 * @param {Listeners} listeners
 * @returns {Promise<Run>}  when it is ready: after the states and frames of step 0 have been heard
 * @throws {Error}  it cannot be opened; the message is a sentence
 */
export function openRun(start, listeners) {
  return new Promise((resolve, reject) => {
    const run = new Run(start, listeners, () => resolve(run), reject);
  });
}

export class Run {
  #start;
  #listeners;
  #opened;
  /** @type {((error: Error) => void) | null}  null once it has been opened */
  #refused;
  /** @type {Map<number, {resolve: (value: any) => void, reject: (error: Error) => void}>} */
  #waiting = new Map();
  #lastId = 0;
  #closed = false;
  /** @type {Trainer} */
  #trainer;
  #tell = () => this.#trainer.post({ type: "hidden", value: document.visibilityState === "hidden" });

  /**
   * @param {RunStart} start
   * @param {Listeners} listeners
   * @param {() => void} opened
   * @param {(error: Error) => void} refused
   */
  constructor(start, listeners, opened, refused) {
    this.#start = start;
    this.#listeners = listeners;
    this.#opened = opened;
    this.#refused = refused;
    this.#trainer = this.#inWorker() ?? this.#inPage();
    this.#trainer.post({ type: "open", start });
    document.addEventListener("visibilitychange", this.#tell);
  }

  /** Trains until it is paused, for three minutes at most. */
  start() {
    this.#trainer.post({ type: "start" });
  }

  pause() {
    this.#trainer.post({ type: "pause" });
  }

  /** One step. */
  step() {
    this.#trainer.post({ type: "step" });
  }

  /** To the end of the epoch. */
  epoch() {
    this.#trainer.post({ type: "epoch" });
  }

  /** @param {number} value  0…10, from the next step on */
  setBeta(value) {
    this.#trainer.post({ type: "beta", value });
  }

  /** @param {boolean} value  whether frames have the decoded plane */
  setPlane(value) {
    this.#trainer.post({ type: "plane", value });
  }

  /**
   * To step 0, with the same digits. For others of the data set close this one, and open another.
   *
   * @param {RunSettings} settings
   * @param {import("./atlas.js").Digits} [drawings]  the visitor's own, as they are now
   */
  reset(settings, drawings) {
    this.#start = { ...this.#start, settings, drawings };
    this.#trainer.post({ type: "open", start: this.#start });
  }

  /** After it stopped: to the last good state, with a lower learning rate. It is paused then. */
  backToGood() {
    this.#trainer.post({ type: "backToGood" });
  }

  /** @param {number} index  0…recorded - 1 of the newest frame @returns {Promise<Frame>} */
  recorded(index) {
    return this.#ask((id) => ({ type: "recorded", id, index }));
  }

  /** The model as it is. @returns {Promise<Exported>} */
  export() {
    return this.#ask((id) => ({ type: "export", id }));
  }

  close() {
    this.#closed = true;
    document.removeEventListener("visibilitychange", this.#tell);
    this.#trainer.end();
  }

  /** @param {(id: number) => Request} request @returns {Promise<any>} */
  #ask(request) {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#trainer.post(request(id));
    });
  }

  /** @returns {Trainer | null}  null where there are no workers */
  #inWorker() {
    /** @type {Worker} */
    let worker;
    try {
      worker = new Worker(new URL("./train_worker.js", import.meta.url));
    } catch {
      return null;
    }
    const heartbeat = new Heartbeat(
      () => worker.postMessage({ type: "alive" }),
      () => this.#lose(),
    );
    const end = () => {
      heartbeat.end();
      worker.terminate();
    };
    worker.onmessage = (/** @type {MessageEvent<Answer>} */ { data }) => {
      heartbeat.heard();
      this.#hear(data);
    };
    worker.onmessageerror = () => this.#lose(); // there was no memory for what it said
    worker.onerror = () => {
      // Its script did not arrive: the page does it. If it crashed later, it would crash the page as well.
      if (!this.#refused) return this.#lose();
      end();
      this.#trainer = this.#inPage();
      this.#trainer.post({ type: "open", start: this.#start });
    };
    return { post: (request) => worker.postMessage(request), end };
  }

  /** @returns {Trainer} */
  #inPage() {
    const loop = new RunLoop((answer) => this.#hear(answer));
    return { post: (request) => loop.take(request), end: () => loop.close() };
  }

  /** The worker is no more, or of no use. */
  #lose() {
    this.#trainer.end();
    for (const { reject } of this.#waiting.values()) reject(new Error(TEXT.lost));
    this.#waiting.clear();
    this.#hearFault(TEXT.lost);
  }

  /** @param {Answer} answer */
  #hear(answer) {
    if (this.#closed) return;
    if (answer.type === "reply") {
      this.#waiting.get(answer.id)?.resolve(answer.value);
      this.#waiting.delete(answer.id);
    } else if (answer.type === "fault") this.#hearFault(answer.message, answer.id);
    else if (answer.type === "state") this.#listeners.onState(answer.state);
    else if (answer.type === "frame") {
      this.#listeners.onFrame(answer.frame);
      if (this.#refused) this.#opened();
      this.#refused = null;
    }
  }

  /** @param {string} message @param {number} [id]  of what was asked */
  #hearFault(message, id) {
    const asked = id === undefined ? undefined : this.#waiting.get(id);
    if (id !== undefined) this.#waiting.delete(id);
    if (asked) asked.reject(new Error(message));
    else if (this.#refused) {
      this.close();
      this.#refused(new Error(message));
    } else this.#listeners.onFault(message);
  }
}
