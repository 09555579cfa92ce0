/**
 * What a run of training in the page is set to: ranges, defaults, the presets, and the text of it in a link.
 *
 * @typedef {object} RunSettings
 * @property {number} latentDim     D, one of CHOICES.latentDim
 * @property {number} hidden        units of each hidden layer, one of CHOICES.hidden
 * @property {number} beta          the weight of the KL, 0…10 in hundredths; 0 of a plain autoencoder
 * @property {number} warmUp        epochs in which beta rises from 0, one of CHOICES.warmUp
 * @property {"bce" | "mse"} likelihood  cross entropy, or squared error
 * @property {boolean} deterministic     a plain autoencoder: z is mu, and there is no KL
 * @property {number} learningRate  of Adam, one of CHOICES.learningRate
 * @property {number} batchSize     one of CHOICES.batchSize
 * @property {number} seed          a whole number of 32 bits: of the weights, the order and the noise
 * @property {number[]} classes     those that are in, ascending, at least one
 * @property {number} count         training digits of the classes that are in, at most: one of CHOICES.count
 * @property {string} data          the name of the data set, one of CHOICES.data
 * @property {number} drawings      how often each of the visitor's own drawings is in an epoch, 0…10
 *
 * @typedef {{name: string, title: string, watch: string, changes: Partial<RunSettings>}} Preset
 *   `watch`: what to look at, a sentence
 */

import { roundedToHundredths } from "../numbers.js";

/** A count that leaves nothing out. */
export const ALL = 12000;

/** What each setting is chosen from, where it is from a list. */
export const CHOICES = /** @type {const} */ ({
  latentDim: [1, 2, 3, 5, 10, 20],
  hidden: [64, 128, 256, 400],
  warmUp: [0, 1, 2, 5, 10, 20],
  likelihood: ["bce", "mse"],
  deterministic: [false, true],
  learningRate: [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1], // the last ones are too high, so that one sees that
  batchSize: [16, 32, 64, 128, 256, 512],
  count: [100, 300, 1000, 3000, ALL],
  data: ["mnist", "fashion-mnist"],
});

/** The least and the most of each that is any number, or any whole one. */
export const RANGES = /** @type {const} */ ({
  beta: [0, 10],
  seed: [0, 2 ** 32 - 1],
  drawings: [0, 10],
});

const CLASSES = 10; // of either data set

/** @type {RunSettings} */
const DEFAULTS = {
  latentDim: 2,
  hidden: 128,
  beta: 1,
  warmUp: 0,
  likelihood: "bce",
  deterministic: false,
  learningRate: 1e-2,
  batchSize: 64,
  seed: 1,
  classes: Array.from({ length: CLASSES }, (_, i) => i),
  count: ALL,
  data: "mnist",
  drawings: 1,
};

/** @type {Preset[]} */
export const PRESETS = [
  {
    name: "two",
    title: "Two dimensions",
    watch: "The dots of a class drift together, while all of them stay around the middle, where the KL pulls them.",
    changes: {},
  },
  {
    name: "autoencoder",
    title: "Plain autoencoder",
    watch: "Without the KL the codes spread as far as they like: gaps open between them, and samples fall into these.",
    changes: { deterministic: true, beta: 0 },
  },
  {
    name: "collapse",
    title: "Collapse",
    watch: "The KL counts ten times: one bar after another falls to 0, and those dimensions say nothing any more.",
    changes: { latentDim: 10, beta: 10 },
  },
  {
    name: "textbook",
    title: "Textbook, 20 dimensions",
    watch:
      "More dimensions draw sharper digits: compare the loss with two dimensions, and the samples with the digits.",
    changes: { latentDim: 20, hidden: 400, learningRate: 1e-3, batchSize: 128 },
  },
  {
    name: "ones-sevens",
    title: "Only ones and sevens",
    watch:
      "The decoder learns to draw two kinds of digit: every other digit becomes one of these, or something between.",
    changes: { classes: [1, 7] },
  },
  {
    name: "overfit",
    title: "Overfit, 100 digits",
    watch: "The loss on 100 training digits keeps falling, while that on test digits soon turns and rises.",
    changes: { count: 100 },
  },
];

