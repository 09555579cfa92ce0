// Input on the inset: mouse, finger, pen and arrow keys become moves and releases of the ring.

import { listenToFingers } from "../shared/fingers.js";

/** @typedef {[number, number]} Pixels in the stage, from its top left */

/**
 * @typedef {object} InputCallbacks
 * @property {() => Pixels} ring where the ring is now
 * @property {(to: Pixels) => void} move
 * @property {(direction: [number, number], isFine: boolean) => void} step for an arrow key; y up
 * @property {() => void} onRelease
 */

/** @type {Record<string, [number, number]>} */
const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/**
 * A mouse and a pen drag from anywhere. A finger drags the ring, and elsewhere scrolls the page or taps; two fingers move
 * the ring from anywhere. Along a line the style sheet sets `touch-action: pan-y`, as sliders have it: one finger drags
 * from anywhere there, as long as it moves sideways.
 *
 * @param {HTMLElement} stage takes pointers and keys
 * @param {HTMLElement} ring lies in it
 * @param {InputCallbacks} callbacks
 */
export function listen(stage, ring, callbacks) {
  /** @type {Pixels | null} from the pointer to the centre of the ring, during a drag */
  let grip = null;
  let isHandled = false;
  /** @type {Pixels} of the ring, as a drag began */
  let before = [0, 0];

  /** @param {MouseEvent} event @returns {Pixels} */
  const place = (event) => {
    const box = stage.getBoundingClientRect();
    return [event.clientX - box.left - stage.clientLeft, event.clientY - box.top - stage.clientTop];
  };

  stage.addEventListener("pointerdown", (event) => {
    const onRing = event.target === ring;
    isHandled = false;
    if (!event.isPrimary || event.button !== 0 || isOnMessage(event)) return;
    if (event.pointerType === "touch" && (onRing || getComputedStyle(stage).touchAction !== "pan-y")) return;
    isHandled = true;
    stage.setPointerCapture(event.pointerId);
    const [x, y] = place(event);
    before = callbacks.ring();
    grip = onRing ? [before[0] - x, before[1] - y] : [0, 0];
    if (!onRing) callbacks.move([x, y]);
  });
  stage.addEventListener("pointermove", (event) => {
    if (!grip || !event.isPrimary) return;
    const [x, y] = place(event);
    callbacks.move([x + grip[0], y + grip[1]]);
  });
  const release = () => {
    if (grip) callbacks.onRelease();
    grip = null;
  };
  stage.addEventListener("pointerup", release);
  stage.addEventListener("pointercancel", (event) => {
    // A finger that scrolls the page may have begun on the line.
    if (grip && event.pointerType === "touch") callbacks.move(before);
    release();
  });
  listenToFingers(stage, {
    isOnHandle: ({ target }) => target === ring,
    begin: () => {
      grip = null;
      before = callbacks.ring();
    },
    move: ({ from, to }) => callbacks.move([before[0] + to[0] - from[0], before[1] + to[1] - from[1]]),
    end: () => callbacks.onRelease(),
  });
  stage.addEventListener("click", (event) => {
    if (isHandled || isOnMessage(event)) return;
    callbacks.move(place(event));
    callbacks.onRelease();
  });

  let isKeyed = false;
  stage.addEventListener("keydown", (event) => {
    const direction = DIRECTIONS[event.key];
    if (!direction || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    isKeyed = true;
    callbacks.step(direction, event.shiftKey);
  });
  const releaseKey = () => {
    if (isKeyed) callbacks.onRelease();
    isKeyed = false;
  };
  stage.addEventListener("keyup", releaseKey);
  stage.addEventListener("blur", releaseKey);
}

/** Whether an event belongs to an error message. @param {Event} event */
function isOnMessage(event) {
  return event.target instanceof Element && event.target.closest("[role=alert]") !== null;
}
