/**
 * Which of the visitor's own drawings a run has: those of its data set, of the classes that are in.
 *
 * @typedef {import("../../own/drawings.js").Drawing} Drawing
 * @typedef {import("../../own/drawings.js").Drawings} Drawings
 * @typedef {import("../../training/settings.js").RunSettings} RunSettings
 */

/**
 * @param {Drawings} drawings
 * @param {RunSettings} settings
 * @returns {{key: string, list: Drawing[]}}  `key`: the same for the same drawings as often; "" if there are none
 */
export function drawingsIn(drawings, { data, classes, drawings: times }) {
  const list = times ? drawings.of(data).filter(({ label }) => classes.includes(label)) : [];
  return { key: list.length ? `${times}x${list.map(({ id }) => id).join()}` : "", list };
}
