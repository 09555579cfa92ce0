/** How numbers of the loss are written: what is added up on the screen has to add up there, too. */

import { roundedToHundredths } from "../../numbers.js";

const LARGE = 1e6; // from here on as a power of ten

const TEXT = {
  overflow: "overflow",
};

/**
 * @param {number} value
 * @param {number} [digits]  behind the point
 * @returns {string}  such as "68.47", "−0.31", "2.1e+9"; "overflow" for what is no finite number
 */
export function figure(value, digits = 2) {
  if (!Number.isFinite(value)) return TEXT.overflow;
  if (Math.abs(value) >= LARGE) return minus(value.toExponential(1));
  const text = value.toFixed(digits);
  return minus(Number(text) === 0 ? (0).toFixed(digits) : text); // no "-0.00"
}

/**
 * Both terms and their sum as they are shown: the sum is that of the rounded terms, at most a hundredth from the exact one.
 *
 * @param {number} reconstruction  nats
 * @param {number} kl              nats
 * @param {number} beta            its weight
 * @returns {{reconstruction: number, kl: number, weighted: number, sum: number}}
 */
export function addedUp(reconstruction, kl, beta) {
  const shown = { reconstruction: roundedToHundredths(reconstruction), kl: roundedToHundredths(kl) };
  const weighted = beta ? roundedToHundredths(beta * shown.kl) : 0;
  return { ...shown, weighted, sum: roundedToHundredths(shown.reconstruction + weighted) };
}

/** @param {string} text */
function minus(text) {
  return text.replace(/^-/, "−");
}
