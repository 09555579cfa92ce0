import { nextTask } from "./next_task.js";

/**
 * Does something in the next frame, together with whatever else is drawn there.
 *
 * @param {() => void} act
 * @returns {Promise<number>}  how long that frame kept the page busy from then on, in milliseconds: layout and paint, too
 */
export function inNextFrame(act) {
  return new Promise((resolve) =>
    requestAnimationFrame(() => {
      const start = performance.now();
      act();
      painted().then(() => resolve(performance.now() - start));
    }),
  );
}

/** Until the frame that one is in has been painted: a message that is posted within it arrives later. @returns {Promise<void>} */
export function painted() {
  return nextTask();
}

/** @param {number} milliseconds @returns {Promise<void>} */
export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
