/**
 * A run of training, without a clock and without a page: which digits come in which order with which noise, what is
 * measured when, and what to do if it goes astray. The same settings give the same run, to the last bit, however it is
 * paused and whatever is shown of it.
 *
 * @typedef {import("./atlas.js").Digits} Digits
 * @typedef {import("./mlp.js").Weights} Weights
 * @typedef {import("./settings.js").RunSettings} RunSettings
 * @typedef {import("./test_digits.js").TestFigures} TestFigures
 * @typedef {import("./vae_trainer.js").TrainerState} TrainerState
 *
 * @typedef {object} RunStart
 * @property {RunSettings} settings
 * @property {Digits} train
 * @property {Digits} test       never trained on
 * @property {Digits} [drawings] the visitor's own, each as often in an epoch as the settings say
 * @property {boolean} [plain]   JavaScript even where there is WebAssembly
 *
 * @typedef {object} Losses  nats per image
 * @property {number} reconstruction
 * @property {number} kl
 * @property {number} negativeElbo
 *
 * @typedef {object} EpochFigures  of an epoch at whose end the test digits were measured; the names are those of `train`
 * @property {number} epoch           from 1
 * @property {number} step
 * @property {number} reconstruction  mean over the training digits while it trained, nats per image
 * @property {number} kl
 * @property {number} test_reconstruction
 * @property {number} test_kl
 * @property {number} test_negative_elbo
 * @property {number} beta            at its end
 * @property {number} learning_rate
 */

import { joined } from "../bytes.js";
import { PIXELS } from "../picture/size.js";
import { lowerRate } from "./settings.js";
import { integersFor, normalsFor, orderOf } from "./streams.js";
import { scaled, TestDigits } from "./test_digits.js";
import { initialWeights, VaeTrainer } from "./vae_trainer.js";

// Test digits are measured about so often; it costs a tenth of the time.
const DIGITS_BETWEEN_TESTS = 6000;
const TOO_MUCH = 10; // times the reconstruction at the start
const KEEPS_PER_EPOCH = 4;
const LEAST_STEPS_BETWEEN_KEEPS = 25;
// A state this near to where a run went astray may have gone astray itself.
const SAFE_STEPS = 20;

const TEXT = {
  noDigits: "There is no training digit of the classes that are in. Choose others.",
  /** @param {number} step @param {number} rate */
  notFinite: (step, rate) =>
    `Training stopped at step ${step}: the loss is no longer a number. The learning rate, ${rate}, is most likely too high.`,
  /** @param {number} step @param {number} rate */
  tooMuch: (step, rate) =>
    `Training stopped at step ${step}: the loss is more than ${TOO_MUCH} times that of the start. The learning rate, ${rate}, is most likely too high.`,
};

export class TrainingRun {
  #pixels;
  /** Places of the digits of an epoch in `#pixels`; a drawing may be there more than once. @type {Uint32Array} */
  #pool;
  /** @type {Uint32Array} */
  #order = new Uint32Array(0);
  #batch;
  /** A measurement that has begun. @type {Generator<void, TestFigures | null> | null} */
  #measuring = null;
  /** @type {number} */
  #startReconstruction = Number.NaN;
  /** @type {{step: number, state: TrainerState}[]}  the last two, and the start */
  #kept = [];
  // Sums over the digits since a frame took them, and since the epoch began.
  #recent = emptySums();
  #epochSums = emptySums();

  /**
   * @param {RunStart} start
   * @returns {Promise<TrainingRun>}  at step 0, with its test figures
   * @throws {RangeError}  no training digit is of the classes that are in
   */
  static async create(start) {
    const { latentDim, hidden, likelihood, deterministic, seed } = start.settings;
    const model = { latentDim, hidden, likelihood, deterministic };
    const trainer = await VaeTrainer.create(model, { plain: start.plain });
    trainer.load(initialWeights(model, integersFor(seed, "weights")));
    return new TrainingRun(start, trainer);
  }

