/**
 * The tab Repair: a part of the picture is erased, and chains of pseudo-Gibbs sampling fill it in.
 *
 * @typedef {import("./state.js").Tab} Tab
 * @typedef {import("./state.js").TabContext} TabContext
 * @typedef {import("../../network/network.js").Network} Network
 * @typedef {import("../../types.js").Manifest} Manifest
 * @typedef {import("../../types.js").UsesProps} UsesProps
 * @typedef {import("../shared/picture/state.js").EncodedPicture} EncodedPicture
 * @typedef {import("./candidates.js").Candidates} Candidates
 */

import { element, errorBox, isAbort } from "../../dom.js";
import { whenIdle } from "../../timing/idle.js";
import { rememberedUntilLink } from "../../session_memory.js";
import { freshSeed } from "../../space/random.js";
import { formatCount } from "../../text.js";
import { Computation } from "../shared/computation.js";
import { readingOf } from "../shared/reading.js";
import { CANDIDATES, findCandidates, samplerOf } from "./candidates.js";
import { CHAINS, Completions, STEPS } from "./completion.js";
import { maskOf, missingIn } from "./masks.js";
import { Board } from "./repair_board.js";
import { Results } from "./repair_results.js";
import { errorsWith, errorText, measured } from "./repair_table.js";

const NEW_SEEDS = 1_000_000; // short enough to read out to somebody
const PACE_MS = 250; // from step to step, at least
const SLICE = 250; // codes compared at a time, a few milliseconds
const LOOK_EVERY = 250; // codes, while more are being decoded
const ROUNDED = 100; // codes, as a number that goes up
const LONG_MS = 2500; // who would wait longer sees chains from the codes so far

const TEXT = {
  retry: "Try again",
  noPicture: "Nothing to repair yet: draw something, or choose a picture.",
  nothingErased: "Nothing is erased. Choose what to erase, or brush over the picture.",
  /** @param {Manifest} manifest */
  drawn: (manifest) => {
    const { name, title } = samplerOf(manifest);
    if (name === "mixture")
      return `where the codes of training ${manifest.data.nouns} lie (from a mixture of Gaussians fitted to them)`;
    return name === "prior" ? "from the prior N(0, I)" : `from the ${title.toLowerCase()}`;
  },
  /** @param {Manifest} manifest */
  about: (manifest) => {
    const { deterministic, classes } = manifest;
    const step = deterministic
      ? "a step encodes the filled picture, decodes its code, and takes only the missing pixels from there. A plain " +
        "autoencoder has no posterior to sample from: chains that start alike end alike."
      : "a step encodes the filled picture, samples z from the posterior, decodes it, and takes only the missing " +
        "pixels from there (pseudo-Gibbs sampling).";
    return (
      `Of ${formatCount(CANDIDATES)} codes drawn ${TEXT.drawn(manifest)}, the six that explain the visible pixels ` +
      `best each start a chain: ${step}` +
      (classes ? " Each chain keeps the class that its first code was decoded as." : "")
    );
  },
  /** @param {number} count */
  looking: (count) =>
    `Looking for codes that explain what is visible: ${formatCount(count)} of ${formatCount(CANDIDATES)} decoded…`,
  figures: "Squared error per missing pixel",
  own: "Mean of these six",
  /** @param {number} pictures @param {string} nouns */
  measured: (pictures, nouns) => `Of ${formatCount(pictures)} test ${nouns}, this model`,
  /** @param {number} pictures @param {string} nouns @param {string} noun */
  mean: (pictures, nouns, noun) => `Of ${formatCount(pictures)} test ${nouns}, the mean training ${noun}`,
};

/** What the brush has made of the erased part, until a preset is chosen or a link followed. */
const ownMask = rememberedUntilLink((/** @type {UsesProps} */ _) => ({
  mask: /** @type {Uint8Array | null} */ (null),
}));

/** @implements {Tab} */
export class RepairTab {
  #context;
  #model;
  #own;
  /** What is erased; the brush writes to it. */
  #mask;
  /** @type {EncodedPicture | null} */
  #picture = null;
  /** @type {Computation | null} */
  #computation = null;
  /** @type {Network | null} */
  #classifier = null;
  /** @type {Candidates | null} */
  #candidates = null;
  /** @type {Completions | null} */
  #completions = null;
  #isPaused = false;
  #loading = new AbortController();
  /** What is left to do of a start or of a step, in slices. @type {Generator<undefined, void> | null} */
  #work = null;
  #idle = whenIdle(() => this.#goOn());
  #isStarting = false;
  #isStepWanted = false; // as soon as what is under way is done
  #isStale = false; // whether what is being started from is another by now
  #timer = 0;
  #begun = 0;
  #lookedAt = 0; // codes that were there when they were last compared
  #since = 0;
  #isLoading = false; // networks or codes

