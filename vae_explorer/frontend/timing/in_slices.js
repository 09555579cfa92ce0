/** Long work in short slices, in a page or a worker, so that whatever else is to be done there is done in between. */

import { pause } from "./next_frame.js";

const SLICE_MS = 12;

/**
 * @template T
 * @param {Generator<number, T>} work  yields the share that is done, every few milliseconds
 * @param {AbortSignal} [signal]
 * @param {(share: number) => void} [onProgress]
 * @returns {Promise<T>}
 * @throws {DOMException}  an AbortError, as the signal says
 */
export async function inSlices(work, signal, onProgress) {
  for (;;) {
    signal?.throwIfAborted();
    const end = performance.now() + SLICE_MS;
    let step = work.next();
    while (!step.done && performance.now() < end) step = work.next();
    if (step.done) return step.value;
    onProgress?.(step.value);
    await pause(0);
  }
}
