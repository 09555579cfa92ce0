/** Ten class colours that colour-blind people can tell apart. */

/** @type {readonly string[]} */
export const CLASS_COLOURS = [
  "#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#999999", "#ee7733", "#44aa99", "#7755cc",
];

/**
 * @param {number} index
 * @returns {string}  a CSS colour; more than ten classes begin again
 */
export function classColour(index) {
  return CLASS_COLOURS[index % CLASS_COLOURS.length];
}