  /** @param {TabContext} context */
  constructor(context) {
    const { model, props, settings } = context;
    this.#context = context;
    this.#model = model;
    this.#own = ownMask(props);
    this.#mask = this.#own.mask ?? maskOf(settings.erased);
    this.board = new Board({ onPreset: (preset) => this.#choose(preset), onBrush: () => this.#brushed() });
    this.results = new Results(model.manifest, {
      onOpen: (index) => this.#open(index),
      onRun: () => this.#toggle(),
      onStep: () => this.#takeStep(),
      onAgain: () => {
        if (!model.manifest.deterministic) context.set({ chains: freshSeed(NEW_SEEDS) });
        this.#restart();
      },
    });
    this.note = element("p", { class: "vx-note" });
    this.problem = element("div");
    this.about = element("p", { class: "vx-note", text: TEXT.about(model.manifest) });
    const table = measured(model.manifest, props.tables.imputation);
    this.main = element(
      "div",
      { class: "vx-repair-main" },
      this.about,
      this.problem,
      this.note,
      this.results.root,
      table,
    );
    this.root = element("div", { class: "vx-repair" }, this.board.root, this.main);
    this.#load();
  }

  /** @param {EncodedPicture | null} picture */
  show(picture) {
    this.#picture = picture;
    this.#restart();
  }

  destroy() {
    this.#loading.abort();
    this.#stop();
    this.board.destroy();
  }

  async #load() {
    const { signal } = this.#loading;
    this.#since = performance.now();
    this.#isLoading = true;
    this.#say();
    try {
      const model = this.#model;
      const [encoder, decoder, classifier] = await Promise.all([
        model.encoder(),
        model.decoderLogits(),
        model.hasClassifier ? model.classifier() : null,
      ]);
      signal.throwIfAborted();
      this.#computation = new Computation(model.manifest, encoder, decoder);
      this.#classifier = classifier;
      await findCandidates(model, signal, (candidates) => this.#found(candidates));
      this.#isLoading = false;
    } catch (error) {
      if (isAbort(error)) return;
      this.#isLoading = false;
      this.#say();
      const box = errorBox(error, TEXT.retry, () => {
        box.remove();
        this.#load();
      });
      this.problem.replaceChildren(box);
    }
  }

  /** @param {Candidates} candidates  more of them than before */
  #found(candidates) {
    this.#candidates = candidates;
    const isHeld = this.#isLate && this.#completions !== null; // chains are under way from what there was
    const isNews = !isHeld && !this.#work && candidates.decoded >= this.#lookedAt + LOOK_EVERY;
    if (candidates.isComplete || isNews) this.#restart();
    else this.#say();
    if (isHeld && this.#completions?.steps === 0) this.#next(0);
  }

  /** Whether it takes so long to decode all codes that chains begin with those there are. */
  get #isLate() {
    return performance.now() > this.#since + LONG_MS;
  }

  /** @param {string} preset */
  #choose(preset) {
    this.#own.mask = null;
    this.#mask = maskOf(preset);
    this.#context.set({ erased: preset });
    this.#restart();
  }

