/**
 * Decodes batches of codes in a background worker: the page's side of it. Where the browser has no such worker, or ends
 * it, the page itself decodes, a slice at a time.
 *
 * @typedef {import("../types.js").Manifest} Manifest
 * @typedef {import("./decode_slices.js").Answer} Answer
 * @typedef {import("./decode_slices.js").DecodeRequest} DecodeRequest
 * @typedef {import("./decode_slices.js").CancelRequest} CancelRequest
 *
 * @typedef {object} BatchOptions
 * @property {number | null} [label]   class of all pictures, for a conditional model
 * @property {AbortSignal} [signal]    aborting rejects the promise with an AbortError
 * @property {(pixels: Float32Array, start: number) => void} [onChunk]
 *   called as pictures arrive, from number `start`, (n, 784) in 0…1
 *
 * @typedef {object} Request
 * @property {(answer: Answer) => void} answer
 * @property {() => void} send
 *
 * @typedef {(message: DecodeRequest | CancelRequest, transfer?: Transferable[]) => void} Post
 */

import { SliceDecoder } from "./decode_slices.js";
import { decoderInput } from "../model.js";
import { PIXELS } from "../picture/size.js";

/** @type {Map<number, Request>} */
const requests = new Map();
let lastId = 0;
/** To whoever decodes; null until the first batch. @type {Post | null} */
let post = null;

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
    const abort = () => {
      decoder()({ type: "cancel", id });
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
      send() {
        const inputs = decoderInputs(manifest, codes, count, label);
        decoder()({ type: "decode", id, manifest, baseUrl, inputs, count }, [inputs.buffer]);
      },
    });
    requests.get(id)?.send();
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

/** @returns {Post} */
function decoder() {
  post ??= startWorker() ?? decodeHere();
  return post;
}

/** @returns {Post | null}  null where there are no workers */
function startWorker() {
  /** @type {Worker} */
  let worker;
  try {
    worker = new Worker(new URL("./decode_worker.js", import.meta.url));
  } catch {
    return null;
  }
  worker.onmessage = (/** @type {MessageEvent<Answer>} */ { data }) => hear(data);
  worker.onerror = () => {
    // Its script did not arrive, or it crashed. Batches begin again; what came of them stays.
    worker.terminate();
    post = decodeHere();
    for (const { send } of requests.values()) send();
  };
  return (message, transfer = []) => worker.postMessage(message, transfer);
}

/** @returns {Post} */
function decodeHere() {
  const here = new SliceDecoder(hear);
  return (message) => here.take(message);
}

/** @param {Answer} answer */
function hear(answer) {
  requests.get(answer.id)?.answer(answer);
}
