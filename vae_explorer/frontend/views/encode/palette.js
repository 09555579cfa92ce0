/**
 * A colour for each stage, from encode.css, as canvases take them.
 *
 * @typedef {Record<keyof typeof VARIABLES, string>} Colours
 */

import { coloursOf } from "../shared/canvas.js";

const VARIABLES = {
  text: "--vx-text",
  quiet: "--vx-quiet",
  line: "--vx-line",
  band: "--vx-enc-band",
  posterior: "--vx-enc-posterior",
  code: "--vx-enc-code",
  decoder: "--vx-enc-decoder",
  loss: "--vx-enc-loss",
};

/**
 * @param {HTMLElement} root  of the view, in the page
 * @returns {Colours}
 */
export function stageColours(root) {
  return coloursOf(root, VARIABLES);
}
