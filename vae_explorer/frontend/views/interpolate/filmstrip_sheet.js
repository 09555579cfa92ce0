/** Filmstrips with their names, as one picture to save. */

import { SIDE } from "../../picture/size.js";

const SCALE = 3; // an integer, so that a pixel stays square
const LINE = 26;
const GAP = 4;
const MARGIN = 12;
const FONT = "16px system-ui, sans-serif";

/**
 * @param {import("./filmstrip.js").Filmstrip[]} filmstrips  all of one length
 * @param {string[]} columns  headings of the columns, if any
 * @returns {HTMLCanvasElement}
 */
export function filmstripSheet(filmstrips, columns = []) {
  const canvas = document.createElement("canvas");
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { alpha: false }));
  context.font = FONT;
  const left = MARGIN + Math.ceil(Math.max(...filmstrips.map(({ name }) => context.measureText(name).width))) + MARGIN;
  const top = columns.length ? MARGIN + LINE : MARGIN;
  const side = SIDE * SCALE;
  canvas.width = left + filmstrips[0].canvas.width * SCALE + MARGIN;
  canvas.height = top + filmstrips.length * (side + GAP) - GAP + MARGIN;
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = "#000000";
  context.font = FONT; // setting the size of a canvas has reset it
  context.imageSmoothingEnabled = false;
  context.textBaseline = "middle";
  filmstrips.forEach(({ name, canvas: strip }, row) => {
    const y = top + row * (side + GAP);
    context.fillText(name, MARGIN, y + side / 2);
    context.drawImage(strip, left, y, strip.width * SCALE, side);
  });
  context.textAlign = "center";
  columns.forEach((text, column) => {
    context.fillText(text, left + (column + 0.5) * side, MARGIN + LINE / 2);
  });
  return canvas;
}
