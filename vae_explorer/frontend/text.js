/** How texts are put together, wherever several views do it. */

/**
 * @param {string} text
 * @returns {string}  with a capital letter: "test" becomes "Test", to begin a caption
 */
export function capitalise(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * @param {string} name  of a class
 * @returns {string}  such as "class 3" or "class “Ankle boot”"
 */
export function classNamed(name) {
  return `class ${name.length > 2 ? `“${name}”` : name}`;
}

/**
 * @param {number} count
 * @returns {string}  such as "10,000"
 */
export function formatCount(count) {
  return count.toLocaleString("en");
}

/** How many dimensions a latent space has. @param {number} count */
export const dimensionsText = (count) => (count === 1 ? "1 dimension" : `${count} dimensions`);
