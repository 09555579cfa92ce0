/**
 * The paths that are shown side by side.
 *
 * @typedef {{id: string, name: string, formula: string, path: import("../../space/paths.js").Path}} NamedPath
 */

import { linear, spherical } from "../../space/paths.js";

/** @type {NamedPath[]} */
export const PATHS = [
  { id: "linear", name: "Linear", formula: "z = (1 − t) a + t b", path: linear },
  {
    id: "spherical",
    name: "Spherical",
    formula: "direction and |z| both change at a constant rate",
    path: spherical,
  },
];
