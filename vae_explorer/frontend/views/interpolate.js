/**
 * The Interpolate view: paths between codes, arithmetic with codes, and traversals of each dimension.
 *
 * @typedef {import("../types.js").InterpolateProps} InterpolateProps
 * @typedef {import("../types.js").Callbacks} Callbacks
 */

import { currentCode } from "../current_code.js";
import { element } from "../dom.js";
import { roundedForLink, shareLink } from "../link.js";
import { openModel } from "../model.js";
import { workspaceOf } from "../workspace.js";
import { ArithmeticPanel } from "./interpolate/arithmetic_panel.js";
import { PathsPanel } from "./interpolate/paths_panel.js";
import { interpolateState, PATHS_TAB, stateText, takeStop } from "./interpolate/state.js";
import { TraversalPanel } from "./interpolate/traversals_panel.js";
import { CopyLink } from "./shared/copy_link.js";
import { isSameRevision, perModel } from "./shared/per_model.js";
import { Tabs } from "./shared/tabs.js";

const TEXT = {
  parts: "Ways to explore codes",
};

const PARTS = [
  { id: PATHS_TAB, name: "Between codes" },
  { id: "sum", name: "Arithmetic" },
  { id: "traversals", name: "Traversals" },
];

class Interpolate {
  #props;
  #callbacks;
  #model;
  #state;
  /** @type {{root: HTMLElement, start: () => void, destroy: () => void, showRounded?: () => void} | null} */
  #panel = null;

  /**
   * @param {HTMLElement} root
   * @param {InterpolateProps} props
   * @param {Callbacks} callbacks
   */
  constructor(root, props, callbacks) {
    this.#props = props;
    this.#callbacks = callbacks;
    this.#model = openModel(props.manifest, props.baseUrl);
    this.#state = interpolateState(props);
    takeStop(this.#state, workspaceOf(props));
    this.copyLink = new CopyLink(() => this.#copiedLink());
    this.tabs = new Tabs(TEXT.parts, PARTS, (id) => this.#open(id));
    this.root = element(
      "div",
      { class: "vx vx-interpolate" },
      element("div", { class: "vx-tabs-head" }, this.tabs.root, this.copyLink.root),
      this.tabs.part,
    );
    root.append(this.root);
    this.#open(PARTS.some(({ id }) => id === this.#state.tab) ? this.#state.tab : PARTS[0].id);
  }

  destroy() {
    this.#panel?.destroy();
    this.copyLink.destroy();
    this.root.remove();
  }

  /** A link to what is shown. */
  link() {
    const { z, label } = currentCode(this.#props);
    const position = roundedForLink(this.#state.position);
    return shareLink(this.#props, z, label, { path: stateText({ ...this.#state, position }) });
  }

  /** What a link rounds is rounded here first, so that this page and the one it opens show the same. */
  #copiedLink() {
    const code = currentCode(this.#props);
    code.z.set(code.z.map(roundedForLink));
    this.#state.position = roundedForLink(this.#state.position);
    this.#panel?.showRounded?.();
    return this.link();
  }

  /** @param {string} id */
  #open(id) {
    this.#state.tab = id;
    this.#panel?.destroy();
    const panel = this.#make(id);
    this.#panel = panel;
    this.tabs.show(id, panel.root);
    panel.start();
  }

  /** @param {string} id */
  #make(id) {
    if (id === "sum") return new ArithmeticPanel(this.#props, this.#model, this.#state, this.#callbacks);
    if (id === "traversals") return new TraversalPanel(this.#props, this.#callbacks);
    return new PathsPanel(this.#props, this.#model, this.#state, this.#callbacks);
  }
}

export const mount = perModel(Interpolate, isSameRevision);
