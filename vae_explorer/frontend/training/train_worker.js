/**
 * The background worker of `worker_client.js`.
 *
 * @typedef {object} WorkerScope  the part of a worker's global scope used here
 * @property {(answer: import("./run_loop.js").Answer) => void} postMessage
 * @property {((event: MessageEvent<import("./run_loop.js").Request>) => void) | null} onmessage
 */

import { RunLoop } from "./run_loop.js";

const scope = /** @type {WorkerScope} */ (/** @type {unknown} */ (self));

const loop = new RunLoop((answer) => scope.postMessage(answer));

scope.onmessage = ({ data }) => loop.take(data);
