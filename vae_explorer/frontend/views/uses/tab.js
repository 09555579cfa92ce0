/**
 * What the tabs of the Uses page have in common.
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

export {};
