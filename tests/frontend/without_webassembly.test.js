/**
 * Where a browser refuses WebAssembly, or a part of it, networks run and models are trained in plain JavaScript, and
 * nothing is said.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { checkNetworks } from "./browsers.js";

const LAYERS = 50;

for (const browser of [
  "without SIMD",
  "missing",
  "null",
  "without validate",
  "forbidden by a policy",
  "out of memory",
  "out of memory for an instance",
]) {
  test(`WebAssembly is ${browser}`, async () => {
    const { fast, training, said } = await checkNetworks(browser, 1, LAYERS);
    assert.equal(fast, 0);
    assert.equal(training, "plain");
    assert.equal(said, "");
  });
}

test("WebAssembly is out of memory from the second network on", async () => {
  const { fast, training, said } = await checkNetworks("out of memory from the second network on", 1, LAYERS);
  assert.equal(fast, 1);
  assert.equal(training, "plain");
  assert.equal(said, "");
});

test("WebAssembly is out of memory to grow", async () => {
  const { networks, fast, training, said } = await checkNetworks("out of memory to grow", 1, LAYERS);
  assert.equal(fast, networks, "a network's memory is made at its full size");
  assert.equal(training, "WebAssembly");
  assert.equal(said, "");
});
