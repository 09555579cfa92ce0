/** Rows of pictures with their names, as one picture to take along. */

import { SIDE } from "../../model.js";

const SCALE = 3; // a whole number, so that a pixel stays a square
const LINE = 26;
const GAP = 4;
const MARGIN = 12;
const FONT = "16px system-ui, sans-serif";

/**
 * @param {import("./filmstrip.js").Film[]} films  all of one length
 * @param {string[]} columns  what stands above the pictures; none: nothing does
 * @returns {HTMLCanvasElement}
 */
export function filmSheet(films, columns = []) {
  const canvas = document.createElement("canvas");
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { alpha: false }));
  context.font = FONT;
  const left = MARGIN + Math.ceil(Math.max(...films.map(({ name }) => context.measureText(name).width))) + MARGIN;
  const top = columns.length ? MARGIN + LINE : MARGIN;
  const side = SIDE * SCALE;
  canvas.width = left + films[0].canvas.width * SCALE + MARGIN;
  canvas.height = top + films.length * (side + GAP) - GAP + MARGIN;
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = "#000000";
  context.font = FONT; // setting a canvas's size has set it back
  context.imageSmoothingEnabled = false;
  context.textBaseline = "middle";
  films.forEach(({ name, canvas: film }, row) => {
    const y = top + row * (side + GAP);
    context.fillText(name, MARGIN, y + side / 2);
    context.drawImage(film, left, y, film.width * SCALE, side);
  });
  context.textAlign = "center";
  columns.forEach((text, column) => context.fillText(text, left + (column + 0.5) * side, MARGIN + LINE / 2));
  return canvas;
}
