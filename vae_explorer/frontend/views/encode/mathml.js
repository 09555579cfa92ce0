/** Small helpers that make MathML, which browsers set themselves. */

const NAMESPACE = "http://www.w3.org/1998/Math/MathML";

/**
 * @param {string} tag
 * @param {...(Element | string)} children
 * @returns {Element}
 */
export function math(tag, ...children) {
  const node = document.createElementNS(NAMESPACE, tag);
  node.append(...children);
  return node;
}

/** @param {string} name  of a variable, set in italics where it is one letter */
export const mi = (name) => math("mi", name);

/** @param {string} sign */
export const mo = (sign) => math("mo", sign);

/** @param {string} text  upright */
export const mtext = (text) => math("mtext", text);

/** @param {Element} base @param {Element} below */
export const sub = (base, below) => math("msub", base, below);

/** @param {Element} base @param {Element} above */
export const sup = (base, above) => math("msup", base, above);

/** @returns {Element}  x with a hat */
export const xHat = () => math("mover", mi("x"), mo("^"));

/**
 * @param {...Element} parts
 * @returns {Element}  a formula in a line of text
 */
export const formula = (...parts) => math("math", math("mrow", ...parts));
