/**
 * How a picture is prepared for the model: each step can be switched off, to see what it does.
 *
 * @typedef {import("../../../picture/prepare.js").Steps} Steps
 */

import { element } from "../../../dom.js";

const TEXT = {
  summary: "How it is prepared",
  steps: /** @type {const} */ ({
    invert: "Invert: dark becomes light",
    contrast: "Stretch the contrast: background black, ink white",
    fit: "Scale the ink to fit 20 × 20",
    centre: "Put its centre of mass in the middle of 28 × 28",
  }),
  whole: "Without the last two, the whole picture is scaled to 28 × 28.",
  /** @param {string} split @param {string} noun */
  none: (split, noun) => `A ${split} ${noun} is shown as it is.`,
  restored: "This picture is shown as it was prepared before.",
};

/** @typedef {keyof typeof TEXT.steps} Step */

const STEPS = /** @type {Step[]} */ (Object.keys(TEXT.steps));

export class StepsFold {
  /** @param {(step: Step, isOn: boolean) => void} onSwitch */
  constructor(onSwitch) {
    this.switches = STEPS.map((step) =>
      element("input", {
        attributes: { type: "checkbox" },
        on: { change: (event) => onSwitch(step, event.target.checked) },
      }),
    );
    this.note = element("p", { class: "vx-note" });
    this.root = element(
      "details",
      { class: "vx-preparing" },
      element("summary", { text: TEXT.summary }),
      element(
        "div",
        { class: "vx-preparing-steps" },
        ...STEPS.map((step, index) =>
          element(
            "label",
            { class: "vx-preparing-step" },
            this.switches[index],
            element("span", { text: TEXT.steps[step] }),
          ),
        ),
        this.note,
      ),
    );
  }

  /**
   * @param {Record<Step, boolean>} steps
   * @param {{split: string, noun: string} | "restored" | null} asItIs  why none is taken, if so
   */
  show(steps, asItIs) {
    this.switches.forEach((node, index) => {
      node.checked = steps[STEPS[index]] && !asItIs;
      node.disabled = asItIs !== null;
    });
    this.note.textContent = !asItIs
      ? TEXT.whole
      : asItIs === "restored"
        ? TEXT.restored
        : TEXT.none(asItIs.split, asItIs.noun);
  }
}
