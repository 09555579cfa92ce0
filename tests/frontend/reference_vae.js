/**
 * What a dense VAE loses, by its definition in double precision, and the slope of that by differences. Nothing is shared
 * with the code under test.
 *
 * Kingma and Welling, "Auto-Encoding Variational Bayes", 2014: equation 10 with one sample, appendices B and C.
 *
 * @typedef {import("../../vae_explorer/frontend/training/mlp.js").VaeModel} VaeModel
 * @typedef {Record<string, ArrayLike<number>>} Weights
 */

const STEP = 1e-5;

/**
 * @param {VaeModel} model
 * @param {Weights} weights
 * @param {ArrayLike<number>} images  (B, 784)
 * @param {ArrayLike<number>} eps     (B, D)
 * @returns {{reconstruction: number, kl: number}}  means over the images, nats
 */
export function loss({ latentDim, likelihood, deterministic }, weights, images, eps) {
  const count = images.length / 784;
  let [reconstruction, kl] = [0, 0];
  for (let n = 0; n < count; n++) {
    const image = Array.from({ length: 784 }, (_, i) => images[784 * n + i]);
    const encoded = dense(weights, "encoder.2", dense(weights, "encoder.0", image).map(relu));
    const [mu, logVar] = [encoded.slice(0, latentDim), encoded.slice(latentDim)];
    const z = mu.map((m, d) => (deterministic ? m : m + Math.exp(logVar[d] / 2) * eps[latentDim * n + d]));
    const logits = dense(weights, "decoder.2", dense(weights, "decoder.0", z).map(relu));
    reconstruction += logits.reduce((sum, l, i) => sum + TERMS[likelihood](1 / (1 + Math.exp(-l)), image[i]), 0);
    if (!deterministic) kl += mu.reduce((sum, m, d) => sum + (m * m + Math.exp(logVar[d]) - 1 - logVar[d]) / 2, 0);
  }
  return { reconstruction: reconstruction / count, kl: kl / count };
}

/**
 * @param {VaeModel} model
 * @param {Weights} weights
 * @param {ArrayLike<number>} images
 * @param {ArrayLike<number>} eps
 * @param {number} beta
 * @param {(i: number, count: number) => boolean} wanted  whether the slope along weight i of a tensor of so many is
 * @returns {Record<string, {at: number, slope: number}[]>}  of reconstruction + beta * KL
 */
export function gradients(model, weights, images, eps, beta, wanted) {
  const moved = Object.fromEntries(Object.entries(weights).map(([name, values]) => [name, Float64Array.from(values)]));
  const at = () => {
    const { reconstruction, kl } = loss(model, moved, images, eps);
    return reconstruction + beta * kl;
  };
  return Object.fromEntries(
    Object.entries(moved).map(([name, values]) => [
      name,
      Array.from(values.keys())
        .filter((i) => wanted(i, values.length))
        .map((i) => {
          const value = values[i];
          values[i] = value + STEP;
          const above = at();
          values[i] = value - STEP;
          const below = at();
          values[i] = value;
          return { at: i, slope: (above - below) / (2 * STEP) };
        }),
    ]),
  );
}

/** @type {Record<string, (p: number, x: number) => number>}  of one pixel */
const TERMS = {
  bce: (p, x) => -(x * Math.log(p) + (1 - x) * Math.log(1 - p)),
  mse: (p, x) => ((p - x) / 0.1) ** 2 / 2 + Math.log(0.1 * Math.sqrt(2 * Math.PI)),
};

/** @param {number} x */
const relu = (x) => Math.max(x, 0);

/** @param {Weights} weights @param {string} layer @param {number[]} input */
function dense(weights, layer, input) {
  const [weight, bias] = [weights[`${layer}.weight`], weights[`${layer}.bias`]];
  return Array.from(bias, (b, o) => input.reduce((sum, x, i) => sum + weight[o * input.length + i] * x, b));
}
