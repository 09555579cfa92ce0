/** How a random code is drawn, in words. */

const TEXT = {
  prior: "Draws z from N(0, I)",
  /** @param {string} split */
  noPrior: (split) =>
    `This model has no prior: draws z from a normal distribution around 0, as wide as the ${split} codes`,
};

/** @param {import("../../types.js").Manifest} manifest */
export function randomHint({ deterministic, data }) {
  return deterministic ? TEXT.noPrior(data.split) : TEXT.prior;
}
