// What the colour of a point can show.

import { clamp } from "../../numbers.js";
import { classColour } from "../../palette.js";
import { formatCount } from "../../text.js";

/** @typedef {import("../../model.js").Codes} Codes */
/** @typedef {import("../../types.js").Manifest} Manifest */
/** @typedef {"class" | "kl" | "reconstruction" | "confidence" | "prediction"} ColouringName */

/**
 * A new colouring is a new row of the table below: by category (`colour`, with `keys` beside the map) or by a quantity
 * (`values`, with a colour bar).
 *
 * @typedef {object} Colouring
 * @property {string} title
 * @property {(codes: Codes, manifest: Manifest) => boolean} has whether it applies to this model
 * @property {(codes: Codes, index: number) => string} [colour]
 * @property {(codes: Codes) => {name: string, colour: string}[]} [keys]
 * @property {(codes: Codes) => Float32Array} [values] (N,)
 * @property {(value: number) => string} [show] a value, with its unit
 * @property {(noun: string) => string} [about] what the colour means
 */

/** @param {number} value */
const nats = (value) => `${value.toFixed(value < 10 ? 1 : 0)} nats`;
/** @param {number} value 0…1 */
const percent = (value) => `${(100 * value).toFixed(value > 0.995 && value < 1 ? 1 : 0)}\u00a0%`;

const RIGHT = "#9aa3af";
const WRONG = "#d6336c";

/** @type {Record<ColouringName, Colouring>} */
export const COLOURINGS = {
  class: { title: "Class", has: () => true, colour: ({ label }, i) => classColour(label[i]) },
  kl: {
    title: "KL",
    has: (_codes, { deterministic }) => !deterministic,
    values: ({ kl }) => kl,
    show: nats,
    about: (noun) => `How far the posterior of a ${noun} is from the prior.`,
  },
  reconstruction: {
    title: "Reconstruction error",
    has: () => true,
    values: ({ reconstruction }) => reconstruction,
    show: nats,
    about: () => "Summed over all pixels.",
  },
  confidence: {
    title: "Classifier confidence",
    has: ({ confidence }) => confidence !== null,
    values: ({ confidence }) => /** @type {Float32Array} */ (confidence),
    show: percent,
    about: (noun) => `How sure a classifier is of the class that it reads in the reconstruction of a ${noun}.`,
  },
  prediction: {
    title: "Classifier errors",
    has: ({ predictedClass }) => predictedClass !== null,
    colour: (codes, i) => (misclassified(codes, i) ? WRONG : RIGHT),
    keys: (codes) => {
      const wrong = codes.label.reduce((sum, _, i) => sum + Number(misclassified(codes, i)), 0);
      return [
        { name: `recognised (${formatCount(codes.count - wrong)})`, colour: RIGHT },
        { name: `read as another class (${formatCount(wrong)})`, colour: WRONG },
      ];
    },
    about: (noun) => `Whether a classifier reads the reconstruction of a ${noun} as its true class.`,
  },
};

/** Whether the classifier reads the reconstruction of a picture as another class. @param {Codes} codes @param {number} i */
export function misclassified({ predictedClass, label }, i) {
  return predictedClass !== null && predictedClass[i] !== label[i];
}

/**
 * The scale of quantities: ever lighter from blue to yellow, so that it can be read without colour vision, and with
 * enough contrast to white and to the dark background.
 */
export const SCALE = ["#3a63d8", "#8a4fc4", "#c94f92", "#ea7550", "#f2b134"];
const STEPS = 64;

/**
 * The ends of the colour bar: 98 of 100 pictures lie between them. Otherwise a few outliers would take all the colours.
 * @param {Float32Array} values
 * @returns {[number, number]}
 */
export function limitsOf(values) {
  const sorted = values.slice().sort();
  const at = (/** @type {number} */ share) => sorted[Math.round(share * (sorted.length - 1))];
  return [at(0.01), at(0.99)];
}

/**
 * A colour per point.
 * @param {Colouring} colouring
 * @param {Codes} codes
 * @returns {string[]} (N,)
 */
export function coloursOf({ colour, values }, codes) {
  if (colour) return Array.from(codes.label, (_, i) => colour(codes, i));
  if (!values) return [];
  const quantity = values(codes);
  const [low, high] = limitsOf(quantity);
  const steps = Array.from({ length: STEPS }, (_, n) => onScale(n / (STEPS - 1)));
  return Array.from(quantity, (value) => {
    const share = clamp((value - low) / (high - low || 1), 0, 1);
    return steps[Math.round(share * (STEPS - 1))];
  });
}

/** @param {number} share 0…1 @returns {string} */
function onScale(share) {
  const at = share * (SCALE.length - 1);
  const first = Math.min(SCALE.length - 2, Math.floor(at));
  const mixed = [1, 3, 5].map((digit) => {
    const [low, high] = [SCALE[first], SCALE[first + 1]].map((hex) => parseInt(hex.slice(digit, digit + 2), 16));
    return Math.round(low + (high - low) * (at - first));
  });
  return `rgb(${mixed.join(", ")})`;
}
