/**
 * Decodes batches of codes, a slice at a time, so that a later request or a cancellation is heard within milliseconds:
 * in the background worker, or in the page where there is none.
 *
 * @typedef {import("../types.js").Manifest} Manifest
 *
 * @typedef {{type: "decode", id: number, manifest: Manifest, baseUrl: string, inputs: Float32Array, count: number}} DecodeRequest
 *   `inputs` is (count, D + classes), row-major.
 * @typedef {{type: "cancel", id: number}} CancelRequest
 *
 * @typedef {{type: "chunk", id: number, start: number, pixels: Float32Array}} Chunk
 *   Pictures `start`… of the batch, (n, 784) in 0…1.
 * @typedef {{type: "done", id: number} | {type: "failed", id: number, message: string} | Chunk} Answer
 * @typedef {(answer: Answer, transfer: Transferable[]) => void} Post
 */

import { openModel } from "../model.js";
import { PIXELS } from "../picture/size.js";
import { nextTask } from "../timing/next_task.js";

const SLICE_MS = 8;
const SLICE_PICTURES = 64;

export class SliceDecoder {
  #post;
  /** @type {Set<number>} */
  #pending = new Set();
  // Opened models by the address of their decoder, which carries a content hash. A visitor opens a handful of models, a
  // few megabytes each.
  /** @type {Map<string, import("../model.js").Model>} */
  #models = new Map();

  /** @param {Post} post */
  constructor(post) {
    this.#post = post;
  }

  /** @param {DecodeRequest | CancelRequest} request */
  take(request) {
    if (request.type === "cancel") {
      this.#pending.delete(request.id);
      return;
    }
    this.#pending.add(request.id);
    this.#decode(request)
      .catch((error) => {
        const message = error instanceof Error ? error.message : String(error);
        this.#post({ type: "failed", id: request.id, message }, []);
      })
      .finally(() => this.#pending.delete(request.id));
  }

  /** @param {DecodeRequest} request */
  async #decode({ id, manifest, baseUrl, inputs, count }) {
    const network = await this.#model(manifest, baseUrl).decoder();
    let next = 0;
    while (next < count && this.#pending.has(id)) {
      const start = next;
      const stop = Math.min(count, start + SLICE_PICTURES);
      const pixels = new Float32Array((stop - start) * PIXELS);
      const end = performance.now() + SLICE_MS;
      do {
        const input = inputs.subarray(next * network.inputs, (next + 1) * network.inputs);
        pixels.set(network.run(input), (next - start) * PIXELS);
        next++;
      } while (next < stop && performance.now() < end);
      const done = pixels.slice(0, (next - start) * PIXELS);
      this.#post({ type: "chunk", id, start, pixels: done }, [done.buffer]);
      await nextTask();
    }
    if (this.#pending.has(id)) this.#post({ type: "done", id }, []);
  }

  /**
   * @param {Manifest} manifest
   * @param {string} baseUrl
   */
  #model(manifest, baseUrl) {
    const key = new URL(manifest.files.decoder.url, baseUrl).href;
    let opened = this.#models.get(key);
    if (!opened) {
      opened = openModel(manifest, baseUrl);
      this.#models.set(key, opened);
    }
    return opened;
  }
}
