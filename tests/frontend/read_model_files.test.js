/**
 * Model folders with anything in them, as a zip file may hold them: each is read, with facts that the server takes, or
 * refused in a sentence.
 *
 * FUZZ_TRIALS says how many of each kind (200), FUZZ_SEED where to begin (1).
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { writeSafetensors } from "../../vae_explorer/frontend/network/write_safetensors.js";
import { factsOf } from "../../vae_explorer/frontend/own/facts.js";
import { randomIntegers, standardNormals } from "../../vae_explorer/frontend/space/random.js";
import { DATA_SETS } from "../../vae_explorer/frontend/training/data_sets.js";
import { parameterShapes } from "../../vae_explorer/frontend/training/mlp.js";
import { ModelError } from "../../vae_explorer/frontend/model_folder/model_error.js";
import { modelJson } from "../../vae_explorer/frontend/model_folder/model_json.js";
import { readModelFiles } from "../../vae_explorer/frontend/model_folder/read_model_files.js";
import { floats } from "./network_file.js";

/** @typedef {import("../../vae_explorer/frontend/model_folder/model_files.js").ModelFiles} ModelFiles */

const TRIALS = Number(process.env.FUZZ_TRIALS ?? 200);
const SEED = Number(process.env.FUZZ_SEED ?? 1);
const COUNT = DATA_SETS.mnist.count;

// JSON of what is likely to be mistaken for something else. Such an object has no text, which `String` takes badly.
const ODD = [
  ...["null", "true", "-1", "0", "0.5", "1e308", "21", '""', '"x"', '"a\\tb"', '"\\ud800"', "[]", "[[]]", "{}"],
  ...['{"toString": 1, "valueOf": 1}', '{"__proto__": {"value": 1}}', '"constructor"', `"${"x".repeat(600)}"`],
];

/** @returns {ModelFiles}  a whole model, of codes drawn at random */
function wholeModel() {
  const sizes = { latentDim: 2, hidden: 3 };
  const [normal, next] = [standardNormals(1), randomIntegers(1)];
  const of = (/** @type {number[]} */ shape) => ({
    shape,
    data: floats(
      shape.reduce((product, size) => product * size, 1),
      normal,
    ),
  });
  const codes = {
    mu: of([COUNT, 2]),
    log_var: of([COUNT, 2]),
    label: { shape: [COUNT], data: Uint8Array.from({ length: COUNT }, () => next() % 10) },
    reconstruction: of([COUNT]),
    kl: of([COUNT]),
  };
  const shapes = Object.entries(parameterShapes(sizes));
  const settings = { ...sizes, beta: 1, warmUp: 0, likelihood: /** @type {const} */ ("bce"), data: "mnist" };
  const run = {
    weights: {},
    settings: { ...settings, learningRate: 1e-3, batchSize: 128, seed: 1, classes: [0, 1], count: 500 },
    history: [{ epoch: 1, reconstruction: 200 }],
    figures: { steps: 4, epochs: 1, pictures: 100, drawings: 0, seconds: 1 },
  };
  const encoded = {
    mu: codes.mu.data,
    logVar: codes.log_var.data,
    reconstruction: codes.reconstruction.data,
    kl: codes.kl.data,
    squaredError: 0.03,
  };
  return new Map([
    ["model.json", new TextEncoder().encode(modelJson(run, encoded, DATA_SETS.mnist, { name: "mine" }))],
    ["weights.safetensors", writeSafetensors(Object.fromEntries(shapes.map(([name, shape]) => [name, of(shape)])))],
    ["codes.safetensors", writeSafetensors(codes)],
  ]);
}

const WHOLE = wholeModel();

/** @param {ModelFiles} files @returns {string | null}  the sentence; null if it is read */
function outcome(files) {
  try {
    taken(factsOf(readModelFiles(files)));
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    assert.match(error.message, /^[A-Z][\p{L}\p{N}\p{P}\p{S} ]{10,300}\.$/u);
    return error.message;
  }
  return null;
}

