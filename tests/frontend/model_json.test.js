import assert from "node:assert/strict";
import { test } from "node:test";
import { DATA_SETS } from "../../vae_explorer/frontend/training/data_sets.js";
import { modelJson } from "../../vae_explorer/frontend/model_folder/model_json.js";

const SETTINGS = {
  latentDim: 2,
  hidden: 16,
  beta: 4,
  warmUp: 0,
  likelihood: /** @type {const} */ ("bce"),
  learningRate: 1e-3,
  batchSize: 128,
  seed: 3,
  classes: [0, 1],
  data: "mnist",
  drawings: 1,
};
const FIGURES = { steps: 10, epochs: 2.5, pictures: 500, drawings: 0, seconds: 1.23456789 };
const ENCODED = {
  mu: Float32Array.of(0, 5, 1, 5, 2, 5),
  logVar: new Float32Array(6),
  reconstruction: Float32Array.of(100, 110, 120),
  kl: Float32Array.of(1, 2, 6),
  squaredError: 1 / 30,
};

/** @param {object} [settings] @param {object} [rest]  of the run @param {string} [title] */
function about(settings, rest, title) {
  const run = {
    weights: {},
    settings: { ...SETTINGS, ...settings },
    history: [{ epoch: 1, reconstruction: 200.123456789 }],
    figures: { ...FIGURES },
    ...rest,
  };
  return JSON.parse(modelJson(run, ENCODED, DATA_SETS.mnist, { name: "mine-2", title }));
}

test("figures are means over the test digits, and say of how many", () => {
  const { metrics } = about();
  assert.deepEqual(metrics.test_negative_elbo, { value: 113, unit: "nats per image", pictures: 10_000 });
  assert.equal(metrics.test_reconstruction.value, 110);
  assert.equal(metrics.test_kl.value, 3);
  assert.equal(metrics.test_squared_error.value, 0.0333333);
  assert.equal(metrics.active_units.value, 1); // the other never moves
  assert.equal(metrics.decoder_multiply_adds.value, 2 * 16 + 16 * 784);
});

test("a plain autoencoder has neither a KL nor an ELBO, and no beta", () => {
  const { metrics, model, training, teaches } = about({ deterministic: true });
  assert.equal(metrics.test_negative_elbo ?? metrics.test_kl, undefined);
  assert.equal(model.deterministic, true);
  assert.equal(training.beta, 0);
  assert.equal(teaches, "Trained in the browser on 500 digits: 16 hidden units, no KL, 2.5 epochs.");
});

test("what is told of the training pictures is how many there were, not how many there might have been", () => {
  const { teaches, training } = about({ count: 12_000, classes: [1, 7] }, { figures: { ...FIGURES, pictures: 2_603 } });
  assert.match(teaches, /on 2,603 digits/);
  assert.equal(training.pictures, 2_603);
});

test("it says what it was trained on: how many of the data set, and how many of its maker's own drawings", () => {
  const without = about({ drawings: 10 });
  assert.equal(without.training.pictures, 500);
  assert.equal("own_drawings" in without.training, false);
  assert.match(without.teaches, /on 500 digits: /);
  /** @param {number} drawings @param {number} times */
  const withOwn = (drawings, times) => about({ drawings: times }, { figures: { ...FIGURES, drawings } });
  const { training, teaches } = withOwn(3, 10);
  assert.deepEqual(training.own_drawings, { count: 3, times_in_an_epoch: 10 });
  assert.equal(training.pictures, 500);
  assert.match(teaches, /on 500 digits and 3 drawings of its maker's own, each counted 10 times: 16 hidden units/);
  assert.match(withOwn(1, 2).teaches, /and 1 drawing of its maker's own, counted 2 times: /);
  assert.match(withOwn(20, 1).teaches, /and 20 drawings of its maker's own: /);
});

test("the history has one row a line, rounded, without what is no number", () => {
  const history = [
    { epoch: 1, reconstruction: 200.123456789, kl: Number.NaN },
    { epoch: 2, kl: Number.POSITIVE_INFINITY },
  ];
  assert.deepEqual(about({}, { history }).history, [{ epoch: 1, reconstruction: 200.123 }, { epoch: 2 }]);
  assert.deepEqual(about({}, { history: [] }).history, []);
});

test("a title is one line that can be shown", () => {
  assert.equal(about().title, "My VAE: 2 dimensions");
  assert.equal(about({ latentDim: 1, deterministic: true }).title, "My autoencoder: 1 dimension");
  assert.equal(about({}, {}, "  Anna’s\n\u202emodel\0 \ud83d ").title, "Anna’s model");
  assert.equal(about({}, {}, " \n").title, "My VAE: 2 dimensions");
  const long = about({}, {}, "😀".repeat(200)).title;
  assert.equal(long, "😀".repeat(80));
});
