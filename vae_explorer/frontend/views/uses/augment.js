/**
 * The tab Augment: more pictures of a class, made of one picture or of many, for a classifier that has few.
 *
 * At every frame as many are painted anew as it has time for, each in its turn and always with the latest settings, and
 * the classifier reads some of them. What goes into a file is decoded in the background worker.
 *
 * @typedef {import("./state.js").Tab} Tab
 * @typedef {import("./state.js").TabContext} TabContext
 * @typedef {import("../../types.js").UsesSettings} UsesSettings
 * @typedef {import("../../network/network.js").Network} Network
 * @typedef {import("../shared/picture/state.js").EncodedPicture} EncodedPicture
 * @typedef {import("./augment_plan.js").Plan} Plan
 *
 * @typedef {object} Shown  a variation on the screen
 * @property {Float64Array} z        (D)
 * @property {Float32Array} pixels   (784) in 0…1
 * @property {number} painted        the version of what is set that it was made with
 * @property {number} read           the version that was read
 * @property {{label: number, share: number} | null} reading
 */

import { element, errorBox, isAbort, oncePerFrame } from "../../dom.js";
import { decoderInput } from "../../model.js";
import { PIXELS } from "../../picture/size.js";
import { fileName, saveBlob, savePng } from "../../save.js";
import { capitalise, formatCount } from "../../text.js";
import { AugmentControls } from "./augment_controls.js";
import { makeVariations, npzOf, sheetOf } from "./augment_file.js";
import { findings } from "./augment_findings.js";
import { VariationGrid } from "./augment_grid.js";
import { kindOf, Planner } from "./augment_plan.js";
import { savingOf } from "./augment_saving.js";
import { readingOf } from "../shared/reading.js";

const COUNT = 32;
// Of a frame. A whole grid takes a third of that on a fast machine, and some frames on a slow one.
const PAINTING_MS = 8;
const READING_MS = 3;

const TEXT = {
  loading: "Loading…",
  /** @param {number} agreeing @param {number} count @param {string} name */
  read: (agreeing, count, name) => `${agreeing} of ${count} read as ${name}`,
  /** @param {number} agreeing @param {number} count */
  kept: (agreeing, count) => `${agreeing} of ${count} kept`,
  open: "Click one to open its code in Morph.",
  /** @param {number} count @param {number} share */
  making: (count, share) => `Making ${formatCount(count)}: ${Math.floor(100 * share)} %`,
  /** @param {number} kept @param {number} count */
  saved: (kept, count) =>
    kept === count
      ? `Saved ${formatCount(count)}.`
      : `Saved ${formatCount(kept)}: the other ${formatCount(count - kept)} of ${formatCount(count)} were read as another class.`,
  /** @param {number} count */
  nothing: (count) => `Nothing saved: all ${formatCount(count)} were read as another class.`,
  stopped: "Nothing saved: something was changed meanwhile.",
  failed: "Nothing saved: the file could not be made.",
  retry: "Try again",
};

/** @implements {Tab} */
export class AugmentTab {
  #context;
  #manifest;
  /** @type {EncodedPicture | null} */
  #picture = null;
  /** @type {Planner | null} */
  #planner = null;
  /** @type {Network | null} */
  #decoder = null;
  /** @type {Network | null} */
  #classifier = null;
  /** What is made; a text says why nothing is. @type {Plan | string} */
  #plan = TEXT.loading;
  /** @type {number} */
  #stretch;
  #version = 0; // of plan and temperature
  /** @type {Shown[]} */
  #shown;
  #input;
  #nextPainted = 0;
  #nextRead = 0;
  #isDestroyed = false;
  #saving;
  #replan = oncePerFrame(() => this.#makePlan());
  #frame = oncePerFrame(() => this.#work());

