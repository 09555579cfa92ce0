import assert from "node:assert/strict";
import { test } from "node:test";
import { LONGEST_MS, RunLoop } from "../../vae_explorer/frontend/training/run_loop.js";
import { checked } from "../../vae_explorer/frontend/training/settings.js";
import { TrainingRun } from "../../vae_explorer/frontend/training/training_run.js";
import { openRun } from "../../vae_explorer/frontend/training/worker_client.js";
import { madeDigits } from "./made_digits.js";

/** @typedef {import("../../vae_explorer/frontend/training/run_loop.js").Answer} Answer */
/** @typedef {import("../../vae_explorer/frontend/training/run_loop.js").Request} Request */

/** @param {object} [changes] */
function startOf(changes = {}) {
  const settings = checked({ hidden: 64, batchSize: 64, ...changes });
  return { settings, train: madeDigits(200), test: madeDigits(40, 2), plain: true };
}

/** A loop with a clock that goes on a little whenever somebody looks at it. */
class Watched {
  /** @type {Answer[]} */
  answers = [];
  now = 0;
  /** @type {((answer: Answer) => void)[]} */
  #waiting = [];

  constructor(tick = 1) {
    this.loop = new RunLoop(
      (answer) => {
        this.answers.push(answer);
        for (const heard of this.#waiting) heard(answer);
      },
      () => {
        this.now += tick;
        return this.now;
      },
    );
  }

  /** @param {Request} request */
  take(request) {
    this.loop.take(request);
  }

  /** @param {(answer: any) => boolean} isIt @returns {Promise<any>}  the next one */
  next(isIt) {
    return new Promise((resolve) => {
      this.#waiting.push((answer) => {
        if (isIt(answer)) resolve(answer);
      });
    });
  }

  /** @param {string} kind */
  state(kind) {
    return this.next((answer) => answer.type === "state" && answer.state.kind === kind).then(({ state }) => state);
  }

  get frames() {
    return this.answers.flatMap((answer) => (answer.type === "frame" ? [answer.frame] : []));
  }
}

/** @param {object} [changes] @param {number} [tick] */
async function opened(changes, tick) {
  const watched = new Watched(tick);
  const frame = watched.next(({ type }) => type === "frame");
  watched.take({ type: "open", start: startOf(changes) });
  await frame;
  return watched;
}

test("it opens with a state and a frame of step 0", async () => {
  const watched = await opened();
  const [ready, frame] = watched.answers;
  assert.ok(ready.type === "state" && ready.state.kind === "ready");
  assert.equal(ready.state.digits, 200);
  assert.equal(ready.state.originals.length, 8 * 784);
  assert.ok(frame.type === "frame");
  assert.deepEqual([frame.frame.step, frame.frame.index, frame.frame.recorded], [0, 0, 1]);
  assert.equal(frame.frame.test?.at, 0);
});

test("one step, then to the end of the epoch", async () => {
  const watched = await opened();
  let paused = watched.state("paused");
  watched.take({ type: "step" });
  assert.deepEqual(await paused, { kind: "paused", step: 1, why: "step" });
  paused = watched.state("paused");
  watched.take({ type: "epoch" });
  assert.deepEqual(await paused, { kind: "paused", step: 4, why: "epoch" });
  assert.equal(watched.frames.at(-1)?.step, 4, "the frame of a pause is of its step");
  assert.equal(watched.frames.at(-1)?.epoch, 1);
});

test("pauses and frames change nothing", async () => {
  const watched = await opened({}, 7);
  watched.take({ type: "plane", value: true });
  for (let i = 0; i < 3; i++) {
    const paused = watched.state("paused");
    watched.take({ type: "start" });
    await watched.next((answer) => answer.type === "frame" && answer.frame.step > 0);
    watched.take({ type: "pause" });
    await paused;
  }
  const reply = watched.next(({ type }) => type === "reply");
  watched.take({ type: "export", id: 5 });
  const { value, id } = await reply;
  assert.equal(id, 5);
  const run = await TrainingRun.create(startOf());
  while (run.step < value.figures.steps) run.advance();
  assert.ok(run.step > 3);
  assert.deepEqual(value.weights, run.trainer.weights());
});

test("it pauses after three minutes, and goes on when it is asked to", async () => {
  const watched = await opened({}, 5000);
  const paused = watched.state("paused");
  watched.take({ type: "start" });
  const { why } = await paused;
  assert.equal(why, "three minutes");
  assert.ok((watched.frames.at(-1)?.seconds ?? 0) * 1000 >= LONGEST_MS - 10000);
  const running = watched.state("running");
  watched.take({ type: "start" });
  await running;
  await watched.next(({ type }) => type === "frame");
  watched.loop.close();
});

test("it stops while nobody sees it, and goes on by itself", async () => {
  const watched = await opened();
  let paused = watched.state("paused");
  watched.take({ type: "start" });
  watched.take({ type: "hidden", value: true });
  assert.equal((await paused).why, "hidden");
  const running = watched.state("running");
  watched.take({ type: "hidden", value: false });
  await running;
  paused = watched.state("paused");
  watched.take({ type: "pause" });
  await paused;
  watched.take({ type: "hidden", value: true });
  watched.take({ type: "hidden", value: false });
  const reply = watched.next(({ type }) => type === "reply");
  watched.take({ type: "export", id: 1 });
  await reply;
  const states = watched.answers.flatMap((answer) => (answer.type === "state" ? [answer.state.kind] : []));
  assert.deepEqual(states, ["ready", "running", "paused", "running", "paused"], "what was paused stays so");
});