/** @returns {RunSettings}  a copy */
export function defaultSettings() {
  return { ...DEFAULTS, classes: [...DEFAULTS.classes] };
}

/** @param {Preset} preset @returns {RunSettings} */
export function presetSettings({ changes }) {
  return checked(changes);
}

/**
 * Settings from whatever was given: what is missing, unknown or out of range is the default.
 *
 * @param {Partial<Record<keyof RunSettings, unknown>>} given
 * @returns {RunSettings}
 */
export function checked(given) {
  const settings = defaultSettings();
  for (const name of /** @type {(keyof RunSettings)[]} */ (Object.keys(DEFAULTS))) {
    if (isAllowed(name, given[name])) Object.assign(settings, { [name]: given[name] });
  }
  settings.classes = [...new Set(settings.classes)].sort((one, other) => one - other);
  settings.beta = roundedToHundredths(settings.beta);
  if (settings.deterministic) settings.beta = settings.warmUp = 0;
  return settings;
}

/** @param {keyof RunSettings} name @param {unknown} value */
function isAllowed(name, value) {
  if (name === "classes") {
    return Array.isArray(value) && value.length > 0 && value.every((each) => DEFAULTS.classes.includes(each));
  }
  if (name in CHOICES) return /** @type {any} */ (CHOICES)[name].includes(value);
  const [least, most] = RANGES[/** @type {keyof typeof RANGES} */ (name)];
  return typeof value === "number" && value >= least && value <= most && (name === "beta" || Number.isInteger(value));
}

/** @param {number} rate @returns {number}  the next lower learning rate to choose; the lowest stays */
export function lowerRate(rate) {
  return [...CHOICES.learningRate].reverse().find((each) => each < rate) ?? rate;
}

// How a link names each setting; short, as the address bar holds all of them.
const LETTERS = /** @type {const} */ ({
  latentDim: "z",
  hidden: "h",
  beta: "b",
  warmUp: "w",
  learningRate: "r",
  batchSize: "n",
  seed: "s",
  count: "m",
  drawings: "d",
});
const WORDS = /** @type {Record<string, Partial<RunSettings>>} */ ({
  mse: { likelihood: "mse" },
  ae: { deterministic: true },
  fashion: { data: "fashion-mnist" },
});

/**
 * @param {RunSettings} settings
 * @returns {string}  for a link, such as `z10,b10,c17`: what is not the default; "" if nothing
 */
export function toText(settings) {
  const numbers = Object.entries(LETTERS)
    .filter(([name]) => /** @type {any} */ (settings)[name] !== /** @type {any} */ (DEFAULTS)[name])
    .map(([name, letter]) => `${letter}${/** @type {any} */ (settings)[name]}`);
  const words = Object.entries(WORDS)
    .filter(([, change]) =>
      Object.entries(change).every(([name, value]) => /** @type {any} */ (settings)[name] === value),
    )
    .map(([word]) => word);
  const classes = settings.classes.length < CLASSES ? [`c${settings.classes.join("")}`] : [];
  return [...numbers, ...classes, ...words].join(",");
}

/**
 * @param {string} text  as `toText` makes it, or anything else
 * @returns {RunSettings}  what the text does not say, or says out of range, is the default
 */
export function fromText(text) {
  /** @type {Partial<Record<keyof RunSettings, unknown>>} */
  const given = {};
  for (const part of text.split(",")) {
    if (Object.hasOwn(WORDS, part)) Object.assign(given, WORDS[part]);
    const found = /^([a-z])(\d{1,10}(?:\.\d{1,17})?)$/.exec(part);
    if (!found) continue;
    const [, letter, number] = found;
    if (letter === "c") given.classes = [...number].map(Number);
    const entry = Object.entries(LETTERS).find(([, each]) => each === letter);
    if (entry) given[/** @type {keyof typeof LETTERS} */ (entry[0])] = Number(number);
  }
  return checked(given);
}
