// The projections that the map can show: where codes lie, what lies at a position, and what is true of the projection.

import {
  alongAxis,
  amongNearest,
  firstTwoColumns,
  fromNearest,
  fromPlane,
  onPlane,
  threeColumns,
} from "../../space/placement.js";

/** @typedef {import("../../model.js").Codes} Codes */
/** @typedef {import("../../model.js").LinearMap} LinearMap */
/** @typedef {import("../../space/placement.js").Cloud} Cloud */
/** @typedef {import("../../types.js").Manifest} Manifest */
/** @typedef {import("../../types.js").ManifestProjection} ManifestProjection */
/** @typedef {import("./points.js").MapPoints} MapPoints */
/** @typedef {[number, number]} Position data coordinates */

/** The projection that a t-SNE with the visitor's settings takes the place of. */
export const TSNE = "tsne";

const NEIGHBOURS = 5;

/**
 * What is true of every projection of a kind.
 *
 * @typedef {object} Behaviour
 * @property {(codes: Codes) => Cloud} cloud where the codes lie; with a `z` it has depth
 * @property {(codes: Codes, cloud: Cloud, z: ArrayLike<number>) => number[]} locate coordinates of a code
 * @property {boolean} needsRest whether a position leaves part of its code undetermined
 * @property {((codes: Codes, points: MapPoints, position: Position, rest: ArrayLike<number>) => Float64Array) | null} decode
 *   the code at a position; null if a position has no code
 * @property {(position: Position, rest: "current" | "mean", dim: number) => {detail: string, lines: string[]}} describe
 *   a position
 * @property {string} marker how the current code was placed
 * @property {string} betweenDots how a position between the points is decoded
 */

/** @typedef {ManifestProjection & Behaviour} Projection */

const REST = { current: "other dimensions: code in Morph", mean: "other dimensions: mean code" };
const EXACT = "The ring marks the code in Morph, at its exact position.";

/** @param {number} value */
const signed = (value) => value.toFixed(2).replace("-", "−");

/** @param {Codes} codes @param {ManifestProjection} projection */
const linearMap = ({ layouts }, { tensor }) => /** @type {LinearMap} */ (layouts[tensor].linear);

/** @param {ManifestProjection} projection @returns {Behaviour} */
function linear(projection) {
  const { tensor, axes } = projection;
  return {
    cloud: ({ layouts, count }) => firstTwoColumns(layouts[tensor].points, count),
    locate: (codes, _cloud, z) => onPlane(linearMap(codes, projection), z),
    needsRest: true,
    decode: (codes, _points, position, rest) => fromPlane(linearMap(codes, projection), position, rest),
    describe: ([x, y], rest, dim) => ({
      detail: `${axes[0]} ${signed(x)}, ${axes[1]} ${signed(y)}`,
      lines: dim > 2 ? [REST[rest]] : [],
    }),
    marker: EXACT,
    betweenDots: "Between the dots, the point itself is decoded.",
  };
}

/** @param {ManifestProjection} projection @returns {Behaviour} */
function linearWithDepth(projection) {
  return {
    cloud: ({ layouts, count }) => threeColumns(layouts[projection.tensor].points, count),
    locate: (codes, _cloud, z) => [0, 1, 2].map((axis) => alongAxis(linearMap(codes, projection), z, axis)),
    needsRest: false,
    decode: null,
    describe: () => ({ detail: "", lines: [] }),
    marker: EXACT,
    betweenDots: "A point on the screen has no depth, so nothing is decoded between the dots.",
  };
}

/** @param {ManifestProjection} projection @returns {Behaviour} */
function neighbours({ tensor, title }) {
  return {
    cloud: ({ layouts, count }) => firstTwoColumns(layouts[tensor].points, count),
    locate: (codes, cloud, z) => amongNearest(codes, z, cloud, NEIGHBOURS),
    needsRest: false,
    decode: (codes, points, position) => fromNearest(codes, position, points.table, NEIGHBOURS),
    describe: () => ({ detail: "mean of the five nearest", lines: ["codes on the map"] }),
    marker: "The ring marks the code in Morph, placed between its five nearest codes.",
    betweenDots:
      `${title} cannot be inverted: between the dots, the mean of the five nearest codes on the map is decoded, weighted ` +
      "by closeness.",
  };
}

/**
 * @param {Manifest} manifest
 * @returns {Projection[]} at least one, the default first
 */
export function projectionsOf({ projections }) {
  return projections.map((entry) => {
    const { kind, axes } = entry;
    const behaviour = kind === "neighbours" ? neighbours : axes.length === 3 ? linearWithDepth : linear;
    return { ...entry, ...behaviour(entry) };
  });
}

/** @param {Manifest} manifest @param {string} name @returns {Projection} the first one if there is none of that name */
export function projectionOf(manifest, name) {
  const all = projectionsOf(manifest);
  return all.find((projection) => projection.name === name) ?? all[0];
}