test("what was recorded comes back", async () => {
  const watched = await opened();
  for (let i = 0; i < 3; i++) {
    const paused = watched.state("paused");
    watched.take({ type: "step" });
    await paused;
  }
  const shown = watched.frames.at(-1);
  assert.ok(shown);
  const reply = watched.next(({ type }) => type === "reply");
  watched.take({ type: "recorded", id: 1, index: shown.index });
  assert.deepEqual((await reply).value, shown);
  const fault = watched.next(({ type }) => type === "fault");
  watched.take({ type: "recorded", id: 2, index: 50 });
  assert.deepEqual(await fault, { type: "fault", id: 2, message: "This moment is no longer kept." });
});

test("the plane is there at once when it is asked for, and is not recorded twice", async () => {
  const watched = await opened();
  const frame = watched.next(({ type }) => type === "frame");
  watched.take({ type: "plane", value: true });
  const shown = (await frame).frame;
  assert.equal(shown.plane?.pixels.length, (shown.plane.side * 28) ** 2);
  assert.equal(shown.recorded, 1);
  assert.equal(shown.index, 1, "it is not one of those that were kept");
});

test("a rate that is too high stops it; it goes back, slower, and goes on", async () => {
  const watched = await opened({ learningRate: 1, batchSize: 16 });
  const stopped = watched.state("stopped");
  watched.take({ type: "start" });
  const { step, why, message } = await stopped;
  assert.equal(why, "diverged");
  assert.match(message, new RegExp(`stopped at step ${step}: .*\\.$`));
  watched.take({ type: "start" }); // nothing to go on with
  const paused = watched.state("paused");
  watched.take({ type: "backToGood" });
  const back = await paused;
  assert.equal(back.why, "back");
  assert.ok(back.step < step);
  const frame = watched.frames.at(-1);
  assert.equal(frame?.step, back.step);
  assert.equal(frame?.learningRate, 0.3);
  const next = watched.state("paused");
  watched.take({ type: "step" });
  assert.equal((await next).step, back.step + 1);
});

test("what cannot be opened is said in a sentence, and the next may open", async () => {
  const watched = new Watched();
  const fault = watched.next(({ type }) => type === "fault");
  const start = startOf({ classes: [7] });
  watched.take({ type: "open", start: { ...start, train: { pixels: new Uint8Array(784), labels: Uint8Array.of(1) } } });
  assert.match((await fault).message, /no training digit/);
  const frame = watched.next(({ type }) => type === "frame");
  watched.take({ type: "start" }); // there is none to start
  watched.take({ type: "open", start: startOf() });
  await frame;
});

test("a fault in the middle ends in a sentence", async (context) => {
  for (const [error, expected] of /** @type {[Error, RegExp][]} */ ([
    [new RangeError("Array buffer allocation failed"), /^This browser has no memory left for this training\./],
    [new TypeError("x is not a function"), /^Training stopped unexpectedly \(x is not a function\)\. Begin again/],
  ])) {
    const watched = await opened();
    context.mock.method(TrainingRun.prototype, "advance", () => {
      throw error;
    });
    const fault = watched.next(({ type }) => type === "fault");
    watched.take({ type: "start" });
    assert.match((await fault).message, expected);
    context.mock.restoreAll();
    const paused = watched.state("paused");
    watched.take({ type: "step" });
    await paused;
  }
});

test("without workers the page itself trains", async () => {
  const page = new EventTarget();
  Object.assign(globalThis, { document: Object.assign(page, { visibilityState: "visible" }) });
  /** @type {any[]} */
  const [frames, states] = [[], []];
  /** @type {((state: any) => void) | null} */
  let waiting = null;
  const listeners = {
    onFrame: (/** @type {any} */ frame) => frames.push(frame),
    onState: (/** @type {any} */ state) => {
      states.push(state);
      waiting?.(state);
    },
    onFault: assert.fail,
  };
  /** @param {string} kind @returns {Promise<any>} */
  const state = (kind) =>
    new Promise((resolve) => {
      waiting = (found) => {
        if (found.kind === kind) resolve(found);
      };
    });
  const run = await openRun(startOf(), listeners);
  assert.equal(states[0].kind, "ready");
  assert.equal(frames.length, 1);
  run.setBeta(4);
  let paused = state("paused");
  run.epoch();
  assert.equal((await paused).step, 4);
  const exported = await run.export();
  assert.equal(exported.settings.beta, 4);
  assert.deepEqual((await run.recorded(0)).step, 0);
  await assert.rejects(run.recorded(99), /no longer kept/);

  paused = state("paused");
  run.start();
  Object.assign(document, { visibilityState: "hidden" });
  page.dispatchEvent(new Event("visibilitychange"));
  assert.equal((await paused).why, "hidden");

  const ready = state("ready");
  run.reset(checked({ hidden: 64, latentDim: 3 }));
  await ready;
  run.close();

  const none = { ...startOf({ classes: [7] }), train: { pixels: new Uint8Array(784), labels: Uint8Array.of(1) } };
  await assert.rejects(openRun(none, listeners), /no training digit/);
});
