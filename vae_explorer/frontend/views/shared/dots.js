// Points on a bare canvas: no axes, no interaction, but immediate.

/** @typedef {import("../map/chart.js").Drawing} Drawing */
/** @typedef {import("../map/chart.js").Frame} Frame */

/**
 * @param {HTMLCanvasElement} canvas resized to the pixels that it covers on the screen
 * @param {Frame} frame
 * @param {Drawing} drawing
 * @param {number} size diameter of a point, pixels
 * @param {number} opacity 0…1
 */
export function paintPoints(canvas, frame, drawing, size, opacity) {
  const density = window.devicePixelRatio || 1;
  canvas.width = Math.round(canvas.clientWidth * density);
  canvas.height = Math.round(canvas.clientHeight * density);
  const context = canvas.getContext("2d");
  if (!context) return; // no preview until Plotly has drawn
  context.scale(density, density);
  context.globalAlpha = opacity;
  const { left, top, width, height, x, y } = frame;
  const { plane, colours, shows } = drawing;
  const across = width / (x[1] - x[0]),
    up = height / (y[1] - y[0]);
  for (let i = 0; i < colours.length; i++) {
    if (!shows(i)) continue;
    context.fillStyle = colours[i];
    context.beginPath();
    context.arc(left + (plane.x[i] - x[0]) * across, top + (y[1] - plane.y[i]) * up, size / 2, 0, 2 * Math.PI);
    context.fill();
  }
}
