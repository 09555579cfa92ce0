/**
 * The run that this tab trains: settings, the worker's run, what it has shown so far. No elements: the view shows it.
 *
 * @typedef {import("../../own/drawings.js").Drawings} Drawings
 * @typedef {import("../../training/settings.js").RunSettings} RunSettings
 * @typedef {import("../../training/frames.js").Frame} Frame
 * @typedef {import("../../training/run_loop.js").RunState} RunState
 * @typedef {import("../../types.js").TrainingSet} TrainingSet
 * @typedef {import("../../training/worker_client.js").Run} Run
 * @typedef {import("../../training/atlas.js").Digits} Digits
 * @typedef {import("../../training/run_loop.js").Exported} Exported
 *
 * @typedef {RunState | {kind: "loading", step: 0}} State
 */

import { digitsOf } from "../../own/drawings.js";
import { loadDigits } from "../../training/atlas.js";
import { checked } from "../../training/settings.js";
import { openRun } from "../../training/worker_client.js";
import { Curves } from "./curves.js";
import { drawingsIn } from "./drawings_in.js";

/** Nothing is there yet. @type {State} */
const LOADING = { kind: "loading", step: 0 };

const nobody = () => {};

export class TrainingSession {
  #sets;
  #baseUrl;
  #drawings;
  /** Of the run that is there or being opened. @type {object | null} */
  #opening = null;
  /** @type {Run | null} */
  #run = null;
  /** Of a run that was left while it was running: it goes on when its visitor comes back. */
  #wasRunning = false;
  /** Counts the runs that were begun: what one of them is after so many steps is the same whenever it is looked at. */
  #runs = 0;
  /** A run that is being opened goes on at once. */
  #startsOnceOpen = false;
  /** The state that was asked for last; earlier ones may arrive later. */
  #reviews = 0;

  /** Those that the run was last asked to begin with; soon it has them. @type {RunSettings} */
  #ordered;
  /** The visitor's drawings in that run, by their key. */
  #orderedDrawings = "";

  /** As the page shows them. @type {RunSettings} */
  settings;
  /** Those of the run. @type {RunSettings} */
  used;
  state = LOADING;
  /** Why there is no run, or none any more; a sentence. @type {string | null} */
  fault = null;
  /** The newest. @type {Frame | null} */
  frame = null;
  /** A recorded one, while the visitor looks back. @type {Frame | null} */
  reviewed = null;
  curves = new Curves();
  /** Of the test digits. @type {Uint8Array | null} */
  labels = null;
  /** All test pictures of the data set. @type {Digits | null} */
  #allTest = null;
  /** The test digits that the page shows, (8, 784). @type {Uint8Array | null} */
  originals = null;
  showsPlane = false;
  /** Of the visitor who is here. @type {() => void} */
  #onChange = nobody;

