/**
 * The colours of the page's charts, from train.css, as canvases take them.
 *
 * @typedef {Record<keyof typeof VARIABLES, string>} Colours
 */

import { coloursOf } from "../shared/canvas.js";

const VARIABLES = {
  text: "--vx-text",
  quiet: "--vx-quiet",
  line: "--vx-line",
  train: "--vx-train-train",
  test: "--vx-train-test",
  posterior: "--vx-train-kl",
};

/**
 * @param {HTMLElement} root  of the view, in the page
 * @returns {Colours}
 */
export function chartColours(root) {
  return coloursOf(root, VARIABLES);
}
