// Where the tour's outline and its card lie in the window. Numbers only, beside the elements' own boxes.

import { clamp } from "../../numbers.js";

/** @typedef {{left: number, top: number, width: number, height: number}} Box  pixels */
/** @typedef {{width: number, height: number}} Size */

const ROOM = 6; // between an element and its outline
const GAP = 10; // between the outline and the card, and to the window's edge
const NARROW = 640; // on a phone the card is at the bottom, under the picture that it speaks of

/**
 * The box around elements; null if none is to be seen.
 *
 * @param {Element[]} elements
 * @returns {Box | null}
 */
export function boundsOf(elements) {
  const boxes = elements.map((one) => one.getBoundingClientRect()).filter(({ width, height }) => width && height);
  if (!boxes.length) return null;
  const left = Math.max(2, Math.min(...boxes.map((box) => box.left)) - ROOM);
  const top = Math.max(2, Math.min(...boxes.map((box) => box.top)) - ROOM);
  const right = Math.min(innerWidth - 2, Math.max(...boxes.map((box) => box.right)) + ROOM);
  const bottom = Math.min(innerHeight - 2, Math.max(...boxes.map((box) => box.bottom)) + ROOM);
  return { left, top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) };
}

/**
 * A place for the card beside a box: below, above, to the left or to the right, the first that has room; else at the
 * bottom of the window, over a part of the box. In a narrow window it is always there.
 *
 * @param {Box | null} box
 * @param {Size} card
 * @param {Size} view
 * @returns {{left: number, top: number}}
 */
export function besides(box, card, view) {
  const most = { left: view.width - card.width - GAP, top: view.height - card.height - GAP };
  if (!box || view.width < NARROW) return { left: Math.max(GAP, most.left / 2), top: most.top };
  const right = box.left + box.width;
  const bottom = box.top + box.height;
  const left = clamp(box.left, GAP, Math.max(GAP, most.left));
  const top = clamp(box.top, GAP, Math.max(GAP, most.top));
  const places = [
    { left, top: bottom + GAP },
    { left, top: box.top - card.height - GAP },
    { left: box.left - card.width - GAP, top },
    { left: right + GAP, top },
  ];
  const fits = places.find((at) => at.left >= GAP && at.left <= most.left && at.top >= GAP && at.top <= most.top);
  return fits ?? { left, top: Math.max(GAP, most.top) };
}
