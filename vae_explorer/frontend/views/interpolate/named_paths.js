/**
 * The ways that are shown side by side.
 *
 * @typedef {{id: string, name: string, formula: string, way: import("../../space/paths.js").Way}} NamedWay
 */

import { linear, spherical } from "../../space/paths.js";

/** @type {NamedWay[]} */
export const WAYS = [
  { id: "linear", name: "Linear", formula: "z = (1 − t) a + t b", way: linear },
  {
    id: "spherical",
    name: "Spherical",
    formula: "the direction turns evenly, |z| goes evenly from |a| to |b|",
    way: spherical,
  },
];
