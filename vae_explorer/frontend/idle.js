/**
 * Work that must not delay a frame: it runs after the frame is painted, for the latest request only, and never takes
 * more than its share of the time. On a slow machine it follows in larger steps, and the drag stays smooth.
 */

const SHARE = 0.2;

/**
 * @param {() => void} work
 * @returns {{request: () => void, cancel: () => void}}
 */
export function whenIdle(work) {
  let handle = 0;
  let due = 0;
  const run = () => {
    handle = 0;
    const start = performance.now();
    work();
    const end = performance.now();
    due = end + (end - start) * (1 / SHARE - 1);
  };
  return {
    request() {
      // A timer that is set within a frame runs after that frame has been painted.
      if (!handle) handle = setTimeout(run, Math.max(0, due - performance.now()));
    },
    cancel() {
      clearTimeout(handle);
      handle = 0;
    },
  };
}
