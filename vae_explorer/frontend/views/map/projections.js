// The projections that the map can show: where codes lie, what lies at a position, and what is true of the projection.

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
/** @typedef {[number, number]} Position data coordinates */

const NEIGHBOURS = 5;

/**
 * A new projection is a new row of the table below.
 *
 * @typedef {object} Projection
 * @property {string} title
 * @property {number} minDim the fewest latent dimensions for which this makes sense
 * @property {{x: string, y: string, z?: string} | null} axes titles, null if the axes mean nothing
 * @property {(codes: Codes) => Cloud} cloud where the codes lie; with a `z` it has depth
 * @property {(codes: Codes, cloud: Cloud, z: ArrayLike<number>) => number[]} locate coordinates of a code
 * @property {boolean} needsRest whether a position leaves part of its code undetermined
 * @property {((codes: Codes, points: MapPoints, position: Position, rest: ArrayLike<number>) => Float64Array) | null} decode
 *   the code at a position; null if a position has no code
 * @property {(position: Position, rest: "current" | "mean", dim: number) => {detail: string, lines: string[]}} describe
 *   a position
 * @property {(codes: Codes) => string} about what the map shows
 * @property {string} marker how the current code was placed
 * @property {string} betweenDots how a position between the points is decoded
 */

const REST = { current: "other dimensions: code in Morph", mean: "other dimensions: mean code" };

/** @param {number} share 0…1 */
const percent = (share) => `${Math.round(100 * share)}\u00a0%`;

/** @param {number} value */
const signed = (value) => value.toFixed(2).replace("-", "−");

/** @type {Record<ProjectionName, Projection>} */
export const PROJECTIONS = {
  pca: {
    title: "PCA",
    minDim: 1,
    axes: { x: "PC 1", y: "PC 2" },
    cloud: ({ pca, count }) => firstTwoColumns(pca, count),
    locate: (codes, _cloud, z) => onPcaPlane(codes, z),
    needsRest: true,
    decode: (codes, _points, position, rest) => fromPcaPlane(codes, position, rest),
    describe: ([x, y], rest, dim) => ({
      detail: `PC 1 ${signed(x)}, PC 2 ${signed(y)}`,
      lines: dim > 2 ? [REST[rest]] : [],
    }),
    about: (codes) =>
      codes.pcaMean.length > 2
        ? "PCA shows the two directions in which the codes vary most, with " +
          `${percent(shareOnPcaPlane(codes))} of their variance.`
        : "PCA merely rotates this space: all of it is in view.",
    marker: "The ring marks the code in Morph, at its exact position.",
    betweenDots: "Between the dots, the point itself is decoded.",
  },
  pca3: {
    title: "PCA 3-D",
    minDim: 3,
    axes: { x: "PC 1", y: "PC 2", z: "PC 3" },
    cloud: ({ pca, count }) => threeColumns(pca, count),
    locate: (codes, _cloud, z) => [0, 1, 2].map((axis) => alongPca(codes, z, axis)),
    needsRest: false,
    decode: null,
    describe: () => ({ detail: "", lines: [] }),
    about: (codes) =>
      "PCA shows the three directions in which the codes vary most, with " +
      `${percent(shareOnPcaPlane(codes, 3))} of their variance.`,
    marker: "The ring marks the code in Morph, at its exact position.",
    betweenDots: "A point on the screen has no depth, so nothing is decoded between the dots.",
  },
  tsne: {
    title: "t-SNE",
    minDim: 1,
    axes: null,
    cloud: ({ tsne, count }) => firstTwoColumns(tsne, count),
    locate: (codes, cloud, z) => amongNearest(codes, z, cloud, NEIGHBOURS),
    needsRest: false,
    decode: (codes, points, position) => fromNearest(codes, position, points.table, NEIGHBOURS),
    describe: () => ({ detail: "mean of the five nearest", lines: ["codes on the map"] }),
    about: () => "t-SNE keeps close neighbours close. Distances between clusters, and their sizes, mean little.",
    marker: "The ring marks the code in Morph, placed between its five nearest codes.",
    betweenDots:
      "t-SNE cannot be inverted: between the dots, the mean of the five nearest codes on the map is decoded, weighted by " +
      "closeness.",
  },
};

/**
 * The projections that make sense for a model.
 * @param {import("../../types.js").Manifest} manifest
 */
export function projectionsOf({ latent_dim: dim }) {
  return /** @type {ProjectionName[]} */ (Object.keys(PROJECTIONS)).filter((name) => PROJECTIONS[name].minDim <= dim);
}
