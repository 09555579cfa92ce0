/**
 * The Samples view: a grid of pictures decoded from random codes, in the background worker.
 *
 * @typedef {import("../types.js").SamplesProps} SamplesProps
 * @typedef {import("../types.js").SampleSettings} SampleSettings
 * @typedef {import("../types.js").Callbacks} Callbacks
 */

import { decodeBatch } from "../decoding/decode_batch.js";
import { button, buttonGroup, element, errorBox, isAbort, setPressed } from "../dom.js";
import { freshSeed } from "../space/random.js";
import { shareLink } from "../link.js";
import { openModel } from "../model.js";
import { SAMPLERS } from "../samplers/registry.js";
import { fileName } from "../save.js";
import { currentCode } from "../current_code.js";
import { isSameRevision, perModel } from "./shared/per_model.js";
import { CopyLink } from "./shared/copy_link.js";
import { SampleGrid } from "./samples/grid.js";
import { SampleNotes } from "./samples/notes.js";
import { DEFAULT_TEMPERATURE, MAX_SEED, SIZES, TEMPERATURE, validSeed, validSettings } from "./samples/settings.js";

const TEXT = {
  grid: "Random samples",
  sampler: "Draw from",
  size: "Size",
  /** @param {number} size */
  sizeOption: (size) => `${size} × ${size}`,
  temperature: "Temperature",
  seed: "Seed",
  newSeed: "New seed",
  download: "Download PNG",
  class: "Class given to the decoder",
  retry: "Try again",
};

const NEW_SEEDS = 1_000_000; // short enough to read out to somebody

// While the temperature is dragged a new grid starts this often, so that each gets partly drawn.
const DRAG_PAUSE_MS = 80;

class Samples {
  #props;
  #callbacks;
  #manifest;
  #model;
  /** @type {SampleSettings} */
  #settings;
  /** @type {number | null} */
  #label;
  #grid;
  /** @type {Float64Array} */
  #codes = new Float64Array(0);
  #decoding = new AbortController();
  #timer = 0;

