/**
 * The background worker of `decode_batch.js`.
 *
 * @typedef {import("./decode_slices.js").DecodeRequest | import("./decode_slices.js").CancelRequest} Request
 *
 * @typedef {object} WorkerScope  the part of a worker's global scope used here
 * @property {import("./decode_slices.js").Post} postMessage
 * @property {((event: MessageEvent<Request>) => void) | null} onmessage
 */

import { SliceDecoder } from "./decode_slices.js";

const scope = /** @type {WorkerScope} */ (/** @type {unknown} */ (self));

const decoder = new SliceDecoder((answer, transfer) => scope.postMessage(answer, transfer));

scope.onmessage = ({ data }) => decoder.take(data);
