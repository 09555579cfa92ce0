// How points are drawn, by Plotly and by the preview alike.

/** @typedef {import("../../space/placement.js").Cloud} Cloud */

export const POINT_OPACITY = 0.75;
const SIZE = 4.5;
const MANY = 20_000; // more would overlap: they are drawn smaller
const SIZE_OF_MANY = 3;

/**
 * The diameter of a point, pixels.
 * @param {number} count of points
 */
export function pointSize(count) {
  return count < MANY ? SIZE : SIZE_OF_MANY;
}

/**
 * The columns of the shown points, as Plotly takes them.
 * @param {Cloud} cloud
 * @param {string[]} colours
 * @param {(index: number) => boolean} shows
 */
export function shownColumns(cloud, colours, shows) {
  /** @type {number[]} */
  const shown = [];
  for (let i = 0; i < colours.length; i++) if (shows(i)) shown.push(i);
  /** @param {Float32Array | undefined} values */
  const column = (values) => values && Array.from(shown, (i) => values[i]);
  return { x: column(cloud.x), y: column(cloud.y), z: column(cloud.z), color: Array.from(shown, (i) => colours[i]) };
}
