/**
 * Where a code comes from, as a short text: `t17` test picture 17, `m3` the mean of class 3, `r99` a random code of
 * seed 99, `b0.5,-1` a bookmark, `z0.5,-1` the code that was in Morph, `e0.5,-1` in Encode; behind a code, `/3` is its
 * class.
 *
 * The Interpolate page remembers these texts and a link holds them; this resolves them to codes.
 *
 * @typedef {import("./types.js").Manifest} Manifest
 * @typedef {import("./model.js").Model} Model
 * @typedef {import("./history.js").SavedCode} SavedCode
 *
 * @typedef {object} NamedCode
 * @property {Float64Array} z     (D)
 * @property {number | null} label the class to decode with; null if the model has no classes, or the code belongs
 *   to none
 * @property {string} name        shown to the visitor
 * @property {string} more        a detail about it, or ""
 * @property {number} [index]     of the test picture that it is the code of
 */

import { roundedForLink } from "./link.js";
import { deviationOf } from "./model.js";
import { freshSeed, standardNormals } from "./space/random.js";
import { capitalise, classNamed, formatCount } from "./text.js";

const TEXT = {
  /** @param {Manifest["data"]} data @param {number} index */
  test: ({ split, noun }, index) => `${capitalise(split)} ${noun} ${index}`,
  /** @param {string} name */
  mean: (name) => `Mean of ${classNamed(name)}`,
  random: "Random",
  given: { b: "Bookmark", z: "From Morph", e: "From Encode" },
  /** @param {number} count */
  meanOf: (count) => `mean of ${formatCount(count)} codes`,
  /** @param {number} seed */
  seed: (seed) => `seed ${seed}`,
  /** @param {string} source */
  unknown: (source) => `This model has no code “${source.slice(0, 20)}”. Choose another one.`,
};

/** A source that names no code of this model; the message is written for the visitor. */
export class UnknownSourceError extends Error {}

const NEW_SEEDS = 1_000_000;

/** @returns {string} */
export function randomSource() {
  return `r${freshSeed(NEW_SEEDS)}`;
}

/**
 * The source of a given code, rounded as links round codes: so the page shows exactly what its link will.
 *
 * @param {keyof typeof TEXT.given} kind
 * @param {{z: ArrayLike<number>, label: number | null}} code
 * @returns {string}
 */
export function codeSource(kind, { z, label }) {
  return `${kind}${Array.from(z, roundedForLink).join(",")}${label === null ? "" : `/${label}`}`;
}

/**
 * A random test picture of a class, different from the last one where there are several.
 *
 * @param {Model} model
 * @param {number} label
 * @param {string} [before]  the last source
 * @returns {Promise<string | null>}  null if the test set has none of this class
 */
export async function anotherOfClass(model, label, before = "") {
  const { label: labels, count } = await model.codes();
  const indices = Array.from({ length: count }, (_, i) => i).filter((i) => labels[i] === label);
  const others = indices.length > 1 ? indices.filter((i) => `t${i}` !== before) : indices;
  return others.length ? `t${others[freshSeed(others.length)]}` : null;
}

/**
 * The code of a source.
 *
 * @param {Model} model
 * @param {string} source
 * @returns {Promise<NamedCode>}
 * @throws {UnknownSourceError} if it names no code of this model
 */
export async function resolveSource(model, source) {
  const kind = source[0];
  if (kind === "t" || kind === "m") return resolveFromTestSet(model, kind, source);
  const { latent_dim: dim, classes, data } = model.manifest;
  if (kind === "r" && isInteger(source.slice(1), 2 ** 32)) {
    const seed = Number(source.slice(1));
    const normal = standardNormals(seed);
    const z = Float64Array.from({ length: dim }, (_, i) => normal() * deviationOf(model.manifest, i));
    return { z, label: null, name: TEXT.random, more: TEXT.seed(seed) };
  }
  if (kind === "b" || kind === "z" || kind === "e") {
    const [numbers, label = "0"] = source.slice(1).split("/");
    const z = Float64Array.from(numbers.split(","), Number);
    if (z.length === dim && z.every(Number.isFinite) && (!classes || isInteger(label, classes))) {
      const name = TEXT.given[kind];
      if (!classes) return { z, label: null, name, more: "" };
      return { z, label: Number(label), name, more: classNamed(data.classes[Number(label)]) };
    }
  }
  throw new UnknownSourceError(TEXT.unknown(source));
}

/**
 * @param {Model} model
 * @param {"t" | "m"} kind
 * @param {string} source
 * @returns {Promise<NamedCode>}
 */
async function resolveFromTestSet(model, kind, source) {
  const { latent_dim: dim, classes, data } = model.manifest;
  const { mu, label: labels, count } = await model.codes();
  const number = source.slice(1);
  if (kind === "t" && isInteger(number, count)) {
    const index = Number(number);
    const z = Float64Array.from(mu.subarray(index * dim, (index + 1) * dim));
    const label = labels[index];
    const more = classNamed(data.classes[label]);
    return { z, label: classes ? label : null, name: TEXT.test(data, index), more, index };
  }
  if (kind === "m" && isInteger(number, data.classes.length)) {
    const label = Number(number);
    const { z, members } = meanOfClass(mu, labels, dim, label);
    if (members) {
      const name = TEXT.mean(data.classes[label]);
      return { z, label: classes ? label : null, name, more: TEXT.meanOf(members) };
    }
  }
  throw new UnknownSourceError(TEXT.unknown(source));
}

/**
 * @param {Float32Array} mu      (N, D)
 * @param {Uint8Array} labels    (N)
 * @param {number} dim
 * @param {number} label
 * @returns {{z: Float64Array, members: number}}  the mean of mu over the class, and the size of the class
 */
function meanOfClass(mu, labels, dim, label) {
  const z = new Float64Array(dim);
  let members = 0;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] !== label) continue;
    members++;
    for (let d = 0; d < dim; d++) z[d] += mu[i * dim + d];
  }
  if (members) for (let d = 0; d < dim; d++) z[d] /= members;
  return { z, members };
}

/**
 * @param {string} text
 * @param {number} below
 */
function isInteger(text, below) {
  return /^\d{1,10}$/.test(text) && Number(text) < below;
}
