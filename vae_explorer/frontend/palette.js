/**
 * Ten class colours that colour-blind people can tell apart.
 *
 * Found by search: of any two, the distance in OKLab is at least 0.14 as most people see them, 0.10 with protanopia
 * or deuteranopia and 0.08 with tritanopia (simulated after Machado et al., 2009), at a contrast of at least 2 to
 * white and 3 to the dark background. Digits that are often confused, such as 4 and 9, have colours far apart.
 */

/** @type {readonly string[]} */
export const CLASS_COLOURS = [
  "#b469b4",
  "#e15a00",
  "#e1a5b4",
  "#1e6978",
  "#0096ff",
  "#96b4ff",
  "#4b9669",
  "#784bc3",
  "#964b2d",
  "#ff960f",
];

/**
 * @param {number} index
 * @returns {string}  a CSS colour; starts over after ten classes
 */
export function classColour(index) {
  return CLASS_COLOURS[index % CLASS_COLOURS.length];
}
