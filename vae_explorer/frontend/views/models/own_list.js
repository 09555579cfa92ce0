/**
 * The models that this browser keeps, in the list of models: chosen, saved as files, removed, opened from files. The server
 * hears of one when it is chosen.
 *
 * @typedef {import("../../own/facts.js").Facts} Facts
 * @typedef {import("../../own/own_models.js").OwnModel} OwnModel
 *
 * @typedef {object} OwnListCallbacks
 * @property {(facts: Facts) => void} choose
 */

import { button, element } from "../../dom.js";
import { OWN } from "../../own/facts.js";
import { factsToTell, filesOfZip, keepModel } from "../../own/keep.js";
import { fileName, saveBlob } from "../../save.js";
import { modelZip } from "../../model_folder/model_zip.js";
import { openOwnModels } from "../../own/own_models.js";
import { modelEntry } from "./entry.js";

const TEXT = {
  title: "In this browser",
  save: "Save",
  saveHint: "A zip file with the model, for another browser or computer",
  remove: "Remove",
  removeHint: "From this browser",
  sure: "Remove for good?",
  open: "Open a saved model",
  openHint: "A zip file that was saved here or in another browser",
  /** @param {string} title @param {string} what */
  of: (title, what) => `${what}: ${title}`,
  gone: "This model is not in this browser any more.",
};

const SAMPLES = "samples.png";

export class OwnList {
  #callbacks;
  /** @type {string | null} */
  #chosen = null;
  /** @type {string[]} addresses of pictures */
  #pictures = [];
  #message = element("p", { class: "vx-note", attributes: { role: "status" } });
  #list = element("ul");
  #file;

  /** @param {OwnListCallbacks} callbacks */
  constructor(callbacks) {
    this.#callbacks = callbacks;
    this.#file = element("input", {
      attributes: { type: "file", accept: ".zip,application/zip", hidden: true, "aria-label": TEXT.open },
      on: { change: () => this.#attempt(() => this.#open()) },
    });
    this.root = element(
      "section",
      { class: "vx-models-own", attributes: { "aria-label": TEXT.title } },
      element("div", { class: "vx-caption", text: TEXT.title }),
      this.#list,
      button(TEXT.open, () => this.#file.click(), { attributes: { title: TEXT.openHint } }),
      this.#file,
      this.#message,
    );
  }

  /**
   * Shows what is kept now.
   *
   * @param {string | null} chosen  the id of the model that is shown
   */
  show(chosen) {
    this.#chosen = chosen;
    return this.#attempt(async (store) => {
      const models = await store.list();
      const pictures = await Promise.all(models.map(({ id }) => store.file(id, SAMPLES)));
      this.hide();
      this.#list.replaceChildren(
        ...models.map((model, i) => element("li", {}, ...this.#entry(model, this.#addressOf(pictures[i])))),
      );
    });
  }

  /** Lets go of the pictures. */
  hide() {
    for (const address of this.#pictures.splice(0)) URL.revokeObjectURL(address);
  }

  /** @param {Uint8Array<ArrayBuffer> | null} picture */
  #addressOf(picture) {
    if (!picture) return null;
    const address = URL.createObjectURL(new Blob([picture], { type: "image/png" }));
    this.#pictures.push(address);
    return address;
  }

  /** @param {OwnModel} model @param {string | null} picture */
  #entry(model, picture) {
    const { title, teaches } = model.facts;
    const isShown = this.#chosen === `${OWN}${model.id}`;
    const entry = modelEntry({ title, teaches, figures: model.figures, picture }, isShown, () =>
      this.#callbacks.choose(factsToTell(model)),
    );
    const remove = button(TEXT.remove, () => this.#remove(model, remove), {
      attributes: { title: TEXT.removeHint, "aria-label": TEXT.of(title, TEXT.remove) },
    });
    const save = button(TEXT.save, () => this.#attempt((store) => this.#save(store, model)), {
      attributes: { title: TEXT.saveHint, "aria-label": TEXT.of(title, TEXT.save) },
    });
    return [entry, element("div", { class: "vx-models-tools" }, save, remove)];
  }

  /** The first click asks. @param {OwnModel} model @param {HTMLButtonElement} asked */
  #remove(model, asked) {
    if (asked.textContent !== TEXT.sure) {
      asked.textContent = TEXT.sure;
      asked.setAttribute("aria-label", TEXT.of(model.facts.title, TEXT.sure));
      return;
    }
    this.#attempt(async (store) => {
      await store.remove(model.id);
      await this.show(this.#chosen);
    });
  }

  /** @param {import("../../own/own_models.js").OwnModels} store @param {OwnModel} model */
  async #save(store, model) {
    const files = await store.files(model.id);
    if (!files) throw new Error(TEXT.gone);
    const { name } = model.facts;
    saveBlob(new Blob([modelZip(name, files)], { type: "application/zip" }), fileName([name], "zip"));
  }

  async #open() {
    const file = this.#file.files?.[0];
    this.#file.value = ""; // the same file may be chosen again
    if (!file) return;
    this.#callbacks.choose(await keepModel(await filesOfZip(file)));
  }

  /**
   * Whatever goes wrong is a sentence below the list.
   *
   * @param {(store: import("../../own/own_models.js").OwnModels) => Promise<void>} act
   */
  async #attempt(act) {
    this.#message.textContent = "";
    /** @type {import("../../own/own_models.js").OwnModels | null} */
    let store = null;
    try {
      store = await openOwnModels();
      await act(store);
    } catch (error) {
      this.#message.textContent = error instanceof Error ? error.message : String(error);
    } finally {
      store?.close();
    }
  }
}
