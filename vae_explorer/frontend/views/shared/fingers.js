/**
 * Fingers on something that can be moved, in a page that has to be scrolled past it: one finger scrolls the page; two,
 * or one that begins on a handle, move what they touch.
 *
 * These are touch events and not pointer events: only a touch that is refused as it begins never scrolls the page, and
 * Plotly, which listens to touches, would refuse every one.
 *
 * @typedef {[number, number]} Pixel in the element, from its top left
 *
 * @typedef {object} Grip
 * @property {Pixel} from   where the finger was as it began, or the middle between the two
 * @property {Pixel} to     where it is now
 * @property {number} factor  how much farther apart the two are now; 1 for one finger
 *
 * @typedef {object} FingersCallbacks
 * @property {(event: TouchEvent) => boolean} isOnHandle  asked as one finger begins
 * @property {() => void} begin
 * @property {(grip: Grip) => void} move
 * @property {() => void} end
 */

const LEAST_APART = 20; // nearer than this, two fingers jitter more than they zoom, pixels

/**
 * The style sheet has to give the element `touch-action: pan-x pan-y`, or the browser zooms the page.
 *
 * @param {HTMLElement} element
 * @param {FingersCallbacks} callbacks
 * @returns {() => void} stops listening
 */
export function listenToFingers(element, callbacks) {
  const listening = new AbortController();
  const options = { capture: true, passive: false, signal: listening.signal };
  /** @type {{middle: Pixel, apart: number} | null} as the fingers began */
  let start = null;

  /** Those on the element, whichever part of it they are on. @param {TouchEvent} event */
  const fingers = ({ touches }) => [...touches].filter(({ target }) => element.contains(/** @type {Node} */ (target)));

  /** @param {Touch[]} fingers */
  const measured = ([first, second = first]) => {
    const box = element.getBoundingClientRect();
    /** @type {Pixel} */
    const middle = [
      (first.clientX + second.clientX) / 2 - box.left - element.clientLeft,
      (first.clientY + second.clientY) / 2 - box.top - element.clientTop,
    ];
    const apart = Math.hypot(first.clientX - second.clientX, first.clientY - second.clientY);
    return { middle, apart: Math.max(LEAST_APART, apart) };
  };

  const end = () => {
    if (start) callbacks.end();
    start = null;
  };

  element.addEventListener(
    "touchstart",
    (event) => {
      event.stopPropagation();
      const down = fingers(event);
      const holds = down.length === 2 || (down.length === 1 && callbacks.isOnHandle(event));
      end();
      if (!holds) return;
      if (event.cancelable) event.preventDefault();
      start = measured(down);
      callbacks.begin();
    },
    options,
  );
  element.addEventListener(
    "touchmove",
    (event) => {
      event.stopPropagation();
      if (!start) return;
      if (event.cancelable) event.preventDefault();
      const { middle, apart } = measured(fingers(event));
      callbacks.move({ from: start.middle, to: middle, factor: apart / start.apart });
    },
    options,
  );
  for (const name of /** @type {const} */ (["touchend", "touchcancel"])) {
    element.addEventListener(
      name,
      (event) => {
        event.stopPropagation();
        end();
      },
      options,
    );
  }
  return () => listening.abort();
}
