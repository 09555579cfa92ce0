/**
 * The Uses view: what a VAE is good for besides drawing. One picture, a test picture or the visitor's own, and three tabs
 * that do something with it.
 *
 * Everything happens in the page. What was measured on many pictures comes with the model, see
 * `vae_explorer/storage/uses.py`.
 *
 * @typedef {import("../types.js").UsesProps} UsesProps
 * @typedef {import("../types.js").UsesSettings} UsesSettings
 * @typedef {import("../types.js").Callbacks} Callbacks
 * @typedef {import("./shared/picture/state.js").EncodedPicture} EncodedPicture
 * @typedef {import("./uses/state.js").Tab} Tab
 */

import { currentCode } from "../current_code.js";
import { element } from "../dom.js";
import { shareLink } from "../link.js";
import { openModel } from "../model.js";
import { CopyLink } from "./shared/copy_link.js";
import { isSameRevision, perModel } from "./shared/per_model.js";
import { drawingFragment, drawingIn, lostInLink } from "./shared/picture/drawing_text.js";
import { firstPicture } from "./shared/picture/first_picture.js";
import { PicturePanel } from "./shared/picture/picture_panel.js";
import { carry, pictureMemory, pictureText } from "./shared/picture/state.js";
import { Tabs } from "./shared/tabs.js";
import { AugmentTab } from "./uses/augment.js";
import { DetectTab } from "./uses/detect.js";
import { RepairTab } from "./uses/repair.js";
import { settingsOf } from "./uses/state.js";

const TEXT = {
  tabs: "What the model is used for",
};

const TABS = [
  { id: "repair", name: "Repair", Tab: RepairTab },
  { id: "detect", name: "Detect", Tab: DetectTab },
  { id: "augment", name: "Augment", Tab: AugmentTab },
];

const shownPicture = pictureMemory((/** @type {UsesProps} */ { usedPicture }) => usedPicture);

class Uses {
  #props;
  #callbacks;
  #model;
  #shown;
  /** @type {UsesSettings} */
  #settings;
  /** @type {Tab | null} */
  #tab = null;
  #listening = new AbortController();

  /**
   * @param {HTMLElement} root
   * @param {UsesProps} props
   * @param {Callbacks} callbacks
   */
  constructor(root, props, callbacks) {
    const { manifest } = props;
    this.#props = props;
    this.#callbacks = callbacks;
    this.#model = openModel(manifest, props.baseUrl);
    this.#settings = settingsOf(props);
    this.#shown = shownPicture(props);
    this.copyLink = new CopyLink(
      () => this.link(),
      () => lostInLink(this.#shown.picture),
    );
    this.tabs = new Tabs(TEXT.tabs, TABS, (id) => {
      this.#set({ use: /** @type {UsesSettings["use"]} */ (id) });
      this.#open(id);
    });
    this.panel = new PicturePanel(this.#model, { onPicture: (picture) => this.#take(picture) });
    this.root = element(
      "div",
      { class: "vx vx-uses" },
      element("div", { class: "vx-tabs-head" }, this.tabs.root, this.copyLink.root),
      element(
        "div",
        { class: "vx-uses-columns" },
        element("div", { class: "vx-uses-side" }, this.panel.root),
        this.tabs.part,
      ),
    );
    root.append(this.root);
    this.#open(this.#settings.use);
    this.#showFirst();
    addEventListener("hashchange", () => this.#showDrawing(), { signal: this.#listening.signal });
  }

  destroy() {
    this.#listening.abort();
    this.#tab?.destroy();
    this.panel.destroy();
    this.copyLink.destroy();
    this.root.remove();
  }

  /** A link to what is shown, with a visitor's own picture where no server sees it. */
  link() {
    const { z, label } = currentCode(this.#props);
    const { picture } = this.#shown;
    const own = picture && picture.source.kind !== "test" ? drawingFragment(picture.pixels) : "";
    return shareLink(this.#props, z, label, { ...this.#settings, usedPicture: pictureText(this.#shown) || null }) + own;
  }

  /** @param {string} id */
  #open(id) {
    this.#tab?.destroy();
    const { Tab } = TABS.find((each) => each.id === id) ?? TABS[0];
    this.#tab = new Tab({
      model: this.#model,
      props: this.#props,
      settings: this.#settings,
      set: (change) => this.#set(change),
      open: (code) => this.#callbacks.open(code),
    });
    this.tabs.show(id, this.#tab.root);
    this.#tab.show(this.#shown.picture);
  }

  async #showFirst() {
    const { manifest } = this.#props;
    const first = firstPicture(this.#shown, this.#settings.usedPicture, manifest, location.hash);
    if (typeof first === "number") await this.panel.showTest(first);
    else this.panel.showPixels(first);
  }

  /** The picture in the address, if there is one. */
  #showDrawing() {
    const drawing = drawingIn(location.hash);
    if (drawing) this.panel.showPixels(drawing);
  }

  /** @param {EncodedPicture | null} picture  from the panel, which may go on writing to its pixels */
  #take(picture) {
    this.#shown.picture = picture && { pixels: Float32Array.from(picture.pixels), source: picture.source };
    carry(this.#shown.picture, this.#props.manifest);
    const usedPicture = pictureText(this.#shown);
    if (usedPicture !== this.#settings.usedPicture) this.#set({ usedPicture });
    this.#tab?.show(this.#shown.picture);
  }

  /** @param {Partial<UsesSettings>} change */
  #set(change) {
    Object.assign(this.#settings, change);
    this.#callbacks.commit("settings", { ...this.#settings });
  }
}

export const mount = perModel(Uses, isSameRevision);
