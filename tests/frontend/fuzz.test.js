/**
 * Random layers of every op, alone and one behind the other, against sums written down by their definition.
 *
 * FUZZ_LAYERS says how many (1000), FUZZ_SEED where to begin (1).
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { checkNetworks } from "./browsers.js";

const LAYERS = Number(process.env.FUZZ_LAYERS ?? 1000);
const SEED = Number(process.env.FUZZ_SEED ?? 1);

test("plain JavaScript", async () => {
  const { fast, training } = await checkNetworks("missing", SEED, LAYERS);
  assert.equal(fast, 0);
  assert.equal(training, "plain");
});

for (const browser of ["as it is", "without relaxed SIMD"]) {
  test(`WebAssembly ${browser}`, async () => {
    const { networks, fast, training } = await checkNetworks(browser, SEED, LAYERS);
    assert.equal(fast, networks);
    assert.equal(training, "WebAssembly");
  });
}