  /** @param {RunStart} start @param {VaeTrainer} trainer */
  constructor({ settings, train, test, drawings }, trainer) {
    this.settings = { ...settings };
    this.trainer = trainer;
    const own = drawings && settings.drawings > 0 ? drawings.labels.length : 0;
    const ofClasses = [...train.labels.keys()].filter((i) => settings.classes.includes(train.labels[i]));
    const shipped = ofClasses.slice(0, settings.count);
    this.#pool = Uint32Array.from([
      ...shipped,
      ...Array.from({ length: own * settings.drawings }, (_, i) => train.labels.length + (i % own)),
    ]);
    if (!this.#pool.length) throw new RangeError(TEXT.noDigits);
    /** Training digits of the data set that are in. */
    this.pictures = shipped.length;
    /** The visitor's own, each counted once. */
    this.drawings = own;
    this.#pixels = own && drawings ? joined([train.pixels, drawings.pixels]) : train.pixels;
    this.test = new TestDigits(test, settings);
    /** Steps taken. */
    this.step = 0;
    this.stepsPerEpoch = Math.ceil(this.#pool.length / settings.batchSize);
    this.#batch = new Float32Array(Math.min(settings.batchSize, this.#pool.length) * PIXELS);
    /** All figures of the test digits, the first at step 0. @type {TestFigures[]} */
    this.tests = [];
    /** One entry for each epoch at whose end the test digits were measured. @type {EpochFigures[]} */
    this.history = [];
    /** Why it cannot go on; null if it can. @type {string | null} */
    this.trouble = null;
    this.#keep();
    this.#measuring = this.test.evaluate(trainer, 0);
    while (this.isMeasuring) this.advance();
  }

  /** Digits of an epoch. */
  get digits() {
    return this.#pool.length;
  }

  /** Epochs done, with a fraction. */
  get epoch() {
    const { batchSize } = this.settings;
    const whole = Math.floor(this.step / this.stepsPerEpoch);
    return whole + Math.min((this.step % this.stepsPerEpoch) * batchSize, this.digits) / this.digits;
  }

  /** The weight of the KL in the next step, as `train` warms it up. */
  get beta() {
    const { beta, warmUp } = this.settings;
    return warmUp ? beta * Math.min(1, (this.step + 1) / (warmUp * this.stepsPerEpoch)) : beta;
  }

  /** The live weight of the KL, 0…10. @param {number} beta */
  setBeta(beta) {
    if (!this.settings.deterministic) this.settings.beta = beta;
  }

  /** Whether a measurement goes on, during which no step is taken. */
  get isMeasuring() {
    return this.#measuring !== null;
  }

  /** Does the next piece of work: a step, or a slice of a measurement that is due after the last one. */
  advance() {
    if (this.#measuring) this.#measure();
    else if (!this.trouble) this.#takeStep();
  }

  /** The figures of the test digits as the model is now: at once, where they are of an earlier step. */
  measureNow() {
    const isOld = this.tests[this.tests.length - 1]?.at !== this.step;
    if (!this.#measuring && isOld && !this.trouble) this.#measuring = this.test.evaluate(this.trainer, this.step);
    while (this.#measuring) this.#measure();
  }

  /** Training losses, means over the digits since the last call. @returns {Losses | null}  null if there were none */
  takeLosses() {
    const losses = meanOf(this.#recent);
    this.#recent = emptySums();
    return losses;
  }

  /**
   * Goes back to the last good state, with a lower learning rate.
   *
   * @returns {number}  the step it is at
   */
  backToGood() {
    const safe = this.#kept.filter(({ step }) => step === 0 || step <= this.step - SAFE_STEPS);
    const good = safe[safe.length - 1];
    this.trainer.restore(good.state);
    this.#kept = safe;
    this.step = good.step;
    this.settings.learningRate = lowerRate(this.settings.learningRate);
    this.trouble = null;
    this.#measuring = null;
    this.#recent = emptySums();
    // What the digits of this epoch cost before is not known any more: its mean is of the rest.
    this.#epochSums = emptySums();
    this.#order = new Uint32Array(0);
    this.history = this.history.filter(({ step }) => step <= good.step);
    this.tests = this.tests.filter(({ at }) => at <= good.step);
    return good.step;
  }

  #takeStep() {
    const { batchSize, learningRate, seed, latentDim } = this.settings;
    const [epoch, place] = [Math.floor(this.step / this.stepsPerEpoch), this.step % this.stepsPerEpoch];
    if (place === 0) this.#epochSums = emptySums();
    if (place === 0 || !this.#order.length) this.#order = orderOf(seed, epoch, this.digits);
    const chosen = this.#order.subarray(place * batchSize, (place + 1) * batchSize);
    const images = this.#batch.subarray(0, chosen.length * PIXELS);
    chosen.forEach((index, row) => {
      const start = this.#pool[index] * PIXELS;
      scaled(this.#pixels.subarray(start, start + PIXELS), images.subarray(row * PIXELS, (row + 1) * PIXELS));
    });
    const eps = normalsFor(seed, "noise", chosen.length * latentDim, this.step);
    const { reconstruction, kl, finite } = this.trainer.step(images, eps, { beta: this.beta, learningRate });
    this.step++;
    if (this.step === 1) this.#startReconstruction = Math.abs(reconstruction);
    if (!finite) this.trouble = TEXT.notFinite(this.step, learningRate);
    else if (reconstruction > TOO_MUCH * this.#startReconstruction)
      this.trouble = TEXT.tooMuch(this.step, learningRate);
    if (this.trouble) return;
    for (const sums of [this.#recent, this.#epochSums]) {
      sums.reconstruction += reconstruction * chosen.length;
      sums.kl += kl * chosen.length;
      sums.digits += chosen.length;
    }
    if (this.step % Math.max(LEAST_STEPS_BETWEEN_KEEPS, Math.ceil(this.stepsPerEpoch / KEEPS_PER_EPOCH)) === 0)
      this.#keep();
    if (this.#isTestDue()) this.#measuring = this.test.evaluate(this.trainer, this.step);
  }

  /** At the end of every epoch or every few, and within long ones. */
  #isTestDue() {
    const place = this.step % this.stepsPerEpoch;
    const perEpoch = this.digits / DIGITS_BETWEEN_TESTS;
    if (place === 0) return (this.step / this.stepsPerEpoch) % Math.max(1, Math.round(1 / perEpoch)) === 0;
    const part = Math.ceil(this.stepsPerEpoch / Math.max(1, Math.round(perEpoch)));
    return place % part === 0;
  }

  #measure() {
    const { done, value } = /** @type {Generator<void, TestFigures | null>} */ (this.#measuring).next();
    if (!done) return;
    this.#measuring = null;
    if (!value) return;
    this.tests.push(value);
    const losses = meanOf(this.#epochSums);
    if (this.step % this.stepsPerEpoch || !losses) return;
    this.history.push({
      epoch: this.step / this.stepsPerEpoch,
      step: this.step,
      reconstruction: losses.reconstruction,
      kl: losses.kl,
      test_reconstruction: value.reconstruction,
      test_kl: value.kl,
      test_negative_elbo: value.negativeElbo,
      beta: this.beta,
      learning_rate: this.settings.learningRate,
    });
  }

  #keep() {
    const state = { step: this.step, state: this.trainer.state() };
    this.#kept = [...this.#kept.slice(0, 1), ...this.#kept.slice(1).slice(-1), state];
  }
}

function emptySums() {
  return { reconstruction: 0, kl: 0, digits: 0 };
}

/** @param {ReturnType<typeof emptySums>} sums @returns {Losses | null} */
function meanOf({ reconstruction, kl, digits }) {
  if (!digits) return null;
  return { reconstruction: reconstruction / digits, kl: kl / digits, negativeElbo: (reconstruction + kl) / digits };
}
