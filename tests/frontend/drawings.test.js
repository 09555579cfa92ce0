import assert from "node:assert/strict";
import { test } from "node:test";
import { Drawings, digitsOf, greysOf, MOST_DRAWINGS, setOf } from "../../vae_explorer/frontend/own/drawings.js";
import { checked } from "../../vae_explorer/frontend/training/settings.js";
import { drawingsIn } from "../../vae_explorer/frontend/views/train/drawings_in.js";

/** A browser's storage; `refusal` is thrown at whoever writes. */
class Kept {
  /** @type {Map<string, string>} */
  texts = new Map();
  /** @type {Error | null} */
  refusal = null;

  /** @param {string} key */
  getItem(key) {
    return this.texts.get(key) ?? null;
  }

  /** @param {string} key @param {string} text */
  setItem(key, text) {
    if (this.refusal) throw this.refusal;
    this.texts.set(key, text);
  }

  /** What another tab of this browser has, as it opens. */
  tab() {
    return new Drawings(() => this);
  }
}

/** @param {number} value @param {number} [label] @param {string} [data] */
function picture(value, label = 3, data = "mnist") {
  return { data, label, pixels: Uint8Array.from({ length: 784 }, (_, i) => (value + i) % 256) };
}

/** @param {Drawings} drawings @param {string} [data] */
const labelsOf = (drawings, data = "mnist") => drawings.of(data).map(({ label }) => label);

test("what is added is there after a reload, pixel by pixel, in its order, each with its data set", () => {
  const kept = new Kept();
  const drawings = kept.tab();
  assert.deepEqual(drawings.of("mnist"), []);
  for (const label of [7, 1, 4]) drawings.add(picture(label, label));
  drawings.add(picture(9, 9, "fashion-mnist"));
  assert.equal(drawings.fault, "");
  const later = kept.tab();
  assert.deepEqual(labelsOf(later), [7, 1, 4]);
  assert.deepEqual(labelsOf(later, "fashion-mnist"), [9]);
  assert.deepEqual(later.of("mnist"), drawings.of("mnist"));
  assert.deepEqual(later.of("mnist")[0].pixels, picture(7).pixels);
});

test("the same picture is there once, with the class that it was given last", () => {
  const drawings = new Kept().tab();
  drawings.add(picture(5, 3));
  drawings.add(picture(6, 6));
  assert.equal(drawings.find("mnist", picture(5).pixels)?.label, 3);
  assert.equal(drawings.find("fashion-mnist", picture(5).pixels), null);
  assert.equal(drawings.find("mnist", picture(7).pixels), null);
  drawings.add(picture(5, 8));
  assert.deepEqual(labelsOf(drawings), [6, 8]);
});

test("what is removed can be put back where it was", () => {
  const kept = new Kept();
  const drawings = kept.tab();
  for (const label of [0, 1, 2]) drawings.add(picture(label, label));
  const before = drawings.of("mnist");
  drawings.remove(before.slice(1, 2));
  drawings.remove(before.slice(1, 2));
  assert.deepEqual(labelsOf(kept.tab()), [0, 2]);
  drawings.restore(before.slice(1, 2));
  drawings.restore(before.slice(1, 2));
  assert.deepEqual(drawings.of("mnist"), before);
  drawings.remove(before);
  assert.deepEqual(kept.tab().of("mnist"), []);
});

test("there are 200 at most, and one more is refused with a sentence", () => {
  const kept = new Kept();
  const drawings = kept.tab();
  for (let i = 0; i < MOST_DRAWINGS; i++) drawings.add(picture(i));
  assert.equal(drawings.fault, "");
  const [first, last] = [drawings.of("mnist")[0], picture(MOST_DRAWINGS)];
  drawings.add(last);
  assert.match(drawings.fault, /200 drawings, the most that may be/);
  assert.equal(kept.tab().of("mnist").length, MOST_DRAWINGS);
  drawings.add(picture(3, 5)); // which is there: only its class is new
  assert.equal(drawings.fault, "");
  drawings.remove([first]);
  drawings.add(last);
  assert.equal(drawings.fault, "");
  drawings.restore([first]);
  assert.match(drawings.fault, /200 drawings/);
  assert.equal(drawings.of("mnist").length, MOST_DRAWINGS);
});

test("tabs have the same ones, and none undoes what another did", () => {
  const kept = new Kept();
  const [one, other] = [kept.tab(), kept.tab()];
  let heard = 0;
  const end = other.listen(() => heard++);
  one.add(picture(1, 1));
  assert.deepEqual(labelsOf(other), []); // the browser's message is on its way
  other.add(picture(2, 2));
  assert.deepEqual(labelsOf(other), [1, 2]);
  one.reread();
  one.remove(one.of("mnist").slice(0, 1));
  other.reread();
  assert.deepEqual(labelsOf(other), [2]);
  assert.equal(heard, 2);
  end();
  other.reread();
  assert.equal(heard, 2);
});

