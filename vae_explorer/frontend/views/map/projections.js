// The projections a map can show: where points and codes lie, what lies at a place, and what may truly be said of it.

import {
  alongPca,
  amongNearest,
  firstTwoColumns,
  fromNearest,
  fromPcaPlane,
  onPcaPlane,
  shareOnPcaPlane,
  threeColumns,
} from "../../space/placement.js";

/** @typedef {import("../../model.js").Codes} Codes */
/** @typedef {import("../../space/placement.js").Cloud} Cloud */
/** @typedef {import("../../types.js").MapProps["projection"]} ProjectionName */
/** @typedef {import("./points.js").MapPoints} MapPoints */
/** @typedef {[number, number]} Place data coordinates */

const NEIGHBOURS = 5;

/**
 * Another projection is another row of the table below.
 *
 * @typedef {object} Projection
 * @property {string} title
 * @property {number} least of how many latent dimensions this makes sense
 * @property {{x: string, y: string, z?: string} | null} axes titles, null where the axes mean nothing
 * @property {(codes: Codes) => Cloud} cloud where the codes lie; with a `z` it has depth
 * @property {(codes: Codes, cloud: Cloud, z: ArrayLike<number>) => number[]} place coordinates of a code
 * @property {boolean} takesRest whether a place leaves a part of its code open
 * @property {((codes: Codes, points: MapPoints, place: Place, rest: ArrayLike<number>) => Float64Array) | null} decode
 *   the code at a place, null where a place is no code
 * @property {(place: Place, rest: "hand" | "mean", dim: number) => {detail: string, lines: string[]}} words of a place
 * @property {(codes: Codes) => string} about what the map shows, true of every model
 * @property {string} marker how the code in Morph was placed
 * @property {string} empty how a place without a point gets its code
 */

const REST = { hand: "rest of z: code in Morph", mean: "rest of z: mean code" };

/** @param {number} share 0…1 */
const percent = (share) => `${Math.round(100 * share)}\u00a0%`;

/** @param {number} value */
const signed = (value) => value.toFixed(2).replace("-", "−");

/** @type {Record<ProjectionName, Projection>} */
export const PROJECTIONS = {
  pca: {
    title: "PCA",
    least: 1,
    axes: { x: "PC 1", y: "PC 2" },
    cloud: ({ pca, count }) => firstTwoColumns(pca, count),
    place: (codes, _cloud, z) => onPcaPlane(codes, z),
    takesRest: true,
    decode: (codes, _points, place, rest) => fromPcaPlane(codes, place, rest),
    words: ([x, y], rest, dim) => ({
      detail: `PC 1 ${signed(x)}, PC 2 ${signed(y)}`,
      lines: dim > 2 ? [REST[rest]] : [],
    }),
    about: (codes) =>
      codes.pcaMean.length > 2
        ? "PCA is a flat shadow: the two directions in which the codes vary most, with " +
          `${percent(shareOnPcaPlane(codes))} of their variance.`
        : "PCA only turns this latent space: all of it is in view.",
    marker: "The ring is the code now in Morph, at its exact place.",
    empty: "Between the dots the place itself is decoded, exactly.",
  },
  pca3: {
    title: "PCA 3-D",
    least: 3,
    axes: { x: "PC 1", y: "PC 2", z: "PC 3" },
    cloud: ({ pca, count }) => threeColumns(pca, count),
    place: (codes, _cloud, z) => [0, 1, 2].map((axis) => alongPca(codes, z, axis)),
    takesRest: false,
    decode: null,
    words: () => ({ detail: "", lines: [] }),
    about: (codes) =>
      "PCA in three dimensions: the directions in which the codes vary most, with " +
      `${percent(shareOnPcaPlane(codes, 3))} of their variance.`,
    marker: "The ring is the code now in Morph, at its exact place.",
    empty: "A place on the screen has no depth, so nothing is decoded between the dots.",
  },
  tsne: {
    title: "t-SNE",
    least: 1,
    axes: null,
    cloud: ({ tsne, count }) => firstTwoColumns(tsne, count),
    place: (codes, cloud, z) => amongNearest(codes, z, cloud, NEIGHBOURS),
    takesRest: false,
    decode: (codes, points, place) => fromNearest(codes, place, points.table, NEIGHBOURS),
    words: () => ({ detail: "mean of the five nearest", lines: ["codes on the map"] }),
    about: () =>
      "t-SNE keeps close neighbours close. Distances between far clusters, and a cluster's size, say little.",
    marker: "The ring is the code now in Morph, placed between its five nearest codes.",
    empty:
      "Between the dots the mean of the five nearest codes on the map is decoded, the nearer the heavier: t-SNE has no " +
      "way back.",
  },
};

/**
 * The projections that make sense of a model.
 * @param {import("../../types.js").Manifest} manifest
 */
export function projectionsOf({ latent_dim: dim }) {
  return /** @type {ProjectionName[]} */ (Object.keys(PROJECTIONS)).filter((name) => PROJECTIONS[name].least <= dim);
}
