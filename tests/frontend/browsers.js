/**
 * Runs random networks in threads whose WebAssembly is that of different browsers.
 *
 * @typedef {{networks: number, fast: number, said: string}} Findings
 *   how many networks were right, how many of these run as WebAssembly, what was written to the console
 */

import { text } from "node:stream/consumers";
import { Worker } from "node:worker_threads";

/** What is done to the WebAssembly of a thread before it imports the frontend. @type {Record<string, () => void>} */
export const BROWSERS = {
  "this Node's": () => {},
  "no relaxed SIMD": () => {
    const { validate } = WebAssembly;
    WebAssembly.validate = (bytes) => !holdsRelaxedSimd(/** @type {Uint8Array} */ (bytes)) && validate(bytes);
  },
  none: () => {
    Reflect.deleteProperty(globalThis, "WebAssembly");
  },
};

/** Whether `f32x4.relaxed_madd` may be among the instructions. @param {Uint8Array} bytes */
const holdsRelaxedSimd = (bytes) =>
  bytes.some((byte, i) => byte === 0xfd && bytes[i + 1] === 0x85 && bytes[i + 2] === 2);

/**
 * @param {string} browser  a name of BROWSERS
 * @param {number} seed     of the first network; each has the next one
 * @param {number} layers   of all networks, at least
 * @returns {Promise<Findings>}
 * @throws {Error}  a network is wrong; says which and how to run it again
 */
export async function checkNetworks(browser, seed, layers) {
  const options = { workerData: { browser, seed, layers }, stdout: true, stderr: true };
  const worker = new Worker(new URL("./check_networks.js", import.meta.url), options);
  const said = Promise.all([text(worker.stdout), text(worker.stderr)]);
  const findings = await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
  return { ...findings, said: (await said).join("") };
}