/** As catalog/facts.py checks them. @param {ReturnType<typeof factsOf>} facts */
function taken(facts) {
  const isIn = (/** @type {number} */ value, /** @type {number} */ low, /** @type {number} */ high) =>
    value >= low && value <= high;
  for (const text of [facts.title, facts.teaches]) assert.match(text, /^(?:[^\p{C}\p{Z}]| ){1,500}$/u);
  assert.match(facts.name, /^[a-z0-9-]{1,40}$/);
  assert.ok(isIn(facts.latent_dim, 1, 20) && isIn(facts.beta, 0, 1000) && isIn(facts.reach, 0, 1000));
  assert.ok(facts.mean_kl.length === facts.latent_dim && facts.mean_kl.every((value) => isIn(value, 0, 1e9)));
  assert.ok(facts.start.length === facts.latent_dim && facts.start.every((value) => isIn(value, -1000, 1000)));
  assert.ok(isIn(facts.start_label, 0, 9) && facts.shares.every((share) => isIn(share, 0, 1)));
}

/** @param {string} what @param {(next: () => number) => ModelFiles} make */
function fuzz(what, make) {
  test(`${what}, ${TRIALS} times`, () => {
    for (let seed = SEED; seed < SEED + TRIALS; seed++) {
      try {
        outcome(make(randomIntegers(seed)));
      } catch (error) {
        /** @type {Error} */ (error).message += `\nAgain: FUZZ_SEED=${seed} FUZZ_TRIALS=1`;
        throw error;
      }
    }
  });
}

/** @param {any} about @returns {ModelFiles} */
const saying = (about) => new Map(WHOLE).set("model.json", new TextEncoder().encode(JSON.stringify(about)));

/** All places in a JSON value. @param {any} value @returns {[any, string][]} */
function placesIn(value) {
  if (typeof value !== "object" || value === null) return [];
  return Object.keys(value).flatMap((key) => [/** @type {[any, string]} */ ([value, key]), ...placesIn(value[key])]);
}

const readAbout = () => JSON.parse(new TextDecoder().decode(WHOLE.get("model.json")));

test("a whole model is read", () => {
  assert.equal(outcome(WHOLE), null);
});

test("each field that is missing or odd", () => {
  const count = placesIn(readAbout()).length;
  for (let place = 0; place < count; place++) {
    for (const odd of [undefined, ...ODD]) {
      const about = readAbout();
      const [inside, key] = placesIn(about)[place];
      if (odd === undefined) delete inside[key];
      else inside[key] = JSON.parse(odd);
      try {
        outcome(saying(about));
      } catch (error) {
        /** @type {Error} */ (error).message += `\n${key}: ${odd}`;
        throw error;
      }
    }
  }
});

test("what the server would not take is refused here", () => {
  for (const title of ["a\tb", "a\u2028b", "a\u00a0b", "\u202e", "\ud800", ""]) {
    assert.match(outcome(saying({ ...readAbout(), title })) ?? "", /the field title has no right value/);
  }
  assert.equal(outcome(saying({ ...readAbout(), title: "Anna’s digits, 手写" })), null);
});

for (const name of WHOLE.keys()) {
  fuzz(`bytes of ${name}`, (next) => {
    const body = /** @type {Uint8Array<ArrayBuffer>} */ (WHOLE.get(name)).slice();
    // Most near the beginning, where the headers are.
    const most = next() % 4 ? Math.min(body.length, 600) : body.length;
    const changes = 1 + (next() % 4);
    for (let change = 0; change < changes; change++) body[next() % most] = next();
    return new Map(WHOLE).set(name, next() % 4 ? body : body.slice(0, next() % body.length));
  });

  test(`${name} is missing, or something else`, () => {
    const without = new Map(WHOLE);
    without.delete(name);
    assert.match(outcome(without) ?? "", new RegExp(`it has no file ${name}`));
    for (const odd of ODD) assert.ok(outcome(new Map(WHOLE).set(name, new TextEncoder().encode(odd))));
  });
}

test("odd entries in the header of a file of tensors", () => {
  for (const odd of ODD) {
    for (const field of ["dtype", "shape", "data_offsets"]) {
      const entry = { dtype: '"F32"', shape: "[0]", data_offsets: "[0, 0]", [field]: odd };
      const text = Object.entries(entry).map(([key, value]) => `"${key}": ${value}`);
      assert.ok(outcome(new Map(WHOLE).set("codes.safetensors", header(`{"mu": {${text}}}`))));
    }
    assert.ok(outcome(new Map(WHOLE).set("codes.safetensors", header(`{"__metadata__": {"a": ${odd}}}`))));
  }
});

/** @param {string} text */
function header(text) {
  const body = new TextEncoder().encode(text);
  const file = new Uint8Array(8 + body.length);
  new DataView(file.buffer).setUint32(0, body.length, true);
  file.set(body, 8);
  return file;
}