  /**
   * @param {HTMLElement} root
   * @param {SamplesProps} props
   * @param {Callbacks} callbacks
   */
  constructor(root, props, callbacks) {
    this.#props = props;
    this.#callbacks = callbacks;
    this.#manifest = props.manifest;
    this.#model = openModel(props.manifest, props.baseUrl);
    this.#settings = validSettings(props);
    this.#label = props.manifest.classes ? (props.label ?? 0) : null;
    this.#grid = new SampleGrid(TEXT.grid, (index) => this.#open(index));

    this.samplerButtons = props.manifest.samplers.map(({ name, title }) =>
      button(title, () => this.#set({ sampler: name })),
    );
    this.size = element(
      "select",
      { class: "vx-field", on: { change: () => this.#set({ size: Number(this.size.value) }) } },
      ...SIZES.map((size) => element("option", { text: TEXT.sizeOption(size), attributes: { value: size } })),
    );
    this.temperature = element("input", {
      class: "vx-range",
      attributes: { type: "range", "aria-label": TEXT.temperature, ...TEMPERATURE },
      on: {
        input: () => this.#drag({ temperature: Number(this.temperature.value) }),
        change: () => this.#commit(),
        dblclick: () => this.#set({ temperature: DEFAULT_TEMPERATURE }),
      },
    });
    this.reading = element("output", { class: "vx-reading" });
    this.seed = element("input", {
      class: "vx-field",
      attributes: { type: "number", inputmode: "numeric", min: 0, max: MAX_SEED, step: 1 },
      on: { change: () => this.#set({ seed: validSeed(this.seed.valueAsNumber, this.#settings.seed) }) },
    });
    this.classButtons = Array.from({ length: props.manifest.classes }, (_, label) =>
      button(props.manifest.data.classes[label] ?? String(label), () => {
        this.#label = label;
        this.#set({});
      }),
    );
    this.download = button(TEXT.download, () => this.#grid.download(this.#fileName()), {
      attributes: { disabled: true },
    });
    this.copyLink = new CopyLink(() => this.link());
    this.notes = new SampleNotes(props.manifest);
    this.failure = element("div", { class: "vx-failure" });
    this.root = this.#makeRoot();
    root.append(this.root);
    this.#show();
    this.#decode();
  }

  destroy() {
    clearTimeout(this.#timer);
    this.#decoding.abort();
    this.copyLink.destroy();
    this.root.remove();
  }

  #makeRoot() {
    const controls = element(
      "div",
      { class: "vx-controls" },
      element(
        "div",
        { class: "vx-sample-fields" },
        field(TEXT.size, this.size),
        field(TEXT.seed, this.seed),
        button(TEXT.newSeed, () => this.#set({ seed: freshSeed(NEW_SEEDS) })),
      ),
      element(
        "div",
        { class: "vx-group" },
        element(
          "div",
          { class: "vx-between" },
          element("span", { class: "vx-caption", text: TEXT.temperature, attributes: { "aria-hidden": "true" } }),
          this.reading,
        ),
        this.temperature,
      ),
    );
    if (this.samplerButtons.length > 1) controls.prepend(buttonGroup(TEXT.sampler, this.samplerButtons));
    if (this.classButtons.length) controls.append(buttonGroup(TEXT.class, this.classButtons));
    const foot = element(
      "div",
      { class: "vx-sample-foot" },
      element("div", { class: "vx-sample-export" }, this.download, this.copyLink.root),
      this.notes.root,
    );
    const sheet = element("div", { class: "vx-sheet" }, this.failure, this.#grid.root);
    return element(
      "div",
      { class: "vx vx-samples" },
      element("div", { class: "vx-samples-grid" }, controls, sheet, foot),
    );
  }

  /**
   * A control was set: shows it, starts a new grid and lets Python know.
   *
   * @param {Partial<SampleSettings>} change
   */
  #set(change) {
    Object.assign(this.#settings, change);
    this.#show();
    this.#decode();
    this.#commit();
  }

  /**
   * A control is being dragged.
   *
   * @param {Partial<SampleSettings>} change
   */
  #drag(change) {
    Object.assign(this.#settings, change);
    this.#show();
    // From here on the pictures lag behind the settings: a file saved now would have the wrong name.
    this.download.disabled = true;
    this.#grid.begin();
    if (this.#timer) return;
    this.#timer = window.setTimeout(() => this.#decode(), DRAG_PAUSE_MS);
  }

  #show() {
    const { sampler, size, temperature, seed } = this.#settings;
    setPressed(this.samplerButtons, (index) => this.#manifest.samplers[index].name === sampler);
    this.size.value = String(size);
    this.seed.value = String(seed);
    this.temperature.value = String(temperature);
    const part = (temperature - TEMPERATURE.min) / (TEMPERATURE.max - TEMPERATURE.min);
    this.temperature.style.setProperty("--vx-part", part.toFixed(4));
    this.reading.textContent = temperature.toFixed(2);
    setPressed(this.classButtons, (label) => label === this.#label);
    this.notes.show(this.#settings);
    this.#grid.resize(size);
  }

  #commit() {
    this.#callbacks.commit("settings", { ...this.#settings, label: this.#label });
  }

  async #decode() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#decoding.abort();
    const decoding = new AbortController();
    this.#decoding = decoding;
    const { sampler, size, temperature, seed } = this.#settings;
    const draws = { count: size * size, dim: this.#manifest.latent_dim, temperature, seed };
    this.failure.replaceChildren();
    this.download.disabled = true;
    this.#grid.begin();
    try {
      const tensors = await this.#model.samplerTensors(sampler);
      decoding.signal.throwIfAborted();
      this.#codes = SAMPLERS[sampler].draw(tensors, draws);
      await decodeBatch(this.#manifest, this.#model.baseUrl, this.#codes, draws.count, {
        label: this.#label,
        signal: decoding.signal,
        onChunk: (pixels, start) => this.#grid.show(pixels, start),
      });
      if (this.#timer) return; // a control was dragged on meanwhile: the next grid is due
      this.#grid.end();
      this.download.disabled = false;
    } catch (error) {
      if (isAbort(error)) return; // another grid has been requested
      this.#grid.end();
      this.failure.replaceChildren(errorBox(error, TEXT.retry, () => this.#decode()));
    }
  }

  /** @param {number} index */
  #open(index) {
    const dim = this.#manifest.latent_dim;
    const z = Array.from(this.#codes.subarray(index * dim, (index + 1) * dim));
    this.#callbacks.open({ z, label: this.#label });
  }

  /** A link has one class, for the code and for the samples: here it is that of the samples. */
  link() {
    return shareLink(this.#props, currentCode(this.#props).z, this.#label, this.#settings);
  }

  #fileName() {
    const { sampler, size, temperature, seed } = this.#settings;
    const label = this.#label === null ? [] : [`class-${this.#manifest.data.classes[this.#label] ?? this.#label}`];
    const parts = [
      this.#manifest.name,
      ...(sampler === this.#manifest.samplers[0].name ? [] : [sampler]),
      "samples",
      `seed-${seed}`,
      `temperature-${temperature.toFixed(2)}`,
      ...label,
      `${size}x${size}`,
    ];
    return fileName(parts, "png");
  }
}

/**
 * @param {string} title
 * @param {HTMLElement} control
 */
function field(title, control) {
  return element("label", { class: "vx-group" }, element("span", { class: "vx-caption", text: title }), control);
}

export const mount = perModel(Samples, isSameRevision);
