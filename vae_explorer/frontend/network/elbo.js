/**
 * The posterior that an encoder gives, and the terms of −ELBO, in nats: the same formulas as `vae_explorer/model/vae.py`.
 *
 * Kingma and Welling, "Auto-Encoding Variational Bayes", 2014 (arXiv 1312.6114), for the posterior, the sample and both
 * terms; Higgins et al., "beta-VAE", ICLR 2017, for beta. Everything is summed over pixels and over dimensions.
 *
 * Numbers may overflow to infinity; no function here turns finite inputs into NaN.
 */

/** The standard deviation of the Gaussian that squared error stands for, in units of the pixel range. */
export const MSE_SIGMA = 0.1;

const MSE_CONSTANT = Math.log(MSE_SIGMA * Math.sqrt(2 * Math.PI));

const LARGEST = 3.4e38; // of float32: infinity minus itself, and times 0, would be NaN

// Far beyond any code; what is much larger overflows in a decoder, where infinities cancel to NaN. An encoder may ask
// for it at what is no picture of its data set: a blank one, or noise.
const LARGEST_CODE = 1e20;

/** @param {number} value */
const bounded = (value) => Math.max(-LARGEST, Math.min(LARGEST, value));

/**
 * @typedef {object} Posterior  q(z|x) = N(mu, diag(exp(log_var)))
 * @property {Float64Array} mu      (D)
 * @property {Float64Array} logVar  (D) natural logarithm of the variance
 * @property {Float64Array} sigma   (D) standard deviation; 0 where the model has none
 */

/**
 * @param {number} dim  D
 * @returns {Posterior}  one to write to
 */
export function emptyPosterior(dim) {
  return { mu: new Float64Array(dim), logVar: new Float64Array(dim), sigma: new Float64Array(dim) };
}

/**
 * Reads an encoder's output: mu, then log_var (appendix C.2 of Kingma and Welling).
 *
 * @param {ArrayLike<number>} output  (2 D)
 * @param {boolean} deterministic     a plain autoencoder: log_var is unused, so sigma is 0
 * @param {Posterior} into
 * @returns {Posterior}  `into`
 */
export function readPosterior(output, deterministic, into) {
  const dim = into.mu.length;
  for (let i = 0; i < dim; i++) {
    into.mu[i] = output[i];
    into.logVar[i] = deterministic ? Number.NEGATIVE_INFINITY : bounded(output[dim + i]);
    into.sigma[i] = deterministic ? 0 : Math.exp(output[dim + i] / 2);
  }
  return into;
}

/**
 * The reparameterization trick, z = mu + sigma * eps (section 2.4 of Kingma and Welling).
 *
 * @param {Posterior} posterior
 * @param {ArrayLike<number> | null} eps  (D) standard normal; null takes the mean
 * @param {number} temperature            what eps is multiplied by; 1 samples the posterior itself
 * @param {Float64Array} into             (D)
 * @returns {Float64Array}  `into`
 */
export function reparameterize({ mu, sigma }, eps, temperature, into) {
  for (let i = 0; i < into.length; i++) {
    // A sigma of 0 or an eps of 0 adds nothing, however large the other is.
    const z = mu[i] + (eps ? sigma[i] * temperature * eps[i] || 0 : 0);
    into[i] = Math.max(-LARGEST_CODE, Math.min(LARGEST_CODE, z));
  }
  return into;
}

/**
 * KL(N(mu, exp(log_var)) || N(0, 1)), of one dimension (appendix B of Kingma and Welling).
 *
 * @param {number} mu
 * @param {number} logVar
 * @returns {number}  nats
 */
export const klOf = (mu, logVar) => 0.5 * (mu * mu + Math.exp(logVar) - 1 - logVar);

/**
 * KL(q(z|x) || N(0, I)) of each dimension.
 *
 * @param {Posterior} posterior  not of a plain autoencoder, which has no KL
 * @param {Float64Array} into    (D) nats
 * @returns {Float64Array}  `into`
 */
export function klPerDimension({ mu, logVar }, into) {
  for (let i = 0; i < into.length; i++) into[i] = klOf(mu[i], logVar[i]);
  return into;
}

/**
 * @param {number} logit
 * @returns {number}  0…1
 */
export function sigmoid(logit) {
  return 1 / (1 + Math.exp(-logit));
}

/**
 * The cross entropy of each pixel, -x log p - (1 - x) log(1 - p) with p = sigmoid(logit), in the form that neither
 * overflows nor cancels: max(l, 0) - l x + log(1 + exp(-|l|)), as torch's `binary_cross_entropy_with_logits` has it.
 *
 * @param {ArrayLike<number>} logits  (784)
 * @param {ArrayLike<number>} x       (784) grey values in 0…1
 * @param {Float64Array} into         (784) nats, at least 0
 * @returns {Float64Array}  `into`
 */
export function crossEntropyPerPixel(logits, x, into) {
  for (let i = 0; i < into.length; i++) {
    const logit = bounded(logits[i]);
    into[i] = Math.max(logit, 0) - logit * x[i] + Math.log1p(Math.exp(-Math.abs(logit)));
  }
  return into;
}

/**
 * -log N(x; sigmoid(logit), 0.1²) of each pixel: the squared error over 2 * 0.1², and a constant. It is a density's, so
 * it may be negative.
 *
 * @param {ArrayLike<number>} logits  (784)
 * @param {ArrayLike<number>} x       (784) grey values in 0…1
 * @param {Float64Array} into         (784) nats
 * @returns {Float64Array}  `into`
 */
export function squaredErrorPerPixel(logits, x, into) {
  for (let i = 0; i < into.length; i++) {
    const off = sigmoid(logits[i]) - x[i];
    into[i] = (off * off) / (2 * MSE_SIGMA * MSE_SIGMA) + MSE_CONSTANT;
  }
  return into;
}

/** The reconstruction term by the name of the likelihood, as in a model's configuration. */
export const RECONSTRUCTIONS = { bce: crossEntropyPerPixel, mse: squaredErrorPerPixel };

/**
 * @param {Float64Array} values
 * @returns {number}
 */
export function total(values) {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum;
}

/**
 * −ELBO, or what training with another weight of the KL would make small: reconstruction + beta * KL.
 *
 * @param {number} reconstruction  nats
 * @param {number} kl              nats
 * @param {number} [beta]          at least 0; 1 for −ELBO
 * @returns {number}  nats
 */
export function negativeElbo(reconstruction, kl, beta = 1) {
  return reconstruction + (beta ? beta * kl : 0); // 0 times infinity is nothing here
}
