// Hands on the inset: mouse, finger, pen and arrow keys become "go to this place" and "let go".

/** @typedef {[number, number]} Pixels in the stage, from its top left */

/**
 * @typedef {object} InsetHands
 * @property {() => Pixels} ring where the ring is
 * @property {(to: Pixels) => void} move
 * @property {(direction: [number, number], isFine: boolean) => void} step for an arrow key; y up
 * @property {() => void} letGo
 */

/** @type {Record<string, [number, number]>} */
const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/**
 * A mouse drags from anywhere. A finger drags the ring, and elsewhere scrolls the page or taps; where the style sheet
 * gives the stage `touch-action: none`, because it is the main control, a finger drags from anywhere as well.
 *
 * @param {HTMLElement} stage takes pointers and keys
 * @param {HTMLElement} ring lies in it
 * @param {InsetHands} hands
 */
export function listen(stage, ring, hands) {
  /** @type {Pixels | null} from the pointer to the ring's middle, while something drags */
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
    const [ringX, ringY] = hands.ring();
    grip = onRing ? [ringX - x, ringY - y] : [0, 0];
    if (!onRing) hands.move([x, y]);
  });
  stage.addEventListener("pointermove", (event) => {
    if (!grip || !event.isPrimary) return;
    const [x, y] = place(event);
    hands.move([x + grip[0], y + grip[1]]);
  });
  const letGo = () => {
    if (grip) hands.letGo();
    grip = null;
  };
  stage.addEventListener("pointerup", letGo);
  stage.addEventListener("pointercancel", letGo);
  stage.addEventListener("click", (event) => {
    if (isHandled || isOnMessage(event)) return;
    hands.move(place(event));
    hands.letGo();
  });

  let isKeyed = false;
  stage.addEventListener("keydown", (event) => {
    const direction = DIRECTIONS[event.key];
    if (!direction || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    isKeyed = true;
    hands.step(direction, event.shiftKey);
  });
  const leaveKey = () => {
    if (isKeyed) hands.letGo();
    isKeyed = false;
  };
  stage.addEventListener("keyup", leaveKey);
  stage.addEventListener("blur", leaveKey);
}

/** Whether an event belongs to what says that something failed. @param {Event} event */
function isOnMessage(event) {
  return event.target instanceof Element && event.target.closest("[role=alert]") !== null;
}
