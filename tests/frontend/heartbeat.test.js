import assert from "node:assert/strict";
import { test } from "node:test";
import { Heartbeat } from "../../vae_explorer/frontend/training/heartbeat.js";

const MINUTE = 60;

/** @param {import("node:test").TestContext} context @param {(heartbeat: Heartbeat) => void} answer  how the worker does */
function watched(context, answer) {
  /** @type {(() => void) | null} */
  let tick = null;
  context.mock.method(globalThis, "setInterval", (/** @type {() => void} */ callback) => {
    tick = callback;
  });
  context.mock.method(globalThis, "clearInterval", () => {
    tick = null;
  });
  const page = { visibilityState: "visible" };
  Object.assign(globalThis, { document: page });
  const told = { lost: 0 };
  /** @type {Heartbeat} */
  const heartbeat = new Heartbeat(
    () => answer(heartbeat),
    () => told.lost++,
  );
  const wait = (/** @type {number} */ seconds) => {
    for (let i = 0; i < seconds; i++) tick?.();
  };
  return { heartbeat, page, told, wait };
}

test("a worker that answers is there, and nothing is said of one that was ended", (context) => {
  const { heartbeat, told, wait } = watched(context, (each) => each.heard());
  wait(5 * MINUTE);
  heartbeat.end();
  wait(MINUTE);
  assert.equal(told.lost, 0);
});

test("a worker that says nothing is given up, once", (context) => {
  const { told, wait } = watched(context, () => {});
  wait(15);
  assert.equal(told.lost, 0, "a step may take seconds");
  wait(5 * MINUTE);
  assert.equal(told.lost, 1);
});

test("whatever a slow one says counts", (context) => {
  const { heartbeat, told, wait } = watched(context, () => {});
  for (let i = 0; i < 10; i++) {
    wait(15);
    heartbeat.heard();
  }
  assert.equal(told.lost, 0);
});

test("a page that nobody sees may sleep, and its worker too", (context) => {
  const { page, told, wait } = watched(context, () => {});
  page.visibilityState = "hidden";
  wait(5 * MINUTE);
  assert.equal(told.lost, 0);
  page.visibilityState = "visible";
  wait(MINUTE);
  assert.equal(told.lost, 1);
});
