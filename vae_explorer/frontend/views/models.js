/**
 * The list of models, beside the pages' names: what each one shows, its figures, and some of its samples.
 *
 * @typedef {import("../types.js").ModelListProps} ModelListProps
 * @typedef {import("../types.js").ModelListEntry} ModelListEntry
 * @typedef {import("../types.js").ModelListCallbacks} ModelListCallbacks
 */

import { button, element } from "../dom.js";
import { answerTo } from "../own/keep.js";
import { modelEntry } from "./models/entry.js";
import { OwnList } from "./models/own_list.js";

const TEXT = {
  /** @param {string} title */
  model: (title) => `Model: ${title}`,
  hint: "Choose another model",
  none: "No model",
  list: "Models",
  refresh: "Refresh list",
  refreshHint: "Finds models that were trained or copied since this page was opened",
  /** @param {number} count */
  broken: (count) => `Cannot be opened (${count})`,
  /** @param {number} count */
  more: (count) => `And ${count} more.`,
};

class ModelList {
  #callbacks;
  #props;
  #refresh;
  #own;

  /**
   * @param {HTMLElement} root
   * @param {ModelListProps} props
   * @param {ModelListCallbacks} callbacks
   */
  constructor(root, props, callbacks) {
    this.#callbacks = callbacks;
    this.#props = props;
    this.opener = element("button", {
      class: "vx-button vx-models-opener",
      attributes: { type: "button", "aria-expanded": "false", title: TEXT.hint },
      on: { click: () => this.#toggle(!this.#isOpen) },
    });
    this.#own = new OwnList({
      choose: (facts) => {
        this.#toggle(false);
        this.opener.focus();
        callbacks.choose(facts);
      },
    });
    this.#refresh = button(TEXT.refresh, callbacks.refresh, {
      attributes: { title: TEXT.refreshHint },
    });
    this.list = element("div", {
      class: "vx-models-list",
      attributes: { role: "group", "aria-label": TEXT.list, hidden: true },
    });
    this.root = element("div", { class: "vx vx-models" }, this.opener, this.list);
    this.root.addEventListener("keydown", (event) => this.#onKey(event));
    root.append(this.root);
    document.addEventListener("pointerdown", this.#onPointer);
    this.update(props);
  }

  /** @param {ModelListProps} props */
  update(props) {
    this.#props = props;
    const shown = props.models.find(({ id }) => id === props.chosen);
    const title = shown?.title ?? props.ownTitle ?? TEXT.none;
    this.opener.replaceChildren(element("span", { text: title }));
    this.opener.setAttribute("aria-label", props.chosen ? TEXT.model(title) : title);
    if (this.#isOpen) this.#fill();
    if (props.wanted) answerTo(props.wanted).then(this.#callbacks.choose);
  }

  destroy() {
    document.removeEventListener("pointerdown", this.#onPointer);
    this.root.remove();
  }

  /** Only while it is open: nobody fetches pictures that nobody sees. */
  #fill() {
    const { models, chosen, broken, more } = this.#props;
    const entries = models.map((model) => element("li", {}, this.#entry(model, model.id === chosen)));
    this.list.replaceChildren(element("ul", {}, ...entries), this.#own.root, this.#refresh);
    this.#own.show(chosen);
    if (broken.length) this.list.append(this.#brokenOnes(broken, more));
  }

  /**
   * @param {ModelListEntry} model
   * @param {boolean} isShown
   */
  #entry({ id, picture, ...model }, isShown) {
    const address = picture && new URL(picture, this.#props.baseUrl).href;
    return modelEntry({ ...model, picture: address }, isShown, () => this.#choose(id, isShown));
  }

  /**
   * @param {ModelListProps["broken"]} broken
   * @param {number} more  that are not named
   */
  #brokenOnes(broken, more) {
    const items = broken.map(({ name, problem }) =>
      element("li", {}, element("strong", { text: name }), element("span", { text: problem })),
    );
    if (more) items.push(element("li", { text: TEXT.more(more) }));
    return element(
      "details",
      { class: "vx-models-broken vx-note" },
      element("summary", { text: TEXT.broken(broken.length + more) }),
      element("ul", {}, ...items),
    );
  }

  /**
   * @param {string} id
   * @param {boolean} isShown
   */
  #choose(id, isShown) {
    this.#toggle(false);
    this.opener.focus();
    if (!isShown) this.#callbacks.choose(id);
  }

  get #isOpen() {
    return this.opener.getAttribute("aria-expanded") === "true";
  }

  /** @param {boolean} isOpen */
  #toggle(isOpen) {
    if (isOpen === this.#isOpen) return;
    if (isOpen) this.#fill();
    else this.#close();
    this.list.hidden = !isOpen;
    this.opener.setAttribute("aria-expanded", String(isOpen));
  }

  #close() {
    this.list.replaceChildren();
    this.#own.hide();
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const entries = /** @type {HTMLElement[]} */ ([...this.list.querySelectorAll(".vx-models-entry")]);
    if (event.key === "Escape" && this.#isOpen) {
      this.#toggle(false);
      this.opener.focus();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !this.#isOpen || !entries.length) return;
    const root = /** @type {Document | ShadowRoot} */ (this.root.getRootNode());
    const at = entries.indexOf(/** @type {HTMLElement} */ (root.activeElement));
    entries[(at + step + entries.length) % entries.length].focus();
    event.preventDefault();
  }

  /** @param {PointerEvent} event */
  #onPointer = (event) => {
    if (!event.composedPath().includes(this.root)) this.#toggle(false);
  };
}

/** @type {import("../types.js").Mount<ModelListProps, ModelListCallbacks>} */
export const mount = (root, props, callbacks) => new ModelList(root, props, callbacks);
