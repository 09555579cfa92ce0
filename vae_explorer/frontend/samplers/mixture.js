/**
 * A mixture of K Gaussians that was fitted to the codes of the training pictures.
 *
 * @typedef {import("./registry.js").Sampler} Sampler
 */

import { normalsFrom, randomIntegers } from "../space/random.js";

const TEXT = {
  formula: "z = mₖ + temperature × Lₖ ε, ε ~ N(0, I)",
  /** @param {string} nouns */
  about: (nouns) => `Mixture: Gaussians fitted to the codes of the training ${nouns}; k is a random one of them.`,
  /** @param {string} nouns */
  ofEveryClass: (nouns) =>
    `Mixture: Gaussians fitted to the codes of the training ${nouns}, the same for every class; k is a random one of them.`,
};

/** @type {Sampler} */
export const mixture = {
  formula: TEXT.formula,
  about: ({ classes, data }) => (classes ? TEXT.ofEveryClass : TEXT.about)(data.nouns),
  draw(tensors, { count, dim, temperature, seed }) {
    const weights = tensors.mixture_weights.data; // (K)
    const means = tensors.mixture_means.data; // (K, D)
    const factors = tensors.mixture_cholesky.data; // (K, D, D), lower triangles
    const upTo = new Float64Array(weights.length); // sums of the weights
    weights.forEach((weight, k) => {
      upTo[k] = weight + (k ? upTo[k - 1] : 0);
    });
    const total = upTo[upTo.length - 1];
    const next = randomIntegers(seed);
    const normal = normalsFrom(next);
    const eps = new Float64Array(dim);
    const codes = new Float64Array(count * dim);
    for (let start = 0; start < codes.length; start += dim) {
      const share = (total * (next() + 0.5)) / 2 ** 32;
      const k = upTo.findIndex((sum) => share < sum);
      for (let i = 0; i < dim; i++) eps[i] = normal();
      for (let i = 0; i < dim; i++) {
        let deviation = 0;
        for (let j = 0; j <= i; j++) deviation += factors[(k * dim + i) * dim + j] * eps[j];
        codes[start + i] = means[k * dim + i] + temperature * deviation;
      }
    }
    return codes;
  },
};
