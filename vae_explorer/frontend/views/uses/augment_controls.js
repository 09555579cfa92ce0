/**
 * What can be set on the Augment tab, beside the variations.
 *
 * @typedef {import("../../types.js").Manifest} Manifest
 * @typedef {import("../../types.js").UsesSettings} UsesSettings
 *
 * @typedef {object} ControlCallbacks
 * @property {(change: Partial<UsesSettings>) => void} onInput   while a slider is dragged
 * @property {(change: Partial<UsesSettings>) => void} onChange  when a control is released
 * @property {(as: "npz" | "png") => void} onSave
 */

import { button, buttonGroup, element, setPressed } from "../../dom.js";
import { freshSeed } from "../../space/random.js";
import { formatCount } from "../../text.js";
import { kindOf } from "./augment_plan.js";
import { STRETCH } from "./state.js";

const USUAL_STRETCH = 1;
const NEW_SEEDS = 1_000_000; // short enough to read out to somebody
const AMOUNTS = [32, 100, 1000];

const TEXT = {
  around: "Variations of",
  picture: "This picture",
  kind: "Codes",
  kinds: { posterior: "From the posterior", between: "Between two" },
  deterministic: "A plain autoencoder has no posterior to draw from, so the codes lie between those of two pictures.",
  temperature: "Temperature",
  others: "Others",
  noOthers: "At temperature 0 all are the reconstruction of this picture: there are no others.",
  agreeing: "Keep only those read as the same class",
  file: "File",
  amount: "How many are made",
  /** @param {number} count */
  many: (count) => `${formatCount(count)} variations`,
  npz: "Save as NPZ",
  png: "Save as PNG",
  npzHint: "Arrays images, labels and z, for NumPy and for python -m train fit --data FILE.npz",
};

/** @type {UsesSettings["kind"][]} */
const KINDS = ["posterior", "between"];

export class AugmentControls {
  #manifest;

  /**
   * @param {Manifest} manifest
   * @param {ControlCallbacks} callbacks
   */
  constructor(manifest, { onInput, onChange, onSave }) {
    this.#manifest = manifest;
    const { deterministic, data, files } = manifest;
    this.around = [
      button(TEXT.picture, () => onChange({ around: "" })),
      ...data.classes.map((name, label) => button(name, () => onChange({ around: String(label) }))),
    ];
    this.kinds = KINDS.map((kind) => button(TEXT.kinds[kind], () => onChange({ kind })));
    this.stretch = element("input", {
      class: "vx-range",
      attributes: { type: "range", "aria-label": TEXT.temperature, ...STRETCH },
      on: {
        input: () => onInput({ stretch: Number(this.stretch.value) }),
        change: () => onChange({ stretch: Number(this.stretch.value) }),
        dblclick: () => onChange({ stretch: USUAL_STRETCH }),
      },
    });
    this.reading = element("output", { class: "vx-reading" });
    this.temperature = element(
      "div",
      {},
      element(
        "div",
        { class: "vx-between" },
        element("span", { class: "vx-caption", text: TEXT.temperature, attributes: { "aria-hidden": "true" } }),
        this.reading,
      ),
      this.stretch,
    );
    this.how = element("p", { class: "vx-note" });
    this.others = button(TEXT.others, () => onChange({ made: freshSeed(NEW_SEEDS) }));
    this.agreeing = element("input", {
      attributes: { type: "checkbox" },
      on: { change: () => onChange({ agreeing: this.agreeing.checked ? "yes" : "no" }) },
    });
    this.amount = element(
      "select",
      {
        class: "vx-field",
        attributes: { "aria-label": TEXT.amount },
        on: { change: () => onChange({ amount: Number(this.amount.value) }) },
      },
      ...AMOUNTS.map((count) => element("option", { text: TEXT.many(count), attributes: { value: count } })),
    );
    this.saves = [
      button(TEXT.npz, () => onSave("npz"), { attributes: { title: TEXT.npzHint } }),
      button(TEXT.png, () => onSave("png")),
    ];
    this.status = element("p", { class: "vx-note", attributes: { role: "status" } });
    const kinds = deterministic
      ? element("p", { class: "vx-note", text: TEXT.deterministic })
      : buttonGroup(TEXT.kind, this.kinds);
    const agreeing = files.classifier ? [element("label", { class: "vx-check" }, this.agreeing, TEXT.agreeing)] : [];
    this.root = element(
      "div",
      { class: "vx-augment-controls" },
      buttonGroup(TEXT.around, this.around),
      kinds,
      element("div", { class: "vx-group" }, this.temperature, this.how),
      this.others,
      ...agreeing,
      element(
        "div",
        { class: "vx-group vx-augment-file", attributes: { role: "group", "aria-label": TEXT.file } },
        element("span", { class: "vx-caption", text: TEXT.file, attributes: { "aria-hidden": "true" } }),
        element("div", { class: "vx-augment-saving" }, this.amount, ...this.saves),
        this.status,
      ),
    );
  }

  /** @param {UsesSettings} settings */
  show(settings) {
    const kind = kindOf(this.#manifest, settings);
    const { around, stretch, agreeing, amount } = settings;
    setPressed(this.around, (index) => around === (index ? String(index - 1) : ""));
    setPressed(this.kinds, (index) => KINDS[index] === kind);
    this.temperature.hidden = kind !== "posterior";
    const isOne = kind === "posterior" && stretch === 0 && around === ""; // of a class each is of another picture
    this.others.disabled = isOne;
    this.others.title = isOne ? TEXT.noOthers : "";
    this.stretch.value = String(stretch);
    this.stretch.style.setProperty("--vx-part", (stretch / STRETCH.max).toFixed(4));
    this.reading.textContent = stretch.toFixed(1);
    this.agreeing.checked = agreeing === "yes";
    this.amount.value = String(amount);
  }

  /** @param {boolean} canSave  there is something, and nothing is being made */
  allow(canSave) {
    for (const save of this.saves) save.disabled = !canSave;
  }
}
