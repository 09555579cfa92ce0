/**
 * Decodes batches of codes in a background worker: the page's side of it.
 *
 * @typedef {import("./types.js").Manifest} Manifest
 * @typedef {import("./decode_worker.js").Answer} Answer
 *
 * @typedef {object} BatchOptions
 * @property {number | null} [label]   class of all pictures, for a conditional model
 * @property {AbortSignal} [signal]    aborting rejects the promise with an AbortError
 * @property {(pixels: Float32Array, start: number) => void} [onChunk]
 *   called as pictures arrive, from number `start`, (n, 784) in 0…1
 *
 * @typedef {object} Request
 * @property {(answer: Answer) => void} answer
 * @property {(error: Error) => void} fail
 */

import { decoderInput, PIXELS } from "./model.js";

const TEXT = {
  failed:
    "The background worker that decodes the pictures could not be started. Try again; if it fails again, reload the page.",
};

/** @type {Map<number, Request>} */
const requests = new Map();
let lastId = 0;
/** @type {Worker | null} */
let worker = null;

/**
 * Decodes a batch of codes without blocking the page.
 *
 * @param {Manifest} manifest
 * @param {string} baseUrl
 * @param {ArrayLike<number>} codes  (count, D), row-major
 * @param {number} count
 * @param {BatchOptions} [options]
 * @returns {Promise<Float32Array>}  (count, 784) in 0…1
 */
export function decodeBatch(manifest, baseUrl, codes, count, { label = null, signal, onChunk } = {}) {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const id = ++lastId;
    const all = new Float32Array(count * PIXELS);
    const running = startWorker();
    const abort = () => {
      running.postMessage({ type: "cancel", id });
      finish();
      reject(signal?.reason);
    };
    const finish = () => {
      requests.delete(id);
      signal?.removeEventListener("abort", abort);
    };
    signal?.addEventListener("abort", abort);
    requests.set(id, {
      answer(answer) {
        if (answer.type === "chunk") {
          all.set(answer.pixels, answer.start * PIXELS);
          onChunk?.(answer.pixels, answer.start);
          return;
        }
        finish();
        if (answer.type === "done") resolve(all);
        else reject(new Error(answer.message));
      },
      fail(error) {
        finish();
        reject(error);
      },
    });
    const inputs = decoderInputs(manifest, codes, count, label);
    running.postMessage({ type: "decode", id, manifest, baseUrl, inputs, count }, [inputs.buffer]);
  });
}

/**
 * @param {Manifest} manifest
 * @param {ArrayLike<number>} codes
 * @param {number} count
 * @param {number | null} label
 * @returns {Float32Array}  (count, D + classes)
 */
function decoderInputs(manifest, codes, count, label) {
  const { latent_dim: dim, classes } = manifest;
  const inputs = new Float32Array(count * (dim + classes));
  const code = new Float32Array(dim);
  for (let n = 0; n < count; n++) {
    for (let i = 0; i < dim; i++) code[i] = codes[n * dim + i];
    const start = n * (dim + classes);
    decoderInput(manifest, code, label, inputs.subarray(start, start + dim + classes));
  }
  return inputs;
}

/** @returns {Worker} */
function startWorker() {
  if (worker) return worker;
  const started = new Worker(new URL("./decode_worker.js", import.meta.url), { type: "module" });
  started.onmessage = (/** @type {MessageEvent<Answer>} */ event) => requests.get(event.data.id)?.answer(event.data);
  started.onerror = () => {
    // Its scripts did not arrive, or it crashed: the next request gets a new one.
    started.terminate();
    if (worker === started) worker = null;
    const waiting = [...requests.values()];
    for (const request of waiting) request.fail(new Error(TEXT.failed));
  };
  worker = started;
  return started;
}
