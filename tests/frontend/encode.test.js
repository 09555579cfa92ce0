import assert from "node:assert/strict";
import { test } from "node:test";
import { PIXELS } from "../../vae_explorer/frontend/picture/size.js";
import {
  drawingFragment,
  drawingIn,
  lostInLink,
} from "../../vae_explorer/frontend/views/shared/picture/drawing_text.js";
import { Rank } from "../../vae_explorer/frontend/views/encode/rank.js";
import { linkedPicture, pictureText } from "../../vae_explorer/frontend/views/shared/picture/state.js";

const MANIFEST = /** @type {any} */ ({ classes: 10, data: { count: 100 } });

test("a drawing goes through a link and back", () => {
  const pixels = Float32Array.from({ length: PIXELS }, (_, i) => ((i * 37) % 256) / 255);
  const text = drawingFragment(pixels);
  assert.ok(text.length <= 600, String(text.length));
  assert.match(text, /^#drawing=[\w-]+$/);
  const found = /** @type {Float32Array} */ (drawingIn(text));
  found.forEach((value, i) => assert.ok(Math.abs(value - pixels[i]) <= 0.5 / 15 + 1e-6, `${i}`));
  assert.deepEqual(drawingFragment(found), text);
});

test("what a link leaves out of a picture is said", () => {
  const own = /** @type {const} */ ({ kind: "drawing" });
  const pixels = new Float32Array(PIXELS).fill(0.5);
  assert.match(lostInLink({ pixels, source: own }), /16 levels of grey/);
  assert.equal(lostInLink({ pixels, source: { kind: "test", index: 7, label: 3 } }), "");
  const held = /** @type {Float32Array} */ (drawingIn(drawingFragment(pixels)));
  assert.equal(lostInLink({ pixels: held, source: own }), "");
  assert.equal(lostInLink(null), "");
});

test("what is no drawing", () => {
  for (const text of ["", "#", "#drawing=", "#drawing=%%%", "#drawing=AAAA", "#other", "drawing"]) {
    assert.equal(drawingIn(text), null, text);
  }
});

test("a test picture in a link, with another class than its own", () => {
  assert.deepEqual(linkedPicture("t7/3", MANIFEST), { index: 7, label: 3 });
  assert.deepEqual(linkedPicture("t7", MANIFEST), { index: 7, label: null });
  assert.deepEqual(linkedPicture("t100", MANIFEST), { index: null, label: null });
  assert.deepEqual(linkedPicture("t7/10", MANIFEST), { index: 7, label: null });
  const picture = {
    pixels: new Float32Array(PIXELS),
    source: /** @type {const} */ ({ kind: "test", index: 7, label: 3 }),
  };
  assert.equal(pictureText({ picture, label: null }), "t7");
  assert.equal(pictureText({ picture, label: 3 }), "t7");
  assert.equal(pictureText({ picture, label: 4 }), "t7/4");
  assert.equal(pictureText({ picture: { ...picture, source: { kind: "drawing" } }, label: 4 }), "d/4");
  assert.equal(pictureText({ picture: { ...picture, source: { kind: "drawing" } }, label: null }), "");
  assert.equal(pictureText({ picture: null, label: 4 }), "");
  assert.deepEqual(linkedPicture("d/4", MANIFEST), { index: null, label: 4 });
});

test("the share of pictures that cost less", () => {
  const rank = new Rank(
    /** @type {any} */ ({ kl: Float32Array.of(1, 1, 1, 1), reconstruction: Float32Array.of(9, 4, 1, 2) }),
  );
  assert.deepEqual(
    [0, 2, 2.5, 5, 10.5].map((cost) => rank.shareBelow(cost)),
    [0, 0, 0.25, 0.5, 1],
  );
});
