/**
 * What each part is, in two sentences that are true for the model in view.
 *
 * @typedef {import("../../types.js").Manifest} Manifest
 */

const TEXT = {
  x: "x is the picture, 784 grey values from 0 to 1. It goes in on the left, and all that the loss asks is how well it comes out again.",
  /** @param {string} given */
  encoder: (given) =>
    `The encoder is a network that reads the picture${given} and answers with two numbers for each dimension, mu and log σ². ` +
    "It has been trained together with the decoder.",
  /** @param {string} given */
  encoderOfCode: (given) =>
    `The encoder is a network that reads the picture${given} and answers with one number for each dimension. ` +
    "It has been trained together with the decoder.",
  posterior:
    "The encoder gives a distribution of codes, not one code: in each dimension a bell curve around mu, sigma wide. A small " +
    "sigma says that this dimension matters for this picture; one near 1, with mu near 0, says nothing about it.",
  code: "A plain autoencoder's encoder gives one code, and nothing about how sure it is. There is no sigma, and nothing holds the codes near 0.",
  z:
    "The trick: instead of drawing z itself, noise eps is drawn from N(0, 1), and z = mu + sigma · eps is computed from it. " +
    "So the gradient of the loss passes through z to mu and sigma, though z is random.",
  zOfCode: "z is the encoder's code itself: no noise is added. It is all that the decoder gets of the picture.",
  /** @param {string} given */
  decoder: (given) =>
    `The decoder draws a picture from z${given} alone. Its last layer gives logits, which a sigmoid turns into grey values.`,
  xhat: "x̂ is the decoder's picture: for each pixel the mean of p(x | z), not a sample of it. Hence it is smooth where the model is unsure.",
  reconstruction: {
    bce: "The reconstruction term is the cross entropy between each pixel and the decoder's answer, summed over 784 pixels. It is small where the decoder puts ink where there is ink.",
    mse: "The reconstruction term is −log of a Gaussian around each decoded pixel with a deviation of 0.1, summed over 784 pixels. Up to a constant it is the squared error times 50.",
  },
  kl: "The KL term is what it costs to tell this posterior from the prior N(0, I), in nats, summed over the dimensions. It keeps the codes of all pictures near each other, so that random codes can be decoded, too.",
  loss: "Training makes the sum of both terms small, averaged over all training pictures. With beta = 1 it is −ELBO, an upper bound of −log p(x).",
  lossOfCode:
    "Training makes the reconstruction term alone small, averaged over all training pictures. It bounds no probability: nothing asks that codes be likely.",
  /** @param {number} beta */
  beta: (beta) =>
    "beta moves the balance: more of it asks for posteriors nearer to N(0, I), so the code carries less and pictures get blurrier. " +
    `This model was trained with beta = ${beta}, and the slider only shows what another one would weigh.`,
  givenToEncoder: " and the class y",
  givenToDecoder: " and the class y",
};

/**
 * @param {Manifest} manifest
 * @param {string} part
 * @param {"bce" | "mse"} term
 * @returns {string}
 */
export function explanation({ deterministic, classes, beta }, part, term) {
  /** @type {Record<string, string>} */
  const texts = {
    x: TEXT.x,
    encoder: (deterministic ? TEXT.encoderOfCode : TEXT.encoder)(classes ? TEXT.givenToEncoder : ""),
    posterior: deterministic ? TEXT.code : TEXT.posterior,
    z: deterministic ? TEXT.zOfCode : TEXT.z,
    decoder: TEXT.decoder(classes ? TEXT.givenToDecoder : ""),
    xhat: TEXT.xhat,
    reconstruction: TEXT.reconstruction[term],
    kl: TEXT.kl,
    loss: deterministic ? TEXT.lossOfCode : TEXT.loss,
    beta: TEXT.beta(beta),
  };
  return texts[part] ?? "";
}
