/**
 * What a run is trained with: presets, fields, the classes that are in.
 *
 * @typedef {import("../../training/settings.js").RunSettings} RunSettings
 *
 * @typedef {object} SettingsCallbacks
 * @property {(change: Partial<RunSettings>) => void} onSet
 * @property {(beta: number) => void} onBeta  while it is dragged
 * @property {() => void} onRestart
 */

import { button, buttonGroup, element, setPressed, setText } from "../../dom.js";
import { classColour } from "../../palette.js";
import { freshSeed } from "../../space/random.js";
import { formatCount } from "../../text.js";
import { DATA_SETS } from "../../training/data_sets.js";
import { NOUNS } from "./nouns.js";
import { ALL, CHOICES, defaultSettings, PRESETS, presetSettings, RANGES, toText } from "../../training/settings.js";

const BETA_STEP = 0.1;
const [, LARGEST_SEED] = RANGES.seed;
const [LEAST_BETA, LARGEST_BETA] = RANGES.beta;
const NEW_SEEDS = 1_000_000; // short enough to read out to somebody

const TEXT = {
  title: "Settings",
  presets: "Presets",
  own: "Settings of your own: change one at a time, and see what it does.",
  classes: "Classes to train on",
  beta: "beta, the weight of the KL",
  seed: "Seed",
  newSeed: "↻",
  newSeedHint: "New seed",
  /** @param {string} names */
  pending: (names) => `From the next run on: ${names}.`,
  newRun: "Start a new run",
  all: "all",
};

/** The names of settings, as fields and notices call them. @type {Record<keyof RunSettings, string>} */
const NAMES = {
  deterministic: "Model",
  latentDim: "Dimensions of z",
  hidden: "Hidden units",
  likelihood: "Reconstruction",
  learningRate: "Learning rate",
  batchSize: "Batch size",
  warmUp: "Warm up",
  count: "Training pictures",
  seed: "Seed",
  beta: "beta",
  classes: "Classes",
  data: "Pictures",
  drawings: "Own drawings",
};

/**
 * The fields with a list, and how its values are called: a new one is a row.
 *
 * @type {{name: keyof typeof CHOICES, say: (value: any) => string}[]}
 */
const FIELDS = [
  { name: "data", say: (name) => NOUNS[name] },
  { name: "deterministic", say: (is) => (is ? "autoencoder" : "VAE") },
  { name: "latentDim", say: String },
  { name: "hidden", say: String },
  { name: "likelihood", say: (name) => (name === "bce" ? "cross entropy" : "squared error") },
  { name: "learningRate", say: String },
  { name: "batchSize", say: String },
  { name: "count", say: (count) => (count === ALL ? TEXT.all : formatCount(count)) },
  { name: "warmUp", say: (epochs) => (epochs ? `${epochs} ${epochs === 1 ? "epoch" : "epochs"}` : "none") },
];

export class SettingsPanel {
  #callbacks;
  /** @type {[keyof typeof CHOICES, HTMLSelectElement][]} */
  #selects;
  /** @type {RunSettings} */
  #settings = defaultSettings();

