/**
 * What the inset of Morph can show.
 *
 * @typedef {import("../../types.js").Manifest} Manifest
 * @typedef {import("../../model.js").Codes} Codes
 * @typedef {import("../../types.js").ManifestProjection} ManifestProjection
 * @typedef {import("./backgrounds.js").Background} Background
 *
 * @typedef {object} Kind
 * @property {string} name                             in links and in the page's memory
 * @property {(manifest: Manifest) => string} title    the text of its button
 * @property {(manifest: Manifest) => string} caption
 * @property {(manifest: Manifest, label: number | null) => string} about  how to use it
 * @property {string[]} axes       titles of the axis to the right and the one upwards; empty if they mean nothing
 * @property {boolean} isDecoded  shows pictures instead of points
 * @property {boolean} isCodes    the two axes are the code's own, and cross where it is 0
 * @property {boolean} isSlow     placing the ring takes a search among all codes
 * @property {(manifest: Manifest, codes: Codes | null) => Background} background  `codes` only if points are shown
 */

import { codePlane, linearPlane, neighbourMap } from "./backgrounds.js";
import { capitalise, classNamed, formatCount } from "../../text.js";

const TEXT = {
  plane: "Decoded plane",
  line: "Decoded line",
  decoded: "What the decoder draws at each point",
  onPlane: "Drag on the plane: z1 grows to the right, z2 upwards.",
  onPlaneByFinger: "z1 grows to the right, z2 upwards.",
  onLine: "Drag along the line: z1 grows to the right.",
  priorRing: " The dashed ring holds 90\u00a0% of N(0,\u00a0I).",
  /** @param {string} className */
  asClass: (className) => ` Decoded as ${classNamed(className)}.`,
  /** @param {Manifest} manifest */
  codes: ({ data }) => `${capitalise(data.split)} codes`,
  onAxes: "Drag the ring to move along these two axes; the others stay fixed.",
  /** @param {Manifest} manifest */
  amongNearest: ({ data }) =>
    `The ring lies among its five nearest codes. Click to jump to the nearest ${data.split} ${data.noun}.`,
  /** @param {Manifest} manifest */
  points: ({ data }) => `${formatCount(data.count)} ${data.split} ${data.nouns}`,
};

const CODE_AXES = ["z1", "z2"];

/** @type {Kind} */
const MANIFOLD = {
  name: "manifold",
  title: ({ latent_dim: dim }) => (dim > 1 ? TEXT.plane : TEXT.line),
  caption: () => TEXT.decoded,
  about: (manifest, label) => {
    const { latent_dim: dim, classes, data } = manifest;
    const asClass = classes ? TEXT.asClass(data.classes[label ?? 0]) : "";
    return dim > 1 ? onPlane() + asClass + ofPrior(manifest) : TEXT.onLine + asClass;
  },
  axes: CODE_AXES,
  isDecoded: true,
  isCodes: false,
  isSlow: false,
  background: (manifest) => codePlane(manifest, null),
};

/** @type {Kind} */
const CODES = {
  name: "codes",
  title: TEXT.codes,
  caption: TEXT.points,
  about: (manifest) => onPlane() + ofPrior(manifest),
  axes: CODE_AXES,
  isDecoded: false,
  isCodes: true,
  isSlow: false,
  background: codePlane,
};

/** @param {ManifestProjection} projection @returns {Kind} */
function projected({ name, title, kind, tensor, axes }) {
  const isLinear = kind === "linear";
  return {
    name,
    title: () => title,
    caption: TEXT.points,
    about: isLinear ? (manifest) => TEXT.onAxes + ofPrior(manifest) : TEXT.amongNearest,
    axes,
    isDecoded: false,
    isCodes: false,
    isSlow: !isLinear,
    background: (manifest, shown) => {
      const codes = /** @type {Codes} */ (shown);
      return isLinear ? linearPlane(manifest, codes, tensor) : neighbourMap(codes, tensor, manifest.classes > 0);
    },
  };
}

/**
 * @param {Manifest} manifest
 * @returns {Kind[]}  those that suit a model, the default first
 */
export function kindsFor({ latent_dim: dim, projections }) {
  if (dim === 1) return [{ ...MANIFOLD, axes: CODE_AXES.slice(0, 1) }];
  if (dim === 2) return [MANIFOLD, CODES];
  return projections.filter(({ axes }) => axes.length < 3).map(projected);
}

/** A line of its own says what fingers do. */
function onPlane() {
  return matchMedia("(pointer: coarse)").matches ? TEXT.onPlaneByFinger : TEXT.onPlane;
}

/** @param {Manifest} manifest */
function ofPrior({ deterministic }) {
  return deterministic ? "" : TEXT.priorRing;
}
