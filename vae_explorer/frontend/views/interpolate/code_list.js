/**
 * A list of codes, of which one is chosen to be changed; where it may, it grows, shrinks and changes its order.
 *
 * @typedef {import("../../code_sources.js").Point} Point
 *
 * @typedef {object} ListEvents
 * @property {(index: number) => void} onChoose
 * @property {(index: number, to: number) => void} [onMove]   absent: the order is fixed
 * @property {(index: number) => void} [onRemove]             absent: none can be taken away
 */

import { button, element } from "../../dom.js";
import { Painter, pictureContext } from "../../paint.js";

const TEXT = {
  /** @param {string} one */
  earlier: (one) => `Move ${one} up`,
  /** @param {string} one */
  later: (one) => `Move ${one} down`,
  /** @param {string} one */
  remove: (one) => `Remove ${one}`,
};

export class PointList {
  #one;
  #events;
  #painter = new Painter();

  /**
   * @param {string} name
   * @param {string} one  what one of them is called
   * @param {ListEvents} events
   */
  constructor(name, one, events) {
    this.#one = one;
    this.#events = events;
    this.root = element("ol", { class: "vx-points", attributes: { "aria-label": name } });
  }

  /**
   * @param {string[]} titles             such as "1" or "A"
   * @param {Point[]} points
   * @param {ArrayLike<number>[]} pictures  what each decodes to, (784)
   * @param {number} chosen
   * @param {boolean} mayRemove
   */
  show(titles, points, pictures, chosen, mayRemove) {
    const focused = this.#focused();
    this.root.replaceChildren(
      ...points.map((point, index) => {
        const canvas = element("canvas", { attributes: { "aria-hidden": "true" } });
        this.#painter.paint(pictureContext(canvas), pictures[index]);
        const name = element("span", { class: "vx-point-name", text: point.name });
        const more = element("span", { class: "vx-note", text: point.more });
        const choose = element(
          "button",
          {
            class: "vx-point",
            attributes: {
              type: "button",
              "aria-pressed": String(index === chosen),
              "aria-label": `${titles[index]}: ${[point.name, point.more].filter(Boolean).join(", ")}`,
            },
            on: { click: () => this.#events.onChoose(index) },
          },
          element("span", { class: "vx-point-title", text: titles[index] }),
          canvas,
          element("span", { class: "vx-point-text" }, name, more),
        );
        return element("li", {}, choose, ...this.#tools(titles[index], index, points.length - 1, mayRemove));
      }),
    );
    this.#focusAgain(focused);
  }

  /**
   * @param {string} title
   * @param {number} index
   * @param {number} last
   * @param {boolean} mayRemove
   */
  #tools(title, index, last, mayRemove) {
    const { onMove, onRemove } = this.#events;
    const one = `${this.#one} ${title}`;
    const tools = [];
    if (onMove) {
      tools.push(
        tool("↑", TEXT.earlier(one), index > 0, () => onMove(index, index - 1)),
        tool("↓", TEXT.later(one), index < last, () => onMove(index, index + 1)),
      );
    }
    if (onRemove) tools.push(tool("×", TEXT.remove(one), mayRemove, () => onRemove(index)));
    return tools;
  }

  /** Which button has the focus, as [row, button]: the rows are made anew at each change. */
  #focused() {
    const rows = [...this.root.children];
    const active = /** @type {Document | ShadowRoot} */ (this.root.getRootNode()).activeElement;
    const row = rows.findIndex((node) => node.contains(active));
    return row < 0 || !active ? null : [row, [...rows[row].children].indexOf(active)];
  }

  /** @param {number[] | null} place */
  #focusAgain(place) {
    if (!place) return;
    const row = this.root.children[Math.min(place[0], this.root.children.length - 1)];
    const node = row?.children[place[1]];
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
