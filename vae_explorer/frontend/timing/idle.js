/**
 * Work that must not delay a frame: it runs after the frame is painted, for the latest request only, and never takes
 * more than its share of the time, with the frame that shows what it did. On a slow machine it follows in larger steps,
 * and the drag stays smooth.
 */

import { inNextFrame } from "./next_frame.js";

const SHARE = 0.2;

/**
 * @param {() => void} work
 * @returns {{request: () => void, cancel: () => void}}
 */
export function whenIdle(work) {
  let handle = 0;
  let due = 0;
  /** @param {number} busy  milliseconds that have just been spent */
  const rest = (busy) => {
    due = performance.now() + busy * (1 / SHARE - 1);
  };
  const wait = () => {
    handle = setTimeout(run, Math.max(0, due - performance.now()));
  };
  const run = () => {
    if (performance.now() < due) {
      wait();
      return;
    }
    handle = 0;
    const start = performance.now();
    work();
    const worked = performance.now() - start;
    rest(worked);
    inNextFrame(() => {}).then((framed) => rest(worked + framed));
  };
  return {
    request() {
      // A timer that is set within a frame runs after that frame has been painted.
      if (!handle) wait();
    },
    cancel() {
      clearTimeout(handle);
      handle = 0;
    },
  };
}
