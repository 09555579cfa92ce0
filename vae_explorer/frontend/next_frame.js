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
      // A message that is posted within a frame arrives after that frame has been painted.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve(performance.now() - start);
      };
      port2.postMessage(null);
    }),
  );
}

/** @param {number} milliseconds @returns {Promise<void>} */
export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
