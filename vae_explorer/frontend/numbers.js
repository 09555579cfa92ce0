/**
 * @param {number} value
 * @param {number} low
 * @param {number} high
 * @returns {number}  the number from low to high that is nearest to the value
 */
export function clamp(value, low, high) {
  return Math.max(low, Math.min(high, value));
}

/**
 * @param {number} value
 * @returns {number}  rounded to two decimals, never -0
 */
export function roundedToHundredths(value) {
  return Math.round(value * 100) / 100 + 0; // + 0 turns -0 into 0
}