  /**
   * @param {RunSettings} settings
   * @param {Record<string, TrainingSet>} sets  the data sets by name
   * @param {string} baseUrl  what their addresses are relative to
   * @param {Drawings} drawings  the visitor's own
   */
  constructor(settings, sets, baseUrl, drawings) {
    this.#sets = sets;
    this.#baseUrl = baseUrl;
    this.#drawings = drawings;
    this.settings = this.used = this.#ordered = settings;
    this.#orderedDrawings = this.drawingsNow.key;
    drawings.listen(() => this.#hearDrawings());
  }

  /** What the page shows: the newest state, or the one that the visitor has gone back to. */
  get shown() {
    return this.reviewed ?? this.frame;
  }

  get isOpen() {
    return this.#run !== null;
  }

  get isRunning() {
    return this.state.kind === "running";
  }

  /** @returns {(keyof RunSettings)[]}  what is set otherwise than in the run, and needs a new one */
  get pending() {
    const names = /** @type {(keyof RunSettings)[]} */ (Object.keys(this.settings));
    // The weight of drawings that there are none of changes nothing.
    const isOther = (/** @type {keyof RunSettings} */ name) =>
      name === "drawings"
        ? this.drawingsNow.key !== this.#orderedDrawings
        : String(this.settings[name]) !== String(this.#ordered[name]);
    return names.filter(isOther);
  }

  /** The visitor's drawings that a new run would have. */
  get drawingsNow() {
    return drawingsIn(this.#drawings, this.settings);
  }

  /** Somebody looks. @param {() => void} onChange  called after each change */
  arrive(onChange) {
    this.#onChange = onChange;
    if (!this.#opening) this.#open();
    else if (this.#wasRunning) this.start();
    else this.#applyIfNew(); // something was drawn meanwhile
    this.#wasRunning = false;
  }

  /**
   * Nobody looks any more: nothing is trained then. The next view may be there before the last one goes.
   *
   * @param {() => void} onChange  of whoever leaves
   */
  leave(onChange) {
    if (this.#onChange !== onChange) return;
    this.#onChange = nobody;
    this.#wasRunning = this.isRunning || this.#startsOnceOpen;
    this.#startsOnceOpen = false;
    this.#run?.pause();
  }

  async #open() {
    this.fault = null;
    const opening = {};
    this.#opening = opening;
    const isCurrent = () => this.#opening === opening; // else another was asked for meanwhile
    const { settings, drawingsNow } = this;
    try {
      const digits = await loadDigits(this.#sets[settings.data], this.#baseUrl);
      if (!isCurrent()) return;
      this.#ordered = settings;
      this.#orderedDrawings = drawingsNow.key;
      const { train, test } = digits;
      const run = await openRun(
        { settings, train, test, drawings: digitsOf(drawingsNow.list) },
        {
          onFrame: (frame) => isCurrent() && this.#take(frame),
          onState: (state) => isCurrent() && this.#hearState(state, digits),
          onFault: (sentence) => isCurrent() && this.#fail(sentence),
        },
      );
      if (!isCurrent()) {
        run.close();
        return;
      }
      this.#run = run;
      run.setPlane(this.showsPlane);
      this.#applyIfNew(); // what was set while it was opened
      if (this.#startsOnceOpen) this.start();
    } catch (error) {
      if (!isCurrent()) return;
      this.#fail(error instanceof Error ? error.message : String(error));
    }
    this.#onChange();
  }

  /**
   * @param {RunState} state
   * @param {{test: Digits, allTest: Digits}} digits
   */
  #hearState(state, { test, allTest }) {
    this.state = state;
    if (state.kind === "ready") {
      // Not before: until now the page shows the run before, maybe of other pictures.
      this.labels = test.labels;
      this.#allTest = allTest;
      this.originals = state.originals;
      this.used = this.#ordered;
      this.#runs++;
    }
    this.#onChange();
  }

  /** @param {Frame} frame */
  #take(frame) {
    const { learningRate } = frame;
    // It is lower after the run went back to where it was in order.
    if (learningRate !== this.used.learningRate) this.#change({ learningRate });
    if (frame.step === 0) this.curves.clear();
    this.curves.add(frame);
    this.frame = frame;
    this.#onChange();
  }

  /** Of the run that is there, too. @param {Partial<RunSettings>} change */
  #change(change) {
    this.settings = { ...this.settings, ...change };
    this.used = { ...this.used, ...change };
    this.#ordered = { ...this.#ordered, ...change };
  }

  /** @param {string} sentence */
  #fail(sentence) {
    this.fault = sentence;
    this.#startsOnceOpen = false;
    this.#close();
    this.state = LOADING;
    this.#onChange();
  }

  #close() {
    this.#run?.close();
    this.#run = this.#opening = null;
  }

  /** A new run of digits that are fetched anew. */
  retry() {
    this.#live();
    this.#close();
    this.#open();
  }

  start() {
    this.#live();
    this.#startsOnceOpen = !this.#run;
    this.#run?.start();
  }

  pause() {
    this.#run?.pause();
  }

  step() {
    this.#live();
    this.#run?.step();
  }

  epoch() {
    this.#live();
    this.#run?.epoch();
  }

  /** A state before the loss became no number. */
  backToGood() {
    this.#live();
    this.#run?.backToGood();
  }

  /** A new run, with the settings as they are now. */
  reset() {
    this.#live();
    if (this.settings.data !== this.#ordered.data) {
      this.retry();
      return;
    }
    const { key, list } = this.drawingsNow;
    this.#ordered = this.settings;
    this.#orderedDrawings = key;
    this.#run?.reset(this.settings, digitsOf(list));
    this.#onChange();
  }

  /** The same, and it goes on at once. */
  restart() {
    this.reset();
    this.start();
  }

  /** The weight of the KL, of the run as well. @param {number} beta */
  setBeta(beta) {
    this.#change({ beta });
    this.#run?.setBeta(beta);
    this.#onChange();
  }

  /**
   * Settings for the next run; for this one where it has not begun.
   *
   * @param {Partial<RunSettings>} change
   */
  set(change) {
    this.settings = checked({ ...this.settings, ...change });
    this.#onChange();
    this.#applyIfNew();
  }

  #applyIfNew() {
    if (this.#run && !this.isRunning && this.state.step === 0 && this.pending.length) this.reset();
  }

  /** While nobody looks, they wait. */
  #hearDrawings() {
    if (this.#onChange === nobody) return;
    this.#onChange();
    this.#applyIfNew();
  }

  /** @param {boolean} shows */
  setPlane(shows) {
    this.showsPlane = shows;
    this.#run?.setPlane(shows);
  }

  /**
   * Goes back to a state that was recorded, or to the newest; nothing is trained meanwhile.
   *
   * @param {number} index  from 0
   * @returns {Promise<void>}  when it is shown, unless another was asked for meanwhile
   */
  async review(index) {
    const run = this.#run;
    if (!run) return;
    if (this.isRunning) run.pause();
    const number = ++this.#reviews;
    const frame = await run.recorded(index).catch(() => null); // it may have been dropped just now
    if (number !== this.#reviews) return;
    this.reviewed = frame;
    this.#onChange();
  }

  /** @param {number} index @returns {Promise<Frame>}  not shown */
  recorded(index) {
    if (!this.#run) throw new Error("There is no run.");
    return this.#run.recorded(index);
  }

  /**
   * The model as it is now, which is shown again, and all test pictures of its data set. Nothing is trained any more
   * meanwhile.
   *
   * @returns {Promise<{run: number, trained: Exported, test: Digits}>}  `run` tells the runs of this tab apart
   */
  async exported() {
    if (!this.#run || !this.#allTest) throw new Error("There is no run.");
    this.#live();
    this.#onChange();
    this.pause();
    return { run: this.#runs, trained: await this.#run.export(), test: this.#allTest };
  }

  #live() {
    this.#reviews++;
    this.reviewed = null;
  }
}
