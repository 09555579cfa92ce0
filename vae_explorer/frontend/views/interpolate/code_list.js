/**
 * A list of codes. One of them is selected, to be changed; a list may also let codes be removed and reordered. That of a
 * test picture has the original before its reconstruction.
 *
 * @typedef {import("../../model.js").Atlas} Atlas
 * @typedef {import("../../model.js").Model} Model
 * @typedef {import("../../code_sources.js").NamedCode} NamedCode
 *
 * @typedef {object} ListCallbacks
 * @property {(index: number) => void} onChoose
 * @property {(index: number, to: number) => void} [onMove]   if absent, the order is fixed
 * @property {(index: number) => void} [onRemove]             if absent, none can be removed
 */

import { button, element } from "../../dom.js";
import { SIDE } from "../../picture/size.js";
import { Painter, pictureContext } from "../../paint.js";

const TEXT = {
  /** @param {string} item */
  up: (item) => `Move ${item} up`,
  /** @param {string} item */
  down: (item) => `Move ${item} down`,
  /** @param {string} item */
  remove: (item) => `Remove ${item}`,
  original: "Original",
  reconstruction: "Reconstruction",
  pair: "First the original, then its reconstruction.",
};

export class CodeList {
  #noun;
  #callbacks;
  #painter = new Painter();
  /** @type {Atlas | null} */
  #atlas = null;
  /** @type {HTMLCanvasElement[]} */
  #originals = [];

  /**
   * @param {string} name
   * @param {string} noun  what one of them is called
   * @param {ListCallbacks} callbacks
   */
  constructor(name, noun, callbacks) {
    this.#noun = noun;
    this.#callbacks = callbacks;
    this.note = element("p", { class: "vx-note", text: TEXT.pair, attributes: { hidden: true } });
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
    this.note.hidden = codes.every(({ index }) => index === undefined);
    this.#originals = [];
    this.root.replaceChildren(
      ...codes.map((code, index) => {
        const { index: picture = -1 } = code;
        const isOfPicture = picture >= 0;
        const attributes = { "aria-hidden": "true", title: isOfPicture ? TEXT.reconstruction : undefined };
        const canvas = element("canvas", { attributes });
        const pair = element("span", { class: "vx-code-pictures" }, canvas);
        if (isOfPicture) pair.prepend(this.#originalOf(picture));
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
          pair,
          element("span", { class: "vx-code-text" }, name, more),
        );
        return element("li", {}, choose, ...this.#tools(titles[index], index, codes.length - 1, mayRemove));
      }),
    );
    this.#restoreFocus(focused);
  }

  /**
   * Of the codes that are shown; they may come a little later.
   *
   * @param {Model} model
   */
  async showOriginals(model) {
    if (this.#atlas || !this.#originals.length) return;
    try {
      this.#atlas = await model.digits();
      for (const canvas of this.#originals) this.#draw(canvas);
    } catch {
      // The codes are told apart without them.
    }
  }

  /** @param {number} picture */
  #originalOf(picture) {
    const attributes = { "aria-hidden": "true", title: TEXT.original, "data-original": picture };
    const canvas = element("canvas", { attributes });
    this.#originals.push(canvas);
    this.#draw(canvas);
    return canvas;
  }

  /** @param {HTMLCanvasElement} canvas  not shown before it has its picture */
  #draw(canvas) {
    canvas.hidden = !this.#atlas;
    this.#atlas?.draw(pictureContext(canvas), Number(canvas.dataset.original), 0, 0, SIDE);
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
