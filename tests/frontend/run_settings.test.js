import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CHOICES,
  checked,
  defaultSettings,
  fromText,
  lowerRate,
  PRESETS,
  presetSettings,
  toText,
} from "../../vae_explorer/frontend/training/settings.js";

test("defaults need no text", () => {
  assert.equal(toText(defaultSettings()), "");
  assert.deepEqual(fromText(""), defaultSettings());
});

test("presets go through a link and back, and differ", () => {
  const texts = PRESETS.map((preset) => toText(presetSettings(preset)));
  assert.equal(new Set(texts).size, PRESETS.length);
  PRESETS.forEach((preset, i) => assert.deepEqual(fromText(texts[i]), presetSettings(preset), preset.name));
  assert.equal(texts[PRESETS.findIndex(({ name }) => name === "textbook")], "z20,h400,w0,r0.001,n128");
});

test("every setting goes through a link and back", () => {
  for (const [name, values] of Object.entries(CHOICES)) {
    for (const value of values) {
      const settings = checked({ [name]: value });
      assert.equal(/** @type {any} */ (settings)[name], value);
      assert.deepEqual(fromText(toText(settings)), settings, `${name} ${value}`);
    }
  }
  for (const change of [
    { beta: 0 },
    { beta: 0.35 },
    { beta: 10 },
    { seed: 2 ** 32 - 1 },
    { classes: [3] },
    { drawings: 0 },
  ]) {
    const settings = checked(change);
    assert.deepEqual(fromText(toText(settings)), settings);
    assert.notEqual(toText(settings), "");
  }
});

test("the server takes every text", () => {
  // As RunText in vae_explorer/text_settings.py has it.
  const part = /^[a-z]{1,10}([0-9]{1,10}(\.[0-9]{1,10})?)?$/;
  const all = {
    latentDim: 20,
    hidden: 400,
    beta: 1 / 3,
    warmUp: 20,
    likelihood: "mse",
    learningRate: 1e-4,
    batchSize: 512,
  };
  const more = {
    seed: 2 ** 32 - 1,
    classes: [0, 1, 2, 3, 4, 5, 6, 7, 8],
    count: 3000,
    data: "fashion-mnist",
    drawings: 10,
  };
  const text = toText(checked({ ...all, ...more }));
  assert.ok(
    text.split(",").every((each) => part.test(each)),
    text,
  );
  assert.ok(text.length < 100, text);
});

test("what is out of range, unknown or no setting at all falls back", () => {
  const hostile = [
    ..."z4,h0,b11,b-1,w21,r2,r0,n8,s4294967296,m99,d11,c,x5,z,mse2,__proto__,constructor,toString".split(","),
    "zNaN",
    "z1e1",
    "z٣",
    "z2 ",
    "z".repeat(1e5),
    ",".repeat(1e4),
    "\u0000",
    "<script>",
  ];
  for (const text of hostile) assert.deepEqual(fromText(text), defaultSettings(), text.slice(0, 20));
  assert.deepEqual(fromText(`${hostile.join(",")},z10`), checked({ latentDim: 10 }), "the rest of it counts");
});

test("classes are in order and once, and never none", () => {
  assert.deepEqual(fromText("c7717").classes, [1, 7]);
  assert.deepEqual(checked({ classes: [] }).classes, defaultSettings().classes);
  assert.deepEqual(checked({ classes: [1, 10] }).classes, defaultSettings().classes);
  assert.deepEqual(checked({ classes: "17" }).classes, defaultSettings().classes);
});

test("a plain autoencoder has no beta, and beta has two decimals", () => {
  assert.deepEqual(checked({ deterministic: true, beta: 4, warmUp: 5 }), checked({ deterministic: true, beta: 0 }));
  assert.equal(checked({ beta: 0.1 + 0.2 }).beta, 0.3);
});

test("nobody shares settings", () => {
  defaultSettings().classes.push(99);
  presetSettings(PRESETS[0]).classes.push(99);
  assert.equal(defaultSettings().classes.length, 10);
});

test("the next lower rate", () => {
  assert.equal(lowerRate(1), 0.3);
  assert.equal(lowerRate(0.001), 3e-4);
  assert.equal(lowerRate(1e-4), 1e-4);
});