  /** @param {TabContext} context */
  constructor(context) {
    this.#context = context;
    const { manifest } = context.model;
    this.#manifest = manifest;
    this.#saving = savingOf(context.props);
    this.#stretch = context.settings.stretch;
    this.#input = new Float32Array(manifest.latent_dim + manifest.classes);
    this.#shown = Array.from({ length: COUNT }, () => ({
      z: new Float64Array(manifest.latent_dim),
      pixels: new Float32Array(PIXELS),
      painted: 0,
      read: 0,
      reading: null,
    }));
    this.controls = new AugmentControls(manifest, {
      onInput: ({ stretch }) => this.#drag(stretch ?? this.#stretch),
      onChange: (change) => this.#set(change),
      onSave: (as) => this.#save(as),
    });
    const names = context.model.hasClassifier ? manifest.data.classes : [];
    this.grid = new VariationGrid(COUNT, names, (index) => this.#open(index));
    this.of = element("h2", { class: "vx-caption" });
    this.count = element("p", { class: "vx-reading" });
    this.problem = element("p", { class: "vx-note vx-augment-problem", attributes: { role: "status" } });
    this.failure = element("div", { class: "vx-augment-failure" });
    this.pictures = element(
      "div",
      { class: "vx-augment-pictures" },
      element("div", { class: "vx-between" }, this.of, this.count),
      this.grid.root,
      element("p", { class: "vx-note", text: TEXT.open }),
    );
    this.root = element(
      "div",
      { class: "vx-augment" },
      this.controls.root,
      element("div", { class: "vx-augment-stage" }, this.failure, this.problem, this.pictures),
      findings(manifest, context.props.tables.augmentation),
    );
    this.controls.show(context.settings);
    this.#saving.onNews = () => this.#showSaving();
    this.#showPlan();
    this.#load();
  }

  /** @param {EncodedPicture | null} picture */
  show(picture) {
    const before = this.#picture;
    this.#picture = picture;
    if (this.#context.settings.around !== "") return;
    if (before && !isSamePicture(before, picture)) this.#saving.stop();
    this.#replan.request();
  }

  destroy() {
    this.#isDestroyed = true;
    if (!this.#saving.isUnderWay) this.#saving.stop();
    this.#saving.onNews = () => {};
    this.#replan.cancel();
    this.#frame.cancel();
  }

  async #load() {
    const { model } = this.#context;
    this.failure.replaceChildren();
    try {
      const [decoder, encoder, codes, digits, classifier] = await Promise.all([
        model.decoder(),
        model.encoder(),
        model.codes(),
        model.digits(),
        model.hasClassifier ? model.classifier() : null,
      ]);
      if (this.#isDestroyed) return;
      this.#decoder = decoder;
      this.#classifier = classifier;
      this.#planner = new Planner(this.#manifest, { encoder, codes, digits, classifier });
      this.#replan.request();
    } catch (error) {
      this.#fail(error, () => this.#load());
    }
  }

  /** @param {unknown} error @param {() => void} again */
  #fail(error, again) {
    if (this.#isDestroyed || isAbort(error)) return;
    this.failure.replaceChildren(errorBox(error, TEXT.retry, again));
  }

  /** @param {Partial<UsesSettings>} change */
  #set(change) {
    this.#context.set(change);
    const { settings } = this.#context;
    this.controls.show(settings);
    if (change.amount !== undefined) return; // of the file alone
    this.#saving.stop();
    if (change.agreeing !== undefined) this.#mark();
    else if (change.stretch !== undefined) this.#drag(change.stretch);
    else this.#replan.request();
  }

  /** @param {number} stretch */
  #drag(stretch) {
    this.#saving.stop();
    this.controls.show({ ...this.#context.settings, stretch });
    if (stretch === this.#stretch) return;
    this.#stretch = stretch;
    this.#renew();
  }

  #makePlan() {
    if (!this.#planner) return;
    this.#plan = this.#planner.plan(this.#context.settings, this.#picture);
    this.#showPlan();
    this.#renew();
  }

  #showPlan() {
    const plan = this.#plan;
    const isPlan = typeof plan !== "string";
    this.problem.hidden = isPlan;
    this.pictures.hidden = !isPlan;
    this.problem.textContent = isPlan ? "" : plan;
    this.of.textContent = isPlan ? capitalise(plan.of) : "";
    this.controls.how.textContent = isPlan ? plan.how : "";
    this.#showSaving();
  }

  #showSaving() {
    const { text, isUnderWay } = this.#saving;
    const { status } = this.controls;
    if (status.textContent !== text) status.textContent = text;
    this.controls.allow(typeof this.#plan !== "string" && !isUnderWay);
  }

  /** All variations are out of date. */
  #renew() {
    this.#version++;
    this.grid.busy = typeof this.#plan !== "string";
    this.#frame.request();
  }

  /** A part of what is due, as much as a frame has time for. */
  #work() {
    const decoder = this.#decoder;
    const plan = this.#plan;
    if (!decoder || typeof plan === "string") return;
    const isDue = (/** @type {Shown} */ { painted }) => painted !== this.#version;
    this.#nextPainted = this.#inTurn(this.#nextPainted, PAINTING_MS, isDue, (shown, index) => {
      const { pixels, z } = shown;
      plan.codeOf(index, this.#stretch, z);
      pixels.set(decoder.run(decoderInput(this.#manifest, z, plan.label, this.#input)));
      shown.painted = this.#version;
      this.grid.paint(index, pixels);
    });
    const classifier = this.#classifier;
    const isUnread = (/** @type {Shown} */ { painted, read }) => read !== painted;
    if (classifier) {
      this.#nextRead = this.#inTurn(this.#nextRead, READING_MS, isUnread, (shown) => {
        shown.reading = readingOf(classifier.run(shown.pixels));
        shown.read = shown.painted;
      });
    }
    this.#mark();
    const isDone = !this.#shown.some((shown) => isDue(shown) || (classifier && isUnread(shown)));
    this.grid.busy = !isDone;
    if (!isDone) this.#frame.request();
  }

  /**
   * @param {number} first  whose turn it is
   * @param {number} milliseconds  after these no other is begun
   * @param {(shown: Shown) => boolean} isDue
   * @param {(shown: Shown, index: number) => void} act
   * @returns {number}  whose turn it is next
   */
  #inTurn(first, milliseconds, isDue, act) {
    const end = performance.now() + milliseconds;
    for (let step = 0; step < COUNT; step++) {
      const index = (first + step) % COUNT;
      if (!isDue(this.#shown[index])) continue;
      if (performance.now() >= end) return index;
      act(this.#shown[index], index);
    }
    return first;
  }

  #mark() {
    const plan = this.#plan;
    if (typeof plan === "string" || !this.#classifier || plan.label === null) return;
    const keeps = this.#context.settings.agreeing === "yes";
    this.#shown.forEach(({ reading }, index) => {
      this.grid.mark(index, reading, plan.label, keeps);
    });
    const read = this.#shown.filter(({ reading }) => reading !== null);
    const agreeing = read.filter(({ reading }) => reading?.label === plan.label).length;
    const name = this.#manifest.data.classes[plan.label];
    this.count.textContent = keeps ? TEXT.kept(agreeing, read.length) : TEXT.read(agreeing, read.length, name);
  }

  /** @param {number} index */
  #open(index) {
    const plan = this.#plan;
    if (typeof plan === "string") return;
    const { z } = this.#shown[index];
    this.#context.open({ z: Array.from(z), label: this.#manifest.classes ? plan.label : null });
  }

  /** @param {"npz" | "png"} as */
  async #save(as) {
    const plan = this.#plan;
    if (typeof plan === "string") return;
    const { amount, agreeing } = this.#context.settings;
    const order = { plan, temperature: this.#stretch, count: amount, keepsAgreeing: agreeing === "yes" };
    const nameOf = this.#fileNames(as);
    try {
      await this.#saving.run(async (signal, say) => {
        const made = await makeVariations(this.#context.model, this.#classifier, order, {
          signal,
          onProgress: (share) => say(TEXT.making(amount, share)),
        });
        if (!made.count) return TEXT.nothing(amount);
        const name = nameOf(made.count);
        if (as === "npz") saveBlob(new Blob([npzOf(made, plan.label)]), name);
        else savePng(sheetOf(made), name);
        return TEXT.saved(made.count, amount);
      }, TEXT);
    } catch (error) {
      this.#fail(error, () => this.#save(as));
    }
  }

  /** @param {string} ending @returns {(count: number) => string}  the name of a file of so many, as it is all set now */
  #fileNames(ending) {
    const { name, data } = this.#manifest;
    const { settings } = this.#context;
    const { around, made, agreeing } = settings;
    const source = this.#picture?.source;
    const picture = source?.kind === "test" ? `${data.split}-${source.index}` : (source?.kind ?? "");
    const kind = kindOf(this.#manifest, settings);
    const parts = [
      name,
      "variations",
      around === "" ? picture : `class-${data.classes[Number(around)]}`,
      ...(kind === "posterior" ? ["posterior", `temperature-${this.#stretch.toFixed(1)}`] : [kind]),
      `seed-${made}`,
      ...(agreeing === "yes" && this.#classifier ? ["kept"] : []),
    ];
    return (count) => fileName([...parts, count], ending);
  }
}

/** @param {EncodedPicture} one @param {EncodedPicture | null} other */
function isSamePicture(one, other) {
  return other !== null && one.pixels.every((value, i) => value === other.pixels[i]);
}
