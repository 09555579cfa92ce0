// What lies over the points of the map: the ring of the current code, the inspected point and its nearest, the selections.

import { currentCode } from "../../current_code.js";

/** @typedef {import("../../types.js").MapProps} MapProps */
/** @typedef {import("./inspector.js").MapInspector} MapInspector */
/** @typedef {import("./overlay.js").MapOverlay} MapOverlay */
/** @typedef {import("./scene.js").MapScene} MapScene */
/** @typedef {import("./selections.js").MapSelections} MapSelections */

/** @param {MapOverlay} overlay @param {MapScene} scene @param {MapInspector} inspector @param {MapProps} props */
export function placeMarks(overlay, scene, inspector, props) {
  const { chart } = scene;
  const points = chart.points();
  const { target, pinned } = inspector;
  const position = target && (target.index >= 0 ? points.position(target.index) : target.position);
  const nearest = inspector.nearest.map((index) => points.position(index));
  overlay.place(chart.frame(), scene.positionOf(currentCode(props).z), position, nearest, pinned);
}

/** @param {MapOverlay} overlay @param {MapScene} scene @param {MapSelections} selections */
export function placeOutlines(overlay, scene, selections) {
  overlay.placeSelections(scene.chart.frame(), selections.outlines(scene));
}