test("where the browser has no room, they stay in the tab, and it says so until there is room", () => {
  const kept = new Kept();
  const drawings = kept.tab();
  drawings.add(picture(1, 1));
  kept.refusal = new DOMException("full", "QuotaExceededError");
  drawings.add(picture(2, 2));
  assert.match(drawings.fault, /no room left for drawings in this browser: they stay in this tab/);
  drawings.reread(); // another tab has written something
  drawings.add(picture(3, 3));
  assert.deepEqual(labelsOf(drawings), [1, 2, 3]);
  assert.deepEqual(labelsOf(kept.tab()), [1]);
  kept.refusal = null;
  drawings.remove(drawings.of("mnist").slice(0, 1));
  assert.equal(drawings.fault, "");
  assert.deepEqual(labelsOf(kept.tab()), [2, 3]);
});

test("where the browser keeps nothing, they stay in the tab, and it says so", () => {
  const drawings = new Drawings(() => {
    throw new DOMException("no", "SecurityError");
  });
  assert.equal(drawings.fault, ""); // nobody has asked for anything yet
  drawings.add(picture(1, 1));
  drawings.add(picture(2, 2));
  assert.match(drawings.fault, /does not let the page keep drawings/);
  assert.deepEqual(labelsOf(drawings), [1, 2]);
});

test("of a text that somebody has changed, what makes sense is there", () => {
  const kept = new Kept();
  kept.tab().add(picture(1, 1));
  const [[key, text]] = kept.texts;
  const [right] = JSON.parse(text);
  const [, data, label, pixels] = right;
  const wrong = [
    7,
    null,
    {},
    ["1", data, label, pixels],
    [1, "kmnist", label, pixels],
    [1, "toString", label, pixels],
    [1, data, 10, pixels],
    [1, data, 1.5, pixels],
    [1, data, "length", pixels],
    [1, data, label, pixels.slice(4)],
    [1, data, label, "?"],
    [1, data, label, 3],
  ];
  kept.texts.set(key, JSON.stringify([...wrong, right, right]));
  assert.deepEqual(labelsOf(kept.tab()), [1]);
  for (const nonsense of ["", "{", "{}", "null", '"text"', "3"]) {
    kept.texts.set(key, nonsense);
    const drawings = kept.tab();
    assert.deepEqual(labelsOf(drawings), []);
    drawings.add(picture(4, 4));
    assert.deepEqual(labelsOf(kept.tab()), [4]);
  }
});

test("drawings belong to a data set that the page can train on", () => {
  const classes = Array.from("0123456789");
  assert.equal(setOf({ name: "mnist", classes }), "mnist");
  assert.equal(setOf({ name: "mnist", classes: ["cat", "dog"] }), null); // a folder of that name
  assert.equal(setOf({ name: "kmnist", classes }), null);
  assert.equal(setOf({ name: "toString", classes }), null);
});

test("a run has those of its data set and of the classes that are in, unless they count nothing", () => {
  const drawings = new Kept().tab();
  for (const label of [7, 1, 4]) drawings.add(picture(label, label));
  drawings.add(picture(1, 1, "fashion-mnist"));
  /** @param {object} settings */
  const found = (settings) => drawingsIn(drawings, checked(settings));
  assert.deepEqual(found({}).list, drawings.of("mnist"));
  assert.deepEqual(found({ data: "fashion-mnist" }).list, drawings.of("fashion-mnist"));
  assert.deepEqual(
    found({ classes: [1, 7] }).list.map(({ label }) => label),
    [7, 1],
  );
  assert.deepEqual(found({ drawings: 0 }), { key: "", list: [] });
  assert.equal(found({ classes: [0] }).key, "");
  // The key tells whether it is another run.
  const keys = [{}, { drawings: 2 }, { classes: [1, 7] }, { data: "fashion-mnist" }].map((each) => found(each).key);
  assert.equal(new Set(keys).size, 4);
  assert.equal(found({ seed: 5, hidden: 64 }).key, keys[0]);
  const [first] = drawings.of("mnist");
  drawings.remove([first]);
  assert.notEqual(found({}).key, keys[0]);
  drawings.restore([first]);
  assert.equal(found({}).key, keys[0]);
});

test("a run takes them as bytes", () => {
  assert.deepEqual([...greysOf(Float32Array.of(0, 0.5, 1, 17 / 255))], [0, 128, 255, 17]);
  const drawings = new Kept().tab();
  for (const label of [4, 2]) drawings.add(picture(label, label));
  const { pixels, labels } = digitsOf(drawings.of("mnist"));
  assert.deepEqual([...labels], [4, 2]);
  assert.deepEqual(pixels.subarray(784), picture(2).pixels);
});
