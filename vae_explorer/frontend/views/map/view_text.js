// What is in view of a map, as a text for links: `left,right,bottom,top` of the axes, or the nine numbers of a camera.

/** @typedef {import("../../space/placement.js").Extent} Extent */
/** @typedef {import("../../plotly.js").PlotlyCamera} PlotlyCamera */

const PIXEL_SHARE = 0.1; // what rounding may move a point by
const CAMERA_DECIMALS = 3; // a thousandth of the cube around the points
const SAME = 1e-3; // of the view

/**
 * @param {number} step  the most that rounding may change a number by
 * @returns {(value: number) => string}  without an exponent
 */
export function rounding(step) {
  const decimals = Math.min(12, Math.max(0, Math.ceil(-Math.log10(step))));
  return (value) => {
    const text = value.toFixed(decimals);
    return (decimals ? text.replace(/\.?0+$/, "") : text).replace(/^-0$/, "0");
  };
}

/**
 * @param {import("./chart.js").Frame} frame
 * @param {Extent} whole what is in view after a reset
 * @returns {string} "" for the whole map
 */
export function extentText({ x, y, width }, whole) {
  const size = x[1] - x[0];
  const differs = (/** @type {"x" | "y"} */ axis, /** @type {[number, number]} */ range) =>
    Math.hypot(range[0] - whole[axis][0], range[1] - whole[axis][1]) > SAME * size;
  if (!differs("x", x) && !differs("y", y)) return "";
  return [...x, ...y].map(rounding((PIXEL_SHARE * size) / width)).join(",");
}

/** @param {string} text @returns {Extent | null} */
export function extentOfText(text) {
  const [left, right, bottom, top] = text.split(",").map(Number);
  const isExtent = left < right && bottom < top;
  return isExtent ? { x: [left, right], y: [bottom, top] } : null;
}

/**
 * @param {PlotlyCamera} camera
 * @param {PlotlyCamera} home the view after a reset
 * @returns {string} "" for that
 */
export function cameraText(camera, home) {
  const text = numbers(camera);
  return text === numbers(home) ? "" : text;
}

/** @param {string} text @returns {PlotlyCamera | null} */
export function cameraOfText(text) {
  const all = text.split(",").map(Number);
  if (all.length !== 9 || !all.every(Number.isFinite)) return null;
  const [eye, center, up] = [0, 3, 6].map((at) => ({ x: all[at], y: all[at + 1], z: all[at + 2] }));
  return { eye, center, up };
}

/** @param {PlotlyCamera} camera */
function numbers({ eye, center, up }) {
  const round = rounding(10 ** -CAMERA_DECIMALS);
  return [eye, center, up].flatMap(({ x, y, z }) => [x, y, z].map(round)).join(",");
}