  /** @param {SettingsCallbacks} callbacks */
  constructor(callbacks) {
    this.#callbacks = callbacks;
    this.presets = PRESETS.map((preset) => button(preset.title, () => callbacks.onSet(this.#with(preset))));
    this.watch = element("p", { class: "vx-note vx-train-watch" });
    this.#selects = FIELDS.map(({ name, say }) => [name, this.#select(name, CHOICES[name], say)]);
    this.seed = element("input", {
      class: "vx-field",
      attributes: { type: "number", inputmode: "numeric", min: 0, max: LARGEST_SEED, step: 1 },
      on: { change: () => this.#setSeed(this.seed.valueAsNumber) },
    });
    this.beta = element("input", {
      class: "vx-range vx-train-range",
      attributes: { type: "range", "aria-label": TEXT.beta, min: LEAST_BETA, max: LARGEST_BETA, step: BETA_STEP },
      on: {
        input: () => callbacks.onBeta(this.beta.valueAsNumber),
        change: () => callbacks.onSet({}),
        dblclick: () => {
          callbacks.onBeta(defaultSettings().beta);
          callbacks.onSet({});
        },
      },
    });
    this.reading = element("output", { class: "vx-reading" });
    this.classes = defaultSettings().classes.map((label) =>
      button(String(label), () => this.#toggle(label), {
        class: "vx-train-class",
        attributes: { style: `--vx-class: ${classColour(label)}` },
      }),
    );
    this.classGroup = buttonGroup(TEXT.classes, this.classes);
    this.pending = element("p");
    /** Stands apart: what is clicked stays where it is when this appears. */
    this.notice = element(
      "div",
      { class: "vx-alert vx-train-pending", attributes: { role: "status", hidden: true } },
      this.pending,
      button(TEXT.newRun, callbacks.onRestart),
    );
    this.root = element(
      "section",
      { class: "vx-train-settings", attributes: { "aria-label": TEXT.title } },
      buttonGroup(TEXT.presets, this.presets),
      this.watch,
      element(
        "div",
        { class: "vx-group" },
        element(
          "div",
          { class: "vx-between" },
          element("span", { class: "vx-caption", text: TEXT.beta, attributes: { "aria-hidden": "true" } }),
          this.reading,
        ),
        this.beta,
      ),
      element(
        "div",
        { class: "vx-train-fields" },
        ...this.#selects.map(([name, select]) => labelled(NAMES[name], select)),
        element(
          "div",
          { class: "vx-train-seed" },
          labelled(TEXT.seed, this.seed),
          button(TEXT.newSeed, () => callbacks.onSet({ seed: freshSeed(NEW_SEEDS) }), {
            attributes: { title: TEXT.newSeedHint, "aria-label": TEXT.newSeedHint },
          }),
        ),
      ),
      this.classGroup,
    );
  }

  /** A preset, with what it leaves as it is. @param {import("../../training/settings.js").Preset} preset */
  #with(preset) {
    const { seed, drawings } = this.#settings;
    return { ...presetSettings(preset), seed, drawings };
  }

  /**
   * @param {keyof RunSettings} name
   * @param {readonly (string | number | boolean)[]} values
   * @param {(value: any) => string} say
   */
  #select(name, values, say) {
    const options = values.map((value) =>
      element("option", { text: say(value), attributes: { value: String(value) } }),
    );
    const choose = () => this.#choose(name, values[select.selectedIndex]);
    const select = element("select", { class: "vx-field", on: { change: choose } }, ...options);
    return select;
  }

  /** @param {keyof RunSettings} name @param {string | number | boolean} value */
  #choose(name, value) {
    // A plain autoencoder has no KL, so its beta is 0: who leaves it for a VAE wants one.
    const beta = name === "deterministic" ? { beta: value ? 0 : defaultSettings().beta } : {};
    this.#callbacks.onSet({ ...beta, [name]: value });
  }

  /** @param {number} value */
  #setSeed(value) {
    const isSeed = Number.isInteger(value) && value >= 0 && value <= LARGEST_SEED;
    if (isSeed) this.#callbacks.onSet({ seed: value });
    else this.seed.value = String(this.#settings.seed);
  }

  /** One class stays in, whatever is pressed. @param {number} label */
  #toggle(label) {
    const { classes } = this.#settings;
    const next = classes.includes(label) ? classes.filter((each) => each !== label) : [...classes, label].sort();
    if (next.length) this.#callbacks.onSet({ classes: next });
  }

  /**
   * @param {RunSettings} settings
   * @param {(keyof RunSettings)[]} pending  what a new run would have otherwise than this one
   */
  show(settings, pending) {
    this.#settings = settings;
    const { seed } = settings;
    const preset = PRESETS.findIndex((each) => toText(this.#with(each)) === toText(settings));
    setPressed(this.presets, (index) => index === preset);
    setText(this.watch, PRESETS[preset]?.watch ?? TEXT.own);
    for (const [name, select] of this.#selects) select.value = String(settings[name]);
    if (!this.seed.matches(":focus")) this.seed.value = String(seed);
    this.beta.value = String(settings.beta);
    this.beta.disabled = settings.deterministic;
    this.beta.style.setProperty("--vx-part", (settings.beta / LARGEST_BETA).toFixed(4));
    setText(this.reading, settings.deterministic ? "–" : String(settings.beta));
    const names = DATA_SETS[settings.data].classes;
    this.classes.forEach((node, label) => {
      setText(node, names[label]);
    });
    this.classGroup.classList.toggle(
      "vx-train-digits",
      names.every(({ length }) => length === 1),
    );
    setPressed(this.classes, (label) => settings.classes.includes(label));
    this.notice.hidden = !pending.length;
    if (pending.length) setText(this.pending, TEXT.pending(pending.map((name) => NAMES[name]).join(", ")));
  }
}

/** @param {string} title @param {HTMLElement} control */
function labelled(title, control) {
  return element("label", { class: "vx-group" }, element("span", { class: "vx-caption", text: title }), control);
}
