// The projections a map can show: where points and codes lie, and what may truly be said of it.

import { amongNearest, firstTwoColumns, onPcaPlane, shareOnPcaPlane } from "../placement.js";

/** @typedef {import("../model.js").Codes} Codes */
/** @typedef {import("../placement.js").Plane} Plane */
/** @typedef {import("../types.js").MapProps["projection"]} ProjectionName */

const NEIGHBOURS = 5;

/**
 * Another projection is another row of the table below.
 *
 * @typedef {object} Projection
 * @property {string} title
 * @property {{x: string, y: string} | null} axes titles, null where the axes mean nothing
 * @property {(codes: Codes) => Plane} plane
 * @property {(codes: Codes, plane: Plane, z: Float64Array) => [number, number]} place where a code belongs
 * @property {(codes: Codes) => string} about what the map shows, true of every model
 * @property {string} marker how the code in Morph was placed
 */

/** @type {Record<ProjectionName, Projection>} */
export const PROJECTIONS = {
  pca: {
    title: "PCA",
    axes: { x: "PC 1", y: "PC 2" },
    plane: ({ pca, count }) => firstTwoColumns(pca, count),
    place: (codes, _plane, z) => onPcaPlane(codes, z),
    about: (codes) =>
      "PCA is a flat shadow: the two directions in which the codes vary most, with " +
      `${Math.round(100 * shareOnPcaPlane(codes))}\u00a0% of their variance.`,
    marker: "The ring is the code now in Morph, at its exact place in this shadow.",
  },
  tsne: {
    title: "t-SNE",
    axes: null,
    plane: ({ tsne, count }) => firstTwoColumns(tsne, count),
    place: (codes, plane, z) => amongNearest(codes, z, plane, NEIGHBOURS),
    about: () =>
      "t-SNE keeps close neighbours close. Distances between far clusters, and a cluster's size, say little.",
    marker: "The ring is the code now in Morph, placed between its five nearest codes.",
  },
};
