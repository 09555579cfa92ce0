/**
 * The thread of browsers.js: makes random networks and holds what they say against the reference, and then trains a
 * model for some steps.
 */

import { parentPort, workerData } from "node:worker_threads";
import { randomIntegers } from "../../vae_explorer/frontend/space/random.js";
import { BROWSERS } from "./browsers.js";
import { randomNetwork } from "./random_network.js";
import { reference } from "./reference.js";

/** @typedef {import("../../vae_explorer/frontend/network/network.js").Network} Network */

/** @type {{browser: string, seed: number, layers: number}} */
const order = workerData;

BROWSERS[order.browser]();
const { Network } = await import("../../vae_explorer/frontend/network/network.js");

let fast = 0;
let networks = 0;
for (let layers = 0; layers < order.layers; networks++) {
  const seed = order.seed + networks;
  const drawn = randomNetwork(seed);
  const network = new Network(drawn.file);
  // Twice, so that what the first run leaves behind would show.
  for (const input of drawn.inputs) compare(network.run(input), drawn, input, seed);
  fast += Number(liesInWebAssembly(network.run(drawn.inputs[0])));
  layers += drawn.layers.length;
}
parentPort?.postMessage({ networks, fast, training: await trains() });

/** @returns {Promise<"plain" | "WebAssembly">}  what a model was trained with */
async function trains() {
  const { initialWeights, VaeTrainer } = await import("../../vae_explorer/frontend/training/vae_trainer.js");
  /** @type {import("../../vae_explorer/frontend/training/mlp.js").VaeModel} */
  const model = { latentDim: 2, hidden: 9, likelihood: "bce" };
  const trainer = await VaeTrainer.create(model);
  trainer.load(initialWeights(model, randomIntegers(order.seed)));
  const images = new Float32Array(2 * 784).fill(1);
  const losses = Array.from({ length: 20 }, () => {
    return trainer.step(images, new Float32Array(4), { beta: 1, learningRate: 0.01 }).reconstruction;
  });
  if (!(losses[19] < 0.7 * losses[0]))
    throw new Error(`Training began at ${losses[0]} nats and ended at ${losses[19]}.`);
  return trainer.plain ? "plain" : "WebAssembly";
}

/**
 * @param {Float32Array} found
 * @param {ReturnType<typeof randomNetwork>} drawn
 * @param {Float32Array} input
 * @param {number} seed
 */
function compare(found, { file, layers, shape }, input, seed) {
  const { values, errors } = reference(file, layers, shape, input);
  const wrong = values.findIndex((value, at) => !(Math.abs(found[at] - value) <= errors[at]));
  if (found.length === values.length && wrong < 0) return;
  const what =
    wrong < 0
      ? `has ${found.length} values, not ${values.length}`
      : `has ${found[wrong]} as its value ${wrong}, which is ${values[wrong]} give or take ${errors[wrong]}`;
  throw new Error(
    `A network of ${shape.join(" x ")} and ${JSON.stringify(layers)} ${what}. ` +
      `WebAssembly is ${order.browser}. Again: FUZZ_SEED=${seed} FUZZ_LAYERS=1 node --test tests/frontend/fuzz.test.js`,
  );
}

/** Only the memory of WebAssembly cannot be given away; any other is lost to its network. @param {Float32Array} values */
function liesInWebAssembly({ buffer }) {
  try {
    structuredClone(buffer, { transfer: [buffer] });
  } catch {
    return true;
  }
  // Some versions of Node say nothing and copy it.
  return buffer.byteLength > 0;
}
