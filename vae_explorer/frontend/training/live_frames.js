/**
 * Which pictures of a run are made while it trains, and what is kept of them. The map is to move ten times a second, and
 * most of the time is to be training's: a picture has a budget, and how far apart the classes lie is measured beside it.
 *
 * @typedef {import("./frames.js").Frame} Frame
 * @typedef {import("./frames.js").Picture} Picture
 * @typedef {import("./training_run.js").TrainingRun} TrainingRun
 */

import { FrameMaker } from "./frames.js";
import { Pace } from "./pace.js";
import { Records } from "./records.js";
import { whole } from "./whole.js";

const FRAME_MS = 80;
// Pictures never take more than a quarter of the time: on a slow machine they are fewer.
const FRAME_SHARE = 1 / 4;
// Test digits that are not encoded anew by then wait for the next picture, or with 400 hidden units, where all 2,000 take
// 20 ms and the rest of a picture 7, a picture would be more than a quarter of the 100 ms that there are.
const ENCODE_MS = 12;
// How far apart the classes lie is measured by a picture that has all digits, for codes of different moments lie less so:
// a space that forms turns and grows. At most this often, in this share of the time, and after each time there
// is none of it for as long as it took: with 20 dimensions it is 100 ms of work.
const ACCURACY_MS = 1000;
const ACCURACY_SHARE = 1 / 4;

const TEXT = {
  noRecord: "This moment is no longer kept.",
};

export class LiveFrames {
  #run;
  #post;
  #clock;
  #maker;
  /** @type {Records<Frame>} */
  #records = new Records();
  #pace = new Pace();
  /** @type {Generator<void, Picture, boolean | undefined> | null} */
  #making = null;
  #makingBegun = 0;
  #makingMs = 0;
  /** Whether the picture that is being made is to have all digits. */
  #isWhole = false;
  #frameDue = 0;
  /** @type {Generator<void, number | null> | null} */
  #scoring = null;
  #scoringBegun = 0;
  #scoreDue = 0;
  /** @type {number | null} */
  #accuracy = null;

  /** Whether pictures have the decoded plane. */
  plane = false;
  /** Milliseconds of training so far; whoever trains counts them. */
  elapsed = 0;

  /**
   * @param {TrainingRun} run
   * @param {(frame: Frame) => void} post
   * @param {() => number} clock  milliseconds
   */
  constructor(run, post, clock) {
    this.#run = run;
    this.#post = post;
    this.#clock = clock;
    this.#maker = new FrameMaker(run);
  }

  /** Training begins or goes on. */
  begin() {
    this.#frameDue = this.#clock() + FRAME_MS;
  }

  /**
   * Does the next piece of what is due, if anything is. While a picture is being made no step may be taken.
   *
   * @param {number} now
   * @returns {boolean}  whether anything was
   */
  work(now) {
    if (!this.#making && now >= this.#frameDue) {
      this.#making = this.#maker.make(this.plane);
      this.#makingBegun = now;
      this.#makingMs = 0;
      this.#isWhole = !this.#scoring && now >= this.#scoreDue;
    }
    if (this.#making) this.#make(this.#making, now);
    else if (this.#scoring && now >= this.#scoreDue) this.#score(this.#scoring, now);
    else return false;
    return true;
  }

  /** A picture of the model as it is, all of it, at once. */
  showNow() {
    this.drop();
    const now = this.#clock();
    const picture = whole(this.#maker.make(this.plane));
    if (now - this.#scoringBegun >= ACCURACY_MS || this.#accuracy === null) {
      this.#accuracy = whole(this.#maker.score());
      this.#scoring = null;
      this.#scoringBegun = now;
      this.#scoreDue = now + ACCURACY_MS;
    }
    this.#show(picture, false);
  }

  /** A picture that is being made is of no use any more. */
  drop() {
    this.#making = null;
  }

  /** The run went back: forgets what came after a step. @param {number} step */
  dropAfter(step) {
    this.drop();
    this.#scoring = null;
    this.#accuracy = null;
    this.#records.dropAfter(step);
    this.#pace.clear();
  }

  /** @param {number} index @returns {Frame} @throws {RangeError} it is none of those that are kept */
  recorded(index) {
    const frame = this.#records.at(index);
    if (!frame) throw new RangeError(TEXT.noRecord);
    return { ...frame, index, recorded: this.#records.length };
  }

  /** @param {Generator<void, Picture, boolean | undefined>} making @param {number} now */
  #make(making, now) {
    const { done, value } = making.next(!this.#isWhole && this.#makingMs >= ENCODE_MS);
    this.#makingMs += this.#clock() - now;
    if (!done) return;
    this.#making = null;
    this.#frameDue = this.#makingBegun + Math.max(FRAME_MS, this.#makingMs / FRAME_SHARE);
    this.#show(value, true);
    if (!this.#isWhole) return;
    this.#scoring = this.#maker.score();
    this.#scoringBegun = now;
  }

  /**
   * A slice of it; between two there is time to train.
   *
   * @param {Generator<void, number | null>} scoring
   * @param {number} now
   */
  #score(scoring, now) {
    const { done, value } = scoring.next();
    const end = this.#clock();
    this.#scoreDue = end + (end - now) * (1 / ACCURACY_SHARE - 1);
    if (!done) return;
    this.#scoring = null;
    this.#accuracy = value;
    this.#scoreDue = Math.max(this.#scoringBegun + ACCURACY_MS, end + (end - this.#scoringBegun));
  }

  /** @param {Picture} picture @param {boolean} isRunning */
  #show(picture, isRunning) {
    const pace = this.#pace.add(this.elapsed, picture.epoch * this.#run.digits);
    /** @type {Frame} */
    const frame = {
      ...picture,
      accuracy: this.#accuracy,
      index: 0,
      recorded: 0,
      seconds: this.elapsed / 1000,
      digitsPerSecond: isRunning ? pace : null,
    };
    // Only what is new is kept: a picture of a step that is there already, such as one with the plane, is not.
    const kept = this.#records.at(this.#records.length - 1)?.step !== frame.step && this.#records.add(frame);
    frame.recorded = this.#records.length;
    frame.index = frame.recorded - (kept ? 1 : 0);
    this.#post(frame);
  }
}
