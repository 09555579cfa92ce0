/**
 * What is set on the Uses page.
 *
 * @typedef {import("../../types.js").UsesProps} UsesProps
 * @typedef {import("../../types.js").UsesSettings} UsesSettings
 */

/** Of the posterior's noise, on the Augment tab. */
export const STRETCH = { min: 0, max: 4, step: 0.1 };

/**
 * @param {UsesProps} props  settings from the session, which has checked them
 * @returns {UsesSettings}
 */
export function settingsOf(props) {
  const { use, usedPicture, erased, chains, score, against, alarm, kind, stretch, made, agreeing } = props;
  return { use, usedPicture, erased, chains, score, against, alarm, kind, stretch, made, agreeing };
}
