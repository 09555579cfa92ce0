/**
 * Tabs of which one is open; arrow keys move between them.
 *
 * @typedef {{id: string, name: string}} Tab
 */

import { element } from "../../dom.js";

export class Tabs {
  #tabs;
  #onOpen;
  #buttons;

  /**
   * @param {string} label  of the whole, for screen readers
   * @param {Tab[]} tabs
   * @param {(id: string) => void} onOpen  a tab was chosen; `show` is to follow
   */
  constructor(label, tabs, onOpen) {
    this.#tabs = tabs;
    this.#onOpen = onOpen;
    this.#buttons = tabs.map(({ id, name }) =>
      element("button", {
        class: "vx-tab",
        text: name,
        attributes: { type: "button", role: "tab", id: `vx-tab-${id}`, "aria-controls": "vx-part" },
        on: { click: () => onOpen(id) },
      }),
    );
    this.root = element(
      "div",
      {
        class: "vx-tabs",
        attributes: { role: "tablist", "aria-label": label },
        on: { keydown: (event) => this.#onKey(event) },
      },
      ...this.#buttons,
    );
    /** What the open tab shows goes in here. */
    this.part = element("div", { class: "vx-tab-part", attributes: { role: "tabpanel", id: "vx-part" } });
  }

  /**
   * @param {string} id       of the tab that is open
   * @param {HTMLElement} root  what it shows
   */
  show(id, root) {
    this.#buttons.forEach((tab, index) => {
      const chosen = this.#tabs[index].id === id;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
    });
    this.part.setAttribute("aria-labelledby", `vx-tab-${id}`);
    this.part.replaceChildren(root);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const { length } = this.#buttons;
    const at = this.#buttons.findIndex((tab) => tab.getAttribute("aria-selected") === "true");
    const next = (at + step + length) % length;
    this.#onOpen(this.#tabs[next].id);
    this.#buttons[next].focus();
  }
}
