/**
 * The same in PyTorch, true for the model in view: at most eight lines, each with what it gives now.
 *
 * @typedef {import("../../types.js").Manifest} Manifest
 * @typedef {import("./formula.js").Now} Now
 *
 * @typedef {object} Line
 * @property {string} part      what it lights up with
 * @property {string[]} [also]  other parts that it lights up for
 * @property {string} code
 * @property {(now: Now) => string} number  the comment behind it
 */

import { MSE_SIGMA } from "../../network/elbo.js";
import { figure } from "../shared/figures.js";

/**
 * @param {Manifest} manifest
 * @param {"bce" | "mse"} term
 * @param {boolean} isSampled  whether z is a sample, else it is the mean
 * @returns {Line[]}
 */
export function listing({ deterministic, classes, used }, term, isSampled) {
  const [input, code] = classes ? ["x, y", "z, y"] : ["x", "z"];
  const at = used[0] ?? 0;
  /** @type {Line[]} */
  const output = [
    {
      part: "decoder",
      also: ["xhat"],
      code: `logits = decoder(${code})`,
      number: ({ passed }) => `sigmoid(logits): up to ${figure(passed.xHat.reduce((a, b) => Math.max(a, b), 0))}`,
    },
    {
      part: "reconstruction",
      also: ["loss", "xhat"],
      code:
        term === "bce"
          ? 'reconstruction = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")'
          : `reconstruction = -Normal(torch.sigmoid(logits), ${MSE_SIGMA}).log_prob(x).sum()`,
      number: ({ sum }) => figure(sum.reconstruction),
    },
  ];
  if (deterministic) {
    return [
      {
        part: "encoder",
        also: ["x", "posterior", "z"],
        code: `z, _ = encoder(${input}).chunk(2, dim=1)`,
        number: ({ passed, dimension }) => `z[${at}] = ${figure(passed.z[dimension])}`,
      },
      ...output,
      { part: "loss", code: "loss = reconstruction", number: ({ sum }) => figure(sum.sum) },
    ];
  }
  return [
    {
      part: "encoder",
      also: ["x", "posterior"],
      code: `mu, log_var = encoder(${input}).chunk(2, dim=1)`,
      number: ({ passed, dimension }) =>
        `mu[${at}] = ${figure(passed.posterior.mu[dimension])}: dimension ${at + 1}, counted from 0`,
    },
    {
      part: "posterior",
      also: ["encoder"],
      code: "sigma = torch.exp(0.5 * log_var)",
      number: ({ passed, dimension }) => `sigma[${at}] = ${figure(passed.posterior.sigma[dimension])}`,
    },
    {
      part: "z",
      code: isSampled ? "eps = torch.randn_like(mu)" : "eps = torch.zeros_like(mu)",
      number: ({ passed, dimension }) =>
        passed.eps ? `eps[${at}] = ${figure(passed.temperature * passed.eps[dimension])}` : "the mean",
    },
    {
      part: "z",
      also: ["posterior"],
      code: "z = mu + sigma * eps",
      number: ({ passed, dimension }) => `z[${at}] = ${figure(passed.z[dimension])}`,
    },
    ...output,
    {
      part: "kl",
      also: ["loss", "posterior"],
      code: "kl = 0.5 * (mu**2 + log_var.exp() - 1 - log_var).sum()",
      number: ({ sum }) => figure(sum.kl),
    },
    {
      part: "loss",
      also: ["beta"],
      code: "loss = reconstruction + beta * kl",
      number: ({ sum }) => figure(sum.sum),
    },
  ];
}
