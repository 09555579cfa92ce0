/**
 * Starts the kernels that are compiled from the C files beside this one (`make kernels`).
 *
 * @typedef {{relaxed: string, simd: string}} Compiled
 *   the same kernels in base64: with relaxed SIMD, which newer browsers have, and with SIMD, which all do since 2023
 */

const PAGE_BYTES = 65536;

/** @type {Map<Compiled, WebAssembly.Module | null>} */
const modules = new Map();

/**
 * @param {Compiled} compiled
 * @returns {WebAssembly.Module | null}  the quickest kernels that this browser knows, compiled once; null: it knows none
 */
export function kernelModule(compiled) {
  let module = modules.get(compiled);
  if (module === undefined) {
    module = compile(compiled);
    modules.set(compiled, module);
  }
  return module;
}

/** @param {Compiled} compiled */
function compile({ relaxed, simd }) {
  try {
    const known = [relaxed, simd].map(bytesOf).find((bytes) => WebAssembly.validate(bytes));
    return known ? new WebAssembly.Module(known) : null;
  } catch {
    return null; // no WebAssembly at all, or a policy that forbids it
  }
}

/** @param {string} base64 */
const bytesOf = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

/**
 * @param {WebAssembly.Module} module
 * @param {number} bytes
 * @returns {{memory: ArrayBuffer, kernels: WebAssembly.Exports} | null}
 *   kernels with a memory of so many bytes, all of them the page's; null: there is no room
 */
export function startKernels(module, bytes) {
  try {
    const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE_BYTES) });
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    return { memory: memory.buffer, kernels: exports };
  } catch {
    return null;
  }
}
