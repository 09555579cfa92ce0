/** Transposed convolutions whose kernel leaves some outputs without any input: these are their bias, exactly. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Network } from "../../vae_explorer/frontend/network/network.js";
import { floats, networkFile } from "./network_file.js";

// So large that even a whole number read as a float, some 1e-45, would leave a trace; sums of it are exact.
const LARGE = 2 ** 120;
const SIDE = 4;

for (const [kernel, stride, padding] of [
  [1, 2, 0],
  [1, 3, 1],
  [1, 4, 2],
  [2, 3, 0],
  [2, 5, 3],
  [3, 4, 1],
]) {
  test(`kernel ${kernel}, stride ${stride}, padding ${padding}`, () => {
    for (const channels of [1, 3, 4, 9]) {
      for (const bias of [0, 0.5]) {
        const layer = { op: "conv_transpose", inputs: channels, outputs: channels, kernel, stride, padding };
        const file = networkFile(
          [layer],
          [channels, SIDE, SIDE],
          () => 1,
          () => bias,
        );
        const network = new Network(file);
        const found = network.run(floats(network.inputs, () => LARGE));
        const side = (SIDE - 1) * stride - 2 * padding + kernel;
        const reached = (/** @type {number} */ place) => (place + padding) % stride < kernel;
        found.forEach((value, at) => {
          const [y, x] = [Math.floor(at / side) % side, at % side];
          const wanted = reached(y) && reached(x) ? channels * LARGE : bias;
          assert.equal(value, wanted, `row ${y}, column ${x} of ${channels} channels with the bias ${bias}`);
        });
      }
    }
  });
}
