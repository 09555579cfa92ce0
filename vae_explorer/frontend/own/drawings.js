/**
 * The visitor's own drawings for training, kept in this browser: at most 200, which are 210 kB of text. No server hears
 * of them. All tabs have the same ones; where the browser keeps nothing, a tab has its own until it is closed.
 *
 * @typedef {object} Drawing  it never changes
 * @property {number} id      when it was added, in milliseconds since 1970; unique
 * @property {string} data    the data set it belongs to, a name of DATA_SETS
 * @property {number} label   its class
 * @property {Uint8Array} pixels  (784) grey values, 0 black, as a model is trained on them
 */

import { joined } from "../bytes.js";
import { PIXELS } from "../picture/size.js";
import { DATA_SETS } from "../training/data_sets.js";

export const MOST_DRAWINGS = 200;

const KEY = "vae-explorer-drawings";

const TEXT = {
  none: "This browser does not let the page keep drawings, as in some private windows: they stay in this tab until it is closed or reloaded.",
  full: "There is no room left for drawings in this browser: they stay in this tab until it is closed or reloaded.",
  many: `There are ${MOST_DRAWINGS} drawings, the most that may be. Remove some on the page Train.`,
};

export class Drawings {
  #storage;
  /** Oldest first. @type {Drawing[]} */
  #all = [];
  /** Whether the browser has not taken the last change, so that only this tab knows of it. */
  #isUnkept = false;
  /** @type {Set<() => void>} */
  #listeners = new Set();

  /** What became of the last change, if not what was asked for; a sentence, or "". */
  fault = "";

  /** @param {() => Pick<Storage, "getItem" | "setItem">} storage  may throw, as `localStorage` does where it is forbidden */
  constructor(storage) {
    this.#storage = storage;
    this.#all = this.#read();
  }

  /** @param {() => void} onChange @returns {() => void}  ends it */
  listen(onChange) {
    this.#listeners.add(onChange);
    return () => this.#listeners.delete(onChange);
  }

  /** @param {string} data  a data set @returns {Drawing[]}  oldest first */
  of(data) {
    return this.#all.filter((each) => each.data === data);
  }

  /** @param {string} data @param {Uint8Array} pixels @returns {Drawing | null}  the one that is this very picture */
  find(data, pixels) {
    const isSame = (/** @type {Drawing} */ each) => each.data === data && each.pixels.every((v, i) => v === pixels[i]);
    return this.#all.find(isSame) ?? null;
  }

  /**
   * Adds a picture; one that is there already gets this class. `fault` says so if there are too many.
   *
   * @param {Omit<Drawing, "id">} picture
   */
  add({ data, label, pixels }) {
    this.#change((all) => {
      const same = this.find(data, pixels);
      const others = all.filter((each) => each !== same);
      if (others.length >= MOST_DRAWINGS) return null;
      const last = all.length ? all[all.length - 1].id : 0;
      return [...others, { id: Math.max(Date.now(), last + 1), data, label, pixels: pixels.slice() }];
    });
  }

  /** @param {Drawing[]} drawings  of which some may be gone already */
  remove(drawings) {
    const ids = new Set(drawings.map(({ id }) => id));
    this.#change((all) => all.filter(({ id }) => !ids.has(id)));
  }

  /** Puts back what was removed, in its place. @param {Drawing[]} drawings */
  restore(drawings) {
    this.#change((all) => {
      const missing = drawings.filter(({ id }) => !all.some((each) => each.id === id));
      return all.length + missing.length > MOST_DRAWINGS ? null : sorted([...all, ...missing]);
    });
  }

  /** Another tab has changed them. */
  reread() {
    if (this.#isUnkept) return; // this tab has more than the browser
    this.#all = this.#read();
    this.#tell();
  }

  /** @param {(all: Drawing[]) => Drawing[] | null} change  null if there would be too many */
  #change(change) {
    if (!this.#isUnkept) this.#all = this.#read(); // another tab may have been quicker than its message
    const next = change(this.#all);
    if (next) {
      this.#all = next;
      this.fault = this.#write();
      this.#isUnkept = this.fault !== "";
    } else this.fault = TEXT.many;
    this.#tell();
  }

  #tell() {
    for (const listener of this.#listeners) listener();
  }

  #read() {
    try {
      return fromText(this.#storage().getItem(KEY));
    } catch {
      return this.#all; // the first change says why
    }
  }

  /** @returns {string}  what hindered it, a sentence; "" if nothing */
  #write() {
    try {
      this.#storage().setItem(KEY, toText(this.#all));
      return "";
    } catch (error) {
      const isFull = error instanceof DOMException && error.name === "QuotaExceededError";
      return isFull ? TEXT.full : TEXT.none;
    }
  }
}

/** @type {Drawings | null} */
let ofThisTab = null;

/** @returns {Drawings}  the same ones for all views */
export function ownDrawings() {
  if (!ofThisTab) {
    const drawings = new Drawings(() => localStorage);
    // The other tabs hear it; no key: all was deleted.
    addEventListener("storage", ({ key }) => {
      if (key === KEY || key === null) drawings.reread();
    });
    ofThisTab = drawings;
  }
  return ofThisTab;
}

/**
 * @param {{name: string, classes: string[]}} data  what a model was trained on
 * @returns {string | null}  the data set that drawings shown to it belong to; null if the page cannot train on it
 */
export function setOf({ name, classes }) {
  const known = Object.hasOwn(DATA_SETS, name) ? DATA_SETS[name] : null;
  return known && known.classes.join() === classes.join() ? name : null;
}

/** @param {Float32Array} pixels  (784) in 0…1 @returns {Uint8Array}  as they are kept */
export function greysOf(pixels) {
  return Uint8Array.from(pixels, (value) => Math.round(255 * value));
}

/** @param {Drawing[]} drawings @returns {import("../training/atlas.js").Digits}  as a run takes them */
export function digitsOf(drawings) {
  return {
    pixels: joined(drawings.map(({ pixels }) => pixels)),
    labels: Uint8Array.from(drawings, ({ label }) => label),
  };
}

/** @param {Drawing[]} drawings */
const sorted = (drawings) => drawings.sort((one, other) => one.id - other.id);

/** @param {Drawing[]} drawings */
function toText(drawings) {
  return JSON.stringify(
    drawings.map(({ id, data, label, pixels }) => [id, data, label, btoa(String.fromCharCode(...pixels))]),
  );
}

/**
 * @param {string | null} text  from the browser, where anybody may have changed it
 * @returns {Drawing[]}  what of it makes sense
 */
function fromText(text) {
  /** @type {Map<number, Drawing>} */
  const found = new Map();
  for (const entry of listIn(text)) {
    const drawing = drawingOf(entry);
    if (drawing && found.size < MOST_DRAWINGS) found.set(drawing.id, drawing);
  }
  return sorted([...found.values()]);
}

/** @param {string | null} text @returns {unknown[]} */
function listIn(text) {
  try {
    const list = JSON.parse(text ?? "[]");
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}

/** @param {unknown} entry @returns {Drawing | null} */
function drawingOf(entry) {
  const [id, data, label, text] = Array.isArray(entry) ? entry : [];
  if (!Number.isSafeInteger(id) || !Object.hasOwn(DATA_SETS, data) || typeof text !== "string") return null;
  if (!Number.isInteger(label) || !(label in DATA_SETS[data].classes)) return null;
  try {
    const pixels = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    return pixels.length === PIXELS ? { id, data, label, pixels } : null;
  } catch {
    return null;
  }
}
