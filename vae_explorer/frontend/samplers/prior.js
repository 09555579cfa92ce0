/**
 * The prior N(0, I).
 *
 * @typedef {import("./registry.js").Sampler} Sampler
 */

import { standardNormals } from "../space/random.js";

const TEXT = {
  formula: "z ~ N(0, temperature² I)",
  about: "Prior: the normal distribution that the KL pulls the codes towards.",
  deterministic: "This model was trained without a prior: nothing made its codes follow N(0, I).",
};

/** @type {Sampler} */
export const prior = {
  formula: TEXT.formula,
  about: ({ deterministic }) => (deterministic ? TEXT.deterministic : TEXT.about),
  draw(_, { count, dim, temperature, seed }) {
    const normal = standardNormals(seed);
    return Float64Array.from({ length: count * dim }, () => temperature * normal());
  },
};
