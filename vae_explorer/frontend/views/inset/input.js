// Input on the inset: mouse, finger, pen and arrow keys become moves and releases of the ring.

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
 * A mouse drags from anywhere. A finger drags the ring, and elsewhere scrolls the page or taps; where the stage is the
 * main control, the style sheet sets `touch-action: none`, and a finger drags from anywhere too.
 *
 * @param {HTMLElement} stage takes pointers and keys
 * @param {HTMLElement} ring lies in it
 * @param {InputCallbacks} callbacks
 */
export function listen(stage, ring, callbacks) {
  /** @type {Pixels | null} from the pointer to the centre of the ring, during a drag */
  let grip = null;
  let isHandled = false;

  /** @param {MouseEvent} event @returns {Pixels} */
  const place = (event) => {
    const box = stage.getBoundingClientRect();
    return [event.clientX - box.left - stage.clientLeft, event.clientY - box.top - stage.clientTop];
  };

  stage.addEventListener("pointerdown", (event) => {
    const onRing = event.target === ring;
    isHandled = false;
    if (!event.isPrimary || event.button !== 0 || isOnMessage(event)) return;
    if (event.pointerType === "touch" && !onRing && getComputedStyle(stage).touchAction !== "none") return;
    isHandled = true;
    stage.setPointerCapture(event.pointerId);
    const [x, y] = place(event);
    const [ringX, ringY] = callbacks.ring();
    grip = onRing ? [ringX - x, ringY - y] : [0, 0];
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
  stage.addEventListener("pointercancel", release);
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
