/**
 * Onward from a run: its model in the list and on all pages, or as a zip file. What is shown must be the model as it is
 * now, so a run is paused first.
 *
 * @typedef {import("./session.js").TrainingSession} TrainingSession
 * @typedef {import("../../own/facts.js").Facts} Facts
 * @typedef {import("../../training/run_loop.js").Exported} Exported
 * @typedef {import("../../training/atlas.js").Digits} Digits
 */

import { button, element, errorBox, isAbort, setText } from "../../dom.js";
import { answerTo, keepModel } from "../../own/keep.js";
import { fileName, saveBlob } from "../../save.js";
import { modelFolder } from "../../model_folder/model_files.js";
import { modelZip } from "../../model_folder/model_zip.js";
import { toText } from "../../training/settings.js";

const TEXT = {
  explore: "Explore this model",
  exploreHint: "It joins the list of models, in this browser alone; all pages work on it",
  save: "Save",
  saveHint: "A zip file: unpack it in models/, or open it from the list of models",
  /** @param {number} share 0…1 */
  working: (share) => `Encoding the test pictures: ${Math.round(100 * share)} %`,
  retry: "Try again",
};

/** The model that this browser was last given to keep, also by an earlier view. @type {{key: string, facts: Facts} | null} */
let kept = null;

export class Takeaway {
  #session;
  #onExplore;
  #aborter = new AbortController();
  #isBusy = false;

  /**
   * @param {TrainingSession} session
   * @param {(facts: Facts) => void} onExplore
   */
  constructor(session, onExplore) {
    this.#session = session;
    this.#onExplore = onExplore;
    this.explore = button(TEXT.explore, () => this.#work(() => this.#explore()), {
      attributes: { title: TEXT.exploreHint },
    });
    this.save = button(TEXT.save, () => this.#work(() => this.#save()), { attributes: { title: TEXT.saveHint } });
    this.status = element("div", { class: "vx-train-saving vx-note", attributes: { role: "status" } });
    this.buttons = [this.explore, this.save];
  }

  destroy() {
    this.#aborter.abort();
  }

  show() {
    const { state, frame, isOpen } = this.#session;
    const isOff = this.#isBusy || !isOpen || !frame?.step || state.kind === "stopped";
    for (const each of this.buttons) each.disabled = isOff;
  }

  async #explore() {
    const { run, trained, test } = await this.#session.exported();
    // Steps and settings alone do not tell: beta may have been another one on the way.
    const key = `${run} ${toText(trained.settings)} ${trained.figures.steps}`;
    const isKept = kept?.key === key && !("absent" in (await answerTo(kept.facts.id))); // it may have been removed
    if (!kept || !isKept) {
      kept = { key, facts: await keepModel(await this.#files(nameOf(trained), trained, test)) };
    }
    this.#onExplore(kept.facts);
  }

  async #save() {
    const { trained, test } = await this.#session.exported();
    const name = nameOf(trained);
    const zip = modelZip(name, await this.#files(name, trained, test));
    saveBlob(new Blob([zip], { type: "application/zip" }), fileName([name], "zip"));
  }

  /** @param {string} name @param {Exported} trained @param {Digits} test */
  #files(name, trained, test) {
    const onProgress = (/** @type {number} */ share) => setText(this.status, TEXT.working(share));
    return modelFolder(trained, test, { name, signal: this.#aborter.signal, onProgress });
  }

  /** @param {() => Promise<void>} task */
  async #work(task) {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.show();
    this.status.replaceChildren();
    try {
      await task();
      this.status.replaceChildren();
    } catch (error) {
      if (!isAbort(error)) this.status.replaceChildren(errorBox(error, TEXT.retry, () => this.#work(task)));
    }
    this.#isBusy = false;
    this.show();
  }
}

/** A folder's name: of a-z, 0-9 and hyphens. @param {Exported} trained */
function nameOf({ settings: { deterministic, latentDim, seed }, figures: { steps } }) {
  return `${deterministic ? "ae" : "vae"}-${latentDim}-seed-${seed}-step-${steps}`;
}
