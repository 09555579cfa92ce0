/**
 * What is set on the Encode page.
 *
 * @typedef {import("../../types.js").EncodeProps} EncodeProps
 * @typedef {import("../../types.js").EncodeSettings} EncodeSettings
 */

import { roundedToHundredths } from "../../numbers.js";
import { pictureMemory } from "../shared/picture/state.js";

export const TEMPERATURE = { min: 0, max: 2, step: 0.05 };
export const BETA = { min: 0, max: 10, step: 0.1 };
export const STRIP = 8;

/** The picture on this page. */
export const shownPicture = pictureMemory((/** @type {EncodeProps} */ { picture }) => picture);

/**
 * @param {EncodeProps} props  settings from the session, which has checked them
 * @returns {EncodeSettings}
 */
export function settingsOf({ picture, draw, noise, pick, spread, term, weight, compared }) {
  const numbers = { spread: roundedToHundredths(spread), weight: roundedToHundredths(weight) };
  return { picture, draw, noise, pick, term, compared, ...numbers };
}