  #brushed() {
    this.#own.mask = this.#mask;
    this.#restart();
  }

  /** The preset that is erased; null if the brush has changed it. */
  get #preset() {
    return this.#own.mask ? null : this.#context.settings.erased;
  }

  #toggle() {
    this.#isPaused = !this.#isPaused;
    if (this.#isPaused) clearTimeout(this.#timer);
    else this.#next(0);
    this.#showControls();
  }

  #takeStep() {
    this.#isPaused = true;
    clearTimeout(this.#timer);
    if (this.#work) this.#isStepWanted = true;
    else this.#begin(this.#step());
    this.#showControls();
  }

  #stop() {
    this.#idle.cancel();
    clearTimeout(this.#timer);
    this.#work = null;
    this.#isStarting = this.#isStale = this.#isStepWanted = false;
  }

  /** Picture, mask, seed or codes are others, perhaps at every frame. */
  #restart() {
    const x = this.#picture?.pixels;
    const isErased = missingIn(this.#mask) > 0;
    this.board.root.hidden = !x;
    this.results.root.hidden = !x || !isErased;
    this.note.textContent = x ? TEXT.nothingErased : TEXT.noPicture;
    this.note.hidden = Boolean(x && isErased);
    this.about.hidden = !this.note.hidden;
    if (x) {
      this.board.show(x, this.#mask, this.#context.settings.erased, this.#own.mask !== null);
      this.results.showOriginal(x);
    }
    this.results.root.dataset.step = "";
    if (!x || !isErased || !this.#candidates || !this.#computation) {
      this.#stop();
      this.#completions = null;
    } else if (this.#isStarting) {
      this.#isStale = true; // what has begun is seen first, or nothing would be before the pointer rests
    } else {
      this.#stop();
      this.#begin(this.#start(x, this.#candidates));
    }
    this.#showControls();
    this.#say(true);
  }

  /** @param {Generator<undefined, void>} work */
  #begin(work) {
    this.#begun = performance.now();
    this.#work = work;
    this.#idle.request();
  }

  #goOn() {
    if (!this.#work) return;
    if (this.#work.next().done) {
      this.#work = null;
      const isStale = this.#isStale;
      this.#isStarting = this.#isStale = false;
      if (isStale) this.#restart();
      else if (this.#isStepWanted) this.#begin(this.#step());
      else this.#next(Math.max(0, this.#begun + PACE_MS - performance.now()));
    } else {
      this.#idle.request();
    }
  }

  /** @param {number} wait  milliseconds to the next step, if there is one */
  #next(wait) {
    clearTimeout(this.#timer);
    const isWaiting = !this.#candidates?.isComplete && !this.#isLate;
    if (this.#isPaused || isWaiting || this.#work || !this.#completions || this.#completions.steps >= STEPS) return;
    this.#timer = setTimeout(() => this.#begin(this.#step()), wait);
  }

  /** @param {Float32Array} x @param {Candidates} candidates @returns {Generator<undefined, void>} */
  *#start(x, candidates) {
    this.#isStarting = true;
    this.#lookedAt = candidates.decoded;
    const missing = this.#mask.slice();
    const starts = yield* candidates.best(x, missing, CHAINS, SLICE);
    const { chains: seed } = this.#context.settings;
    this.#completions = new Completions(this.#model.manifest, x, missing, starts, seed);
    yield* this.#showCompletions(this.#completions);
  }

  /** @returns {Generator<undefined, void>} */
  *#step() {
    const completions = this.#completions;
    this.#isStepWanted = false;
    if (!completions || !this.#computation || completions.steps >= STEPS) return;
    yield* completions.step(this.#computation);
    yield* this.#showCompletions(completions);
  }

  /** @param {Completions} completions @returns {Generator<undefined, void>} */
  *#showCompletions(completions) {
    this.results.show(completions);
    this.results.root.dataset.step = "";
    this.#showFigures(completions);
    this.#showControls();
    this.#say(this.#isStale);
    if (this.#isStale) return;
    for (let index = 0; this.#classifier && index < completions.chains.length; index++) {
      yield;
      this.results.showReading(index, readingOf(this.#classifier.run(completions.chains[index].pixels)));
    }
    if (this.#isStale) return;
    if (this.#classifier) this.results.showMeanReading(readingOf(this.#classifier.run(completions.mean())));
    this.results.root.dataset.step = String(completions.steps); // all that is shown is of this step
  }

  #showControls() {
    const steps = this.#completions?.steps ?? 0;
    this.results.showControls(!this.#isPaused, steps, this.#completions !== null);
  }

  /** How far the search is, while it lasts. @param {boolean} [isStarting] whether the completions are about to be others */
  #say(isStarting = false) {
    const { decoded = 0, isComplete = false } = this.#candidates ?? {};
    const isSearching = this.#isLoading && !isComplete;
    const text = isSearching ? TEXT.looking(decoded - (decoded % ROUNDED)) : "";
    this.results.say(text, isSearching || (isStarting && isComplete));
  }

  /** @param {Completions} completions */
  #showFigures(completions) {
    const { data } = this.#model.manifest;
    const { imputation } = this.#context.props.tables;
    const { model, mean, pictures } = errorsWith(imputation, this.#preset);
    const own = completions.squaredError();
    /** @type {[string, number | null][]} */
    const lines = [
      [TEXT.own, own],
      [TEXT.measured(pictures, data.nouns), model],
      [TEXT.mean(pictures, data.nouns, data.noun), mean],
    ];
    this.results.showFigures(
      TEXT.figures,
      lines.map(([name, error]) => [name, error === null ? null : errorText(error)]),
    );
  }

  /** @param {number} index */
  #open(index) {
    const chain = this.#completions?.chains[index];
    if (chain?.z.every(Number.isFinite)) this.#context.open({ z: Array.from(chain.z), label: chain.label });
  }
}
