// How a map looks after fingers have moved it: of the plane another part is in view, space is seen from another side.

/** @typedef {import("./chart.js").Frame} Frame */
/** @typedef {import("../../space/placement.js").Extent} Extent */
/** @typedef {import("../../plotly.js").PlotlyCamera} PlotlyCamera */
/** @typedef {import("../../plotly.js").PlotlyVector} PlotlyVector */
/** @typedef {import("../shared/fingers.js").Grip} Grip */

/**
 * What lay under the fingers stays under them.
 *
 * @param {Frame} frame as they began
 * @param {Grip} grip
 * @returns {Extent}
 */
export function movedView({ left, top, width, height, x, y }, { from, to, factor }) {
  /** @param {[number, number]} range @param {number} was @param {number} is shares of the range @returns {[number, number]} */
  const moved = ([low, high], was, is) => {
    const size = (high - low) / factor;
    const begin = low + was * (high - low) - is * size;
    return [begin, begin + size];
  };
  return {
    x: moved(x, (from[0] - left) / width, (to[0] - left) / width),
    y: moved(y, 1 - (from[1] - top) / height, 1 - (to[1] - top) / height),
  };
}

/**
 * What is in front follows the fingers: half a turn from one side of the stage to the other.
 *
 * @param {PlotlyCamera} camera as they began
 * @param {Grip} grip
 * @param {number} width of the stage
 * @returns {PlotlyCamera}
 */
export function turnedCamera({ center, up, eye }, { from, to, factor }, width) {
  const across = (-Math.PI * (to[0] - from[0])) / width;
  const down = (-Math.PI * (to[1] - from[1])) / width;
  const away = { x: eye.x - center.x, y: eye.y - center.y, z: eye.z - center.z };
  const sideways = turned(away, up, across);
  const right = cross(up, sideways);
  const { x, y, z } = turned(sideways, right, down);
  return {
    center,
    up: turned(up, right, down),
    eye: { x: center.x + x / factor, y: center.y + y / factor, z: center.z + z / factor },
  };
}

/**
 * Rodrigues' formula.
 * @param {PlotlyVector} vector
 * @param {PlotlyVector} axis of any length but 0
 * @param {number} angle
 * @returns {PlotlyVector}
 */
function turned(vector, axis, angle) {
  const length = Math.hypot(axis.x, axis.y, axis.z);
  const unit = { x: axis.x / length, y: axis.y / length, z: axis.z / length };
  const side = cross(unit, vector);
  const along = (unit.x * vector.x + unit.y * vector.y + unit.z * vector.z) * (1 - Math.cos(angle));
  /** @param {"x" | "y" | "z"} on */
  const part = (on) => vector[on] * Math.cos(angle) + side[on] * Math.sin(angle) + unit[on] * along;
  return { x: part("x"), y: part("y"), z: part("z") };
}

/** @param {PlotlyVector} a @param {PlotlyVector} b @returns {PlotlyVector} */
function cross(a, b) {
  return { x: a.y * b.z - a.z * b.y, y: a.z * b.x - a.x * b.z, z: a.x * b.y - a.y * b.x };
}
