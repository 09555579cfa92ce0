/** Whole numbers as links hold them: `1,3,7`. */

/**
 * @param {Iterable<number>} numbers
 * @returns {string}  in ascending order
 */
export function textOf(numbers) {
  return [...numbers].sort((one, other) => one - other).join(",");
}

/**
 * @param {string} text
 * @returns {number[]}
 */
export function numbersIn(text) {
  return text ? text.split(",").map(Number) : [];
}
