/**
 * What is set on the Uses page, and what its tabs have in common.
 *
 * @typedef {import("../../types.js").UsesProps} UsesProps
 * @typedef {import("../../types.js").UsesSettings} UsesSettings
 * @typedef {import("../shared/picture/state.js").EncodedPicture} EncodedPicture
 *
 * @typedef {object} Tab
 * @property {HTMLElement} root
 * @property {(picture: EncodedPicture | null) => void} show  the picture has changed, perhaps at every frame while it is
 *   drawn; null: there is none
 * @property {() => void} destroy  work that goes on in the background ends
 *
 * @typedef {object} TabContext
 * @property {import("../../model.js").Model} model
 * @property {UsesProps} props          `tables` has what was measured
 * @property {UsesSettings} settings    as they are now; changed by `set` alone
 * @property {(change: Partial<UsesSettings>) => void} set  to be called when a control is released
 * @property {(code: import("../../history.js").SavedCode) => void} open  go to a code in Morph
 */

/** Of the posterior's noise, on the Augment tab. */
export const STRETCH = { min: 0, max: 4, step: 0.1 };

/**
 * @param {UsesProps} props  settings from the session, which has checked them
 * @returns {UsesSettings}
 */
export function settingsOf(props) {
  const { use, usedPicture, erased, chains, score, against, bar } = props;
  const { around, kind, stretch, made, agreeing, amount } = props;
  return { use, usedPicture, erased, chains, score, against, bar, around, kind, stretch, made, agreeing, amount };
}
