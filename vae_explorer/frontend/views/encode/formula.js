/**
 * The formula of the loss in pieces, each of which stands for a part of the row and has its number written below.
 *
 * Kingma and Welling, "Auto-Encoding Variational Bayes", 2014: the sum is the negative of their equation 10 with one sample,
 * beta is that of Higgins et al., 2017.
 *
 * @typedef {import("../../types.js").Manifest} Manifest
 * @typedef {import("../shared/computation.js").Passed} Passed
 * @typedef {import("./row.js").Sum} Sum
 *
 * @typedef {object} Piece
 * @property {string} part        what it lights up with
 * @property {string[]} [also]    other parts that it lights up for
 * @property {Element} symbol     MathML
 * @property {(now: Now) => string} [number]  what is written below it
 *
 * @typedef {object} Now  what the numbers are taken from
 * @property {Passed} passed
 * @property {Sum} sum
 * @property {number} beta
 * @property {"bce" | "mse"} term
 * @property {number} dimension   whose numbers stand for those of all, from 0
 */

import { figure } from "../shared/figures.js";
import { formula, math, mi, mo, mtext, sub, sup, xHat } from "./mathml.js";

/** @param {string} text  between two pieces */
export const between = (text) => formula(mo(text));

/** An element stands in one place alone, so each use makes its own. @param {string} name @param {number} classes */
const withClass = (name, classes) => () => (classes ? [mi(name), mo(","), mi("y")] : [mi(name)]);

const given = (/** @type {string} */ name, /** @type {Element[]} */ ...inside) =>
  math("mrow", mi(name), mo("("), ...inside, mo(")"));

/**
 * −ELBO = reconstruction + beta KL
 *
 * @param {Manifest} manifest
 * @returns {(Piece | Element)[]}
 */
export function lossPieces({ deterministic, classes }) {
  const [code, input] = [withClass("z", classes), withClass("x", classes)];
  /** @type {Piece} */
  const reconstruction = {
    part: "reconstruction",
    also: ["loss", "xhat"],
    symbol: formula(mo("−"), mi("log"), given("p", mi("x"), mo("|"), ...code())),
    number: ({ sum }) => figure(sum.reconstruction),
  };
  /** @type {Piece} */
  const loss = {
    part: "loss",
    symbol: formula(mtext("loss")),
    number: ({ sum }) => figure(sum.sum),
  };
  if (deterministic) return [loss, between("="), reconstruction];
  return [
    loss,
    between("="),
    reconstruction,
    between("+"),
    { part: "beta", also: ["loss"], symbol: formula(mi("β")), number: ({ beta }) => figure(beta, beta % 1 ? 1 : 0) },
    between("·"),
    {
      part: "kl",
      also: ["loss"],
      symbol: formula(
        mtext("KL"),
        mo("("),
        given("q", mi("z"), mo("|"), ...input()),
        mo("‖"),
        given("N", math("mn", "0"), mo(","), mi("I")),
        mo(")"),
      ),
      number: ({ sum }) => figure(sum.kl),
    },
  ];
}

/**
 * How z and x-hat come about, with the numbers of one dimension.
 *
 * @param {Manifest} manifest
 * @returns {(Piece | Element)[][]}
 */
export function codePieces({ deterministic, classes, used }) {
  /** @param {string} name */
  const one = (name) => formula(sub(mi(name), math("mn", String((used[0] ?? 0) + 1))));
  const [code, input] = [withClass("z", classes), withClass("x", classes)];
  /** @type {Piece} */
  const decoded = { part: "decoder", also: ["xhat"], symbol: formula(given("decoder", ...code())) };
  /** @type {(Piece | Element)[]} */
  const output = [{ part: "xhat", symbol: formula(xHat()) }, between("="), decoded];
  /** @type {Piece} */
  const encoded = { part: "encoder", also: ["posterior", "x"], symbol: formula(given("encoder", ...input())) };
  /** @type {Piece} */
  const z = { part: "z", symbol: one("z"), number: ({ passed, dimension }) => figure(passed.z[dimension]) };
  if (deterministic) {
    return [[{ part: "z", symbol: formula(mi("z")) }, between("="), encoded, between(","), ...output], [z]];
  }
  return [
    [
      {
        part: "posterior",
        symbol: formula(math("mrow", mi("q"), mo("("), mi("z"), mo("|"), ...input(), mo(")"))),
      },
      between("="),
      {
        part: "posterior",
        also: ["encoder", "kl"],
        symbol: formula(given("N", mi("μ"), mo(","), sup(mi("σ"), math("mn", "2")))),
      },
      between(","),
      { part: "posterior", also: ["encoder"], symbol: formula(mi("μ"), mo(","), mi("σ")) },
      between("="),
      encoded,
    ],
    [
      z,
      between("="),
      {
        part: "posterior",
        also: ["z"],
        symbol: one("μ"),
        number: ({ passed, dimension }) => figure(passed.posterior.mu[dimension]),
      },
      between("+"),
      {
        part: "posterior",
        also: ["z"],
        symbol: one("σ"),
        number: ({ passed, dimension }) => figure(passed.posterior.sigma[dimension]),
      },
      between("·"),
      {
        part: "z",
        symbol: one("ε"),
        number: ({ passed, dimension }) => figure(passed.eps ? passed.temperature * passed.eps[dimension] : 0),
      },
      between(","),
      ...output,
    ],
  ];
}
