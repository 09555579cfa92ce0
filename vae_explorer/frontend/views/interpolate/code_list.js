/**
 * A list of codes. One of them is selected, to be changed; a list may also let codes be removed and reordered.
 *
 * @typedef {import("../../code_sources.js").NamedCode} NamedCode
 *
 * @typedef {object} ListCallbacks
 * @property {(index: number) => void} onChoose
 * @property {(index: number, to: number) => void} [onMove]   if absent, the order is fixed
 * @property {(index: number) => void} [onRemove]             if absent, none can be removed
 */

import { button, element } from "../../dom.js";
import { Painter, pictureContext } from "../../paint.js";

const TEXT = {
  /** @param {string} item */
  up: (item) => `Move ${item} up`,
  /** @param {string} item */
  down: (item) => `Move ${item} down`,
  /** @param {string} item */
  remove: (item) => `Remove ${item}`,
};

export class CodeList {
  #noun;
  #callbacks;
  #painter = new Painter();

  /**
   * @param {string} name
   * @param {string} noun  what one of them is called
   * @param {ListCallbacks} callbacks
   */
  constructor(name, noun, callbacks) {
    this.#noun = noun;
    this.#callbacks = callbacks;
    this.root = element("ol", { class: "vx-codes", attributes: { "aria-label": name } });
  }

  /**
   * @param {string[]} titles             such as "1" or "A"
   * @param {NamedCode[]} codes
   * @param {ArrayLike<number>[]} pictures  what each code decodes to, (784)
   * @param {number} chosen
   * @param {boolean} mayRemove
   */
  show(titles, codes, pictures, chosen, mayRemove) {
    const focused = this.#focused();
    this.root.replaceChildren(
      ...codes.map((code, index) => {
        const canvas = element("canvas", { attributes: { "aria-hidden": "true" } });
        this.#painter.paint(pictureContext(canvas), pictures[index]);
        const name = element("span", { class: "vx-code-name", text: code.name });
        const more = element("span", { class: "vx-note", text: code.more });
        const choose = element(
          "button",
          {
            class: "vx-code",
            attributes: { type: "button", "aria-pressed": String(index === chosen) },
            on: { click: () => this.#callbacks.onChoose(index) },
          },
          element("span", { class: "vx-code-title", text: titles[index] }),
          canvas,
          element("span", { class: "vx-code-text" }, name, more),
        );
        return element("li", {}, choose, ...this.#tools(titles[index], index, codes.length - 1, mayRemove));
      }),
    );
    this.#restoreFocus(focused);
  }

  /**
   * @param {string} title
   * @param {number} index
   * @param {number} last
   * @param {boolean} mayRemove
   */
  #tools(title, index, last, mayRemove) {
    const { onMove, onRemove } = this.#callbacks;
    const item = `${this.#noun} ${title}`;
    const tools = [];
    if (onMove) {
      tools.push(
        tool("↑", TEXT.up(item), index > 0, () => onMove(index, index - 1)),
        tool("↓", TEXT.down(item), index < last, () => onMove(index, index + 1)),
      );
    }
    if (onRemove) tools.push(tool("×", TEXT.remove(item), mayRemove, () => onRemove(index)));
    return tools;
  }

  /** Which button has the focus, as [row, button]: every change rebuilds the rows. */
  #focused() {
    const rows = [...this.root.children];
    const active = /** @type {Document | ShadowRoot} */ (this.root.getRootNode()).activeElement;
    const row = rows.findIndex((node) => node.contains(active));
    return row < 0 || !active ? null : [row, [...rows[row].children].indexOf(active)];
  }

  /** @param {number[] | null} position */
  #restoreFocus(position) {
    if (!position) return;
    const row = this.root.children[Math.min(position[0], this.root.children.length - 1)];
    const node = row?.children[position[1]];
    const next = node instanceof HTMLButtonElement && !node.disabled ? node : row?.firstElementChild;
    if (next instanceof HTMLElement) next.focus();
  }
}

/**
 * @param {string} sign
 * @param {string} label
 * @param {boolean} enabled
 * @param {() => void} onClick
 */
function tool(sign, label, enabled, onClick) {
  return button(sign, onClick, {
    class: "vx-tool",
    attributes: { "aria-label": label, title: label, disabled: !enabled },
  });
}
