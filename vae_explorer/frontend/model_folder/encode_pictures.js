/**
 * What a trained model makes of test pictures: the codes of its folder, and its figures. The same as `encode_all` and
 * `model_metrics` in `train/evaluate/`, with other noise.
 *
 * @typedef {import("../training/mlp.js").Sizes} Sizes
 * @typedef {import("../training/mlp.js").Weights} Weights
 *
 * @typedef {object} Encoded  of N pictures
 * @property {Float32Array<ArrayBuffer>} mu             (N, D) that float16 holds
 * @property {Float32Array<ArrayBuffer>} logVar         (N, D) the same
 * @property {Float32Array<ArrayBuffer>} reconstruction (N) nats, from one sample of z each
 * @property {Float32Array<ArrayBuffer>} kl             (N) nats; zeros in a plain autoencoder
 * @property {number} squaredError  per pixel, of the pictures of the mean codes
 */

import { PIXELS } from "../picture/size.js";
import {
  emptyPosterior,
  klPerDimension,
  RECONSTRUCTIONS,
  readPosterior,
  reparameterize,
  sigmoid,
  total,
} from "../network/elbo.js";
import { roundedToHalf } from "../network/half.js";
import { Network } from "../network/network.js";
import { standardNormals } from "../space/random.js";
import { decoderLayers, encoderLayers, networkOf } from "../training/mlp.js";

const NOISE_SEED = 1312_6114; // of the noise of z, the same for every model
const AT_ONCE = 20; // pictures from one yield to the next: some milliseconds

/**
 * A generator, so that whoever runs it can do something else in between, or stop.
 *
 * @param {Sizes & {likelihood: "bce" | "mse", deterministic?: boolean}} model
 * @param {Weights} weights  as they are in the folder
 * @param {Uint8Array} pixels  (N, 784)
 * @returns {Generator<number, Encoded>}  yields the share that is done, 0…1
 */
export function* encodePictures(model, weights, pixels) {
  const { latentDim: dim, deterministic = false } = model;
  const count = pixels.length / PIXELS;
  const encoder = new Network(networkOf("encoder", encoderLayers(model), model, weights));
  const decoder = new Network(networkOf("decoder", decoderLayers(model), model, weights));
  const normal = standardNormals(NOISE_SEED);
  const posterior = emptyPosterior(dim);
  const [x, costs] = [new Float32Array(PIXELS), new Float64Array(PIXELS)];
  const [eps, z, ofEach] = [new Float64Array(dim), new Float64Array(dim), new Float64Array(dim)];
  const [mu, logVar] = [new Float32Array(count * dim), new Float32Array(count * dim)];
  const [reconstruction, kl] = [new Float32Array(count), new Float32Array(count)];
  let squares = 0;
  for (let row = 0; row < count; row++) {
    for (let i = 0; i < PIXELS; i++) x[i] = pixels[row * PIXELS + i] / 255;
    const output = encoder.run(x);
    mu.set(output.subarray(0, dim), row * dim);
    logVar.set(output.subarray(dim), row * dim);
    readPosterior(output, deterministic, posterior);
    if (!deterministic) kl[row] = total(klPerDimension(posterior, ofEach));
    for (let i = 0; i < dim; i++) eps[i] = normal();
    reparameterize(posterior, deterministic ? null : eps, 1, z);
    reconstruction[row] = total(RECONSTRUCTIONS[model.likelihood](decoder.run(z), x, costs));
    const logits = decoder.run(posterior.mu);
    for (let i = 0; i < PIXELS; i++) squares += (sigmoid(logits[i]) - x[i]) ** 2;
    if (row % AT_ONCE === AT_ONCE - 1) yield (row + 1) / count;
  }
  const squaredError = squares / (count * PIXELS);
  return { mu: roundedToHalf(mu), logVar: roundedToHalf(logVar), reconstruction, kl, squaredError };
}
