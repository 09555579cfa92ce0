/**
 * Runs random networks, and trains a model, in threads whose WebAssembly is that of different browsers.
 *
 * @typedef {{networks: number, fast: number, training: "plain" | "WebAssembly", said: string}} Findings
 *   how many networks were right, how many of these run as WebAssembly, what a model was trained with, what was written
 *   to the console
 */

import { text } from "node:stream/consumers";
import { Worker } from "node:worker_threads";

/** What is done to the WebAssembly of a thread before it imports the frontend. @type {Record<string, () => void>} */
export const BROWSERS = {
  "as it is": () => {},
  "without relaxed SIMD": () => {
    const { validate } = WebAssembly;
    WebAssembly.validate = (bytes) => !holdsRelaxedSimd(/** @type {Uint8Array} */ (bytes)) && validate(bytes);
  },
  "without SIMD": () => {
    WebAssembly.validate = () => false;
    refuse("Module", new WebAssembly.CompileError("Wasm SIMD unsupported"));
  },
  missing: () => {
    Reflect.deleteProperty(globalThis, "WebAssembly");
  },
  null: () => {
    Object.assign(globalThis, { WebAssembly: null });
  },
  "without validate": () => {
    Reflect.deleteProperty(WebAssembly, "validate");
  },
  "forbidden by a policy": () => {
    refuse("Module", new WebAssembly.CompileError("violates the following Content Security Policy directive"));
  },
  "out of memory": () => {
    refuse("Memory", new RangeError("could not allocate memory"));
  },
  "out of memory from the second network on": () => {
    refuse("Memory", new RangeError("could not allocate memory"), 1);
  },
  "out of memory for an instance": () => {
    refuse("Instance", new RangeError("Out of memory: Cannot allocate Wasm memory for new instance"));
  },
  "out of memory to grow": () => {
    WebAssembly.Memory.prototype.grow = () => {
      throw new RangeError("Unable to grow instance memory");
    };
  },
};

/** Whether `f32x4.relaxed_madd` may be among the instructions. @param {Uint8Array} bytes */
const holdsRelaxedSimd = (bytes) =>
  bytes.some((byte, i) => byte === 0xfd && bytes[i + 1] === 0x85 && bytes[i + 2] === 0x02);

/**
 * @param {"Module" | "Memory" | "Instance"} name  a class of WebAssembly that is to throw
 * @param {Error} error
 * @param {number} [after]  it has been made so many times
 */
function refuse(name, error, after = 0) {
  let left = after;
  const construct = (/** @type {any} */ original, /** @type {any[]} */ parameters) => {
    if (left-- > 0) return new original(...parameters);
    throw error;
  };
  Object.assign(WebAssembly, { [name]: new Proxy(WebAssembly[name], { construct }) });
}

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
