/** The sheet of random samples in a model folder, which the list of models shows: as `train/sheets.py` makes it. */

import { PIXELS, SIDE } from "../picture/size.js";
import { sigmoid } from "../network/elbo.js";
import { Network } from "../network/network.js";
import { standardNormals } from "../space/random.js";
import { greyPng } from "./grey_png.js";
import { decoderLayers, networkOf } from "../training/mlp.js";

const ROWS = 8;
const SEED = 0;

/**
 * @param {import("../training/mlp.js").Sizes} sizes
 * @param {import("../training/mlp.js").Weights} weights
 * @returns {Uint8Array<ArrayBuffer>}  8x8 samples from the prior as a PNG
 */
export function sampleSheet(sizes, weights) {
  const decoder = new Network(networkOf("decoder", decoderLayers(sizes), sizes, weights));
  const normal = standardNormals(SEED);
  const width = ROWS * SIDE;
  const greys = new Uint8Array(width * width);
  for (let sample = 0; sample < ROWS * ROWS; sample++) {
    const logits = decoder.run(Float64Array.from({ length: sizes.latentDim }, normal));
    const corner = Math.floor(sample / ROWS) * SIDE * width + (sample % ROWS) * SIDE;
    for (let i = 0; i < PIXELS; i++) {
      greys[corner + Math.floor(i / SIDE) * width + (i % SIDE)] = Math.round(255 * sigmoid(logits[i]));
    }
  }
  return greyPng(greys, width);
}
