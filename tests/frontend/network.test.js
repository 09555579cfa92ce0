import assert from "node:assert/strict";
import { test } from "node:test";
import { Network } from "../../vae_explorer/frontend/network/network.js";
import { FormatError } from "../../vae_explorer/frontend/network/safetensors.js";
import { networkFile } from "./network_file.js";

/** @typedef {import("../../vae_explorer/frontend/network/layers.js").Layer} Layer */

const LINEAR = { op: "linear", inputs: 3, outputs: 2 };
const CONV = { op: "conv", inputs: 1, outputs: 1, kernel: 3, stride: 1 };

/** @param {Layer[]} layers @param {number[]} shape */
const fileOf = (layers, shape) =>
  networkFile(
    layers,
    shape,
    () => 1,
    () => 0,
  );

test("without a layer a network says what it was given", () => {
  assert.deepEqual(new Network(fileOf([], [2])).run([1, 2]), Float32Array.of(1, 2));
});

test("networks keep their numbers apart", () => {
  const [one, other] = [new Network(fileOf([LINEAR], [3])), new Network(fileOf([LINEAR], [3]))];
  const found = one.run([1, 2, 3]);
  other.run([4, 5, 6]);
  assert.deepEqual(found, Float32Array.of(6, 6));
});

test("an input of another length", () => {
  assert.throws(() => new Network(fileOf([LINEAR], [3])).run([1, 2]), /given 2 values; 3 were expected/);
});

/** @type {[string, Layer[], number[], RegExp][]} */
const BROKEN = [
  ["an op that the page does not know", [{ op: "gru" }], [3], /Layer 0 \(gru\) is of a kind .* Reload the page/],
  ["an op that is a name of every object", [{ op: "constructor" }], [3], /Layer 0 \(constructor\) is of a kind/],
  ["a layer that gets something else", [LINEAR], [4], /Layer 0 \(linear\) .* got the shape 4; 3 was expected/],
  ["a picture for a dense layer", [LINEAR], [1, 1, 3], /got the shape 1 x 1 x 3; 3 was expected/],
  ["a list for a convolution", [CONV], [9], /got the shape 9; 1 x any x any was expected/],
  ["a kernel larger than the picture", [CONV], [1, 2, 2], /has the size 0; a whole number from 1 was expected/],
  ["a stride of half a pixel", [{ ...CONV, stride: 0.5 }], [1, 3, 3], /has the size 0.5/],
  ["a shape of another size", [{ op: "reshape", shape: [2, 2, 2] }], [9], /got the shape 9; 2 x 2 x 2 was expected/],
  ["an input of no size", [], [0], /input_shape .* has the size 0/],
];

for (const [what, layers, shape, message] of BROKEN) {
  test(what, () => expectFormatError(fileOf(layers, shape), message));
}

test("a tensor that is missing, or has another shape", () => {
  const file = fileOf([LINEAR], [3]);
  const { "0.weight": weight, ...others } = file.tensors;
  expectFormatError({ ...file, tensors: others }, /lacks the tensor 0\.weight/);
  const turned = { ...weight, shape: [3, 2] };
  expectFormatError({ ...file, tensors: { ...others, "0.weight": turned } }, /0\.weight .* 3 x 2; 2 x 3 was expected/);
});

test("a file without a list of layers", () => {
  expectFormatError({ metadata: {}, tensors: {} }, /does not say its layers/);
});

/** @param {import("../../vae_explorer/frontend/network/safetensors.js").Safetensors} file @param {RegExp} message */
function expectFormatError(file, message) {
  assert.throws(
    () => new Network(file),
    (error) => error instanceof FormatError && message.test(error.message),
  );
}
