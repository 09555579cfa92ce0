/**
 * A code opens in Morph with one click. Who double-clicks must not change it with the second one, which may come when
 * Morph is there, with a slider or a frame under the pointer.
 */

// More than systems allow a double click: nobody aims at the same place of a page that has just appeared so soon.
const LONGEST_MS = 700;
const NEAR = 10; // pixels

const EVENTS = /** @type {const} */ (["pointerdown", "mousedown", "pointerup", "mouseup", "click", "dblclick"]);

/** @param {PointerEvent | null} first  the press that has opened something; null or long ago if it was a key */
export function ignoreSecondClick(first) {
  if (!first || performance.now() - first.timeStamp > LONGEST_MS) return;
  const { clientX: x, clientY: y, timeStamp } = first;
  const listening = new AbortController();
  let isSecond = false; // what is left of the first click passes
  /** @param {MouseEvent} event */
  const ignore = (event) => {
    if (event.type === "pointerdown") {
      const isNear = Math.hypot(event.clientX - x, event.clientY - y) <= NEAR;
      isSecond = isNear && event.timeStamp - timeStamp <= LONGEST_MS;
      if (!isSecond) listening.abort();
    }
    if (!isSecond) return;
    event.stopImmediatePropagation();
    event.preventDefault();
  };
  for (const name of EVENTS) window.addEventListener(name, ignore, { capture: true, signal: listening.signal });
}
