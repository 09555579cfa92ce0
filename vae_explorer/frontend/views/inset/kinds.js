/**
 * What the inset of Morph can show. A new kind is a new row of the table below.
 *
 * @typedef {import("../../types.js").Manifest} Manifest
 * @typedef {import("../../model.js").Codes} Codes
 * @typedef {import("./backgrounds.js").Background} Background
 *
 * @typedef {object} Kind
 * @property {(manifest: Manifest) => string} title    the text of its button
 * @property {(manifest: Manifest) => string} caption
 * @property {(manifest: Manifest, label: number | null) => string} about  how to use it
 * @property {boolean} isDecoded  shows pictures instead of points
 * @property {boolean} isControl  the page's main control: a finger drags from anywhere
 * @property {boolean} isSlow     placing the ring takes a search among all codes
 * @property {(manifest: Manifest, codes: Codes | null) => Background} background  `codes` only if points are shown
 */

import { codePlane, pcaPlane, tsneMap } from "./backgrounds.js";
import { capitalise, classNamed, formatCount } from "../../text.js";

const TEXT = {
  plane: "Decoded plane",
  line: "Decoded line",
  decoded: "What the decoder draws at each point",
  onPlane: "Drag on the plane: z1 grows to the right, z2 upwards.",
  onLine: "Drag along the line: z1 grows to the right.",
  /** @param {string} className */
  asClass: (className) => ` Decoded as ${classNamed(className)}.`,
  /** @param {Manifest} manifest */
  codes: ({ data }) => `${capitalise(data.split)} codes`,
  pca: "PCA",
  onPca: "Drag the ring to move along these two axes; the others stay fixed.",
  tsne: "t-SNE",
  /** @param {Manifest} manifest */
  onTsne: ({ data }) =>
    `The ring lies among its five nearest codes. Click to jump to the nearest ${data.split} ${data.noun}.`,
  /** @param {Manifest} manifest */
  points: ({ data }) => `${formatCount(data.count)} ${data.split} ${data.nouns}`,
};

/** @type {Record<string, Kind>} */
export const KINDS = {
  manifold: {
    title: ({ latent_dim: dim }) => (dim > 1 ? TEXT.plane : TEXT.line),
    caption: () => TEXT.decoded,
    about: ({ latent_dim: dim, classes, data }, label) =>
      (dim > 1 ? TEXT.onPlane : TEXT.onLine) + (classes ? TEXT.asClass(data.classes[label ?? 0]) : ""),
    isDecoded: true,
    isControl: true,
    isSlow: false,
    background: (manifest) => codePlane(manifest, null),
  },
  codes: {
    title: TEXT.codes,
    caption: TEXT.points,
    about: () => TEXT.onPlane,
    isDecoded: false,
    isControl: true,
    isSlow: false,
    background: codePlane,
  },
  pca: {
    title: () => TEXT.pca,
    caption: TEXT.points,
    about: () => TEXT.onPca,
    isDecoded: false,
    isControl: false,
    isSlow: false,
    background: (manifest, codes) => pcaPlane(manifest, /** @type {Codes} */ (codes)),
  },
  tsne: {
    title: () => TEXT.tsne,
    caption: TEXT.points,
    about: TEXT.onTsne,
    isDecoded: false,
    isControl: false,
    isSlow: true,
    background: ({ classes }, codes) => tsneMap(/** @type {Codes} */ (codes), classes > 0),
  },
};

/**
 * @param {Manifest} manifest
 * @returns {string[]}  the kinds that suit a model, the default first
 */
export function kindsFor({ latent_dim: dim }) {
  if (dim === 1) return ["manifold"];
  return dim === 2 ? ["manifold", "codes"] : ["pca", "tsne"];
}
