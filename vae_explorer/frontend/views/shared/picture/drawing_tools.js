/**
 * What one draws with: pen or eraser, how wide, undo, clear.
 *
 * @typedef {import("../../../picture/drawing.js").Drawing} Drawing
 */

import { button, element, setPressed } from "../../../dom.js";

const TEXT = {
  tools: "Drawing tools",
  pen: "Pen",
  eraser: "Eraser",
  width: "Width",
  undo: "Undo",
  clear: "Clear",
};

// Shares of the canvas. MNIST's strokes are about an eighth as wide as the digit is high.
const WIDTHS = [
  { name: "Thin", width: 0.05 },
  { name: "Medium", width: 0.08 },
  { name: "Thick", width: 0.12 },
];

export class DrawingTools {
  #drawing;

  /** @param {Drawing} drawing */
  constructor(drawing) {
    this.#drawing = drawing;
    this.kinds = [TEXT.pen, TEXT.eraser].map((name, index) =>
      button(name, () => {
        drawing.isErasing = index === 1;
        this.show();
      }),
    );
    this.widths = WIDTHS.map(({ name, width }) => {
      const node = button("", () => {
        drawing.width = width;
        this.show();
      });
      node.ariaLabel = node.title = name;
      node.append(element("span", { class: "vx-nib", attributes: { style: `--vx-nib: ${width}` } }));
      return node;
    });
    this.undo = button(TEXT.undo, () => drawing.undo());
    this.clear = button(TEXT.clear, () => drawing.clear());
    this.root = element(
      "div",
      { class: "vx-drawing-tools", attributes: { role: "group", "aria-label": TEXT.tools } },
      element("div", { class: "vx-tool-set" }, ...this.kinds),
      element("div", { class: "vx-tool-set", attributes: { role: "group", "aria-label": TEXT.width } }, ...this.widths),
      element("div", { class: "vx-tool-set" }, this.undo, this.clear),
    );
    this.show();
  }

  /** Shows what can be done now. */
  show() {
    const { isErasing, width, isUntouched, isEmpty } = this.#drawing;
    setPressed(this.kinds, (index) => isErasing === (index === 1));
    setPressed(this.widths, (index) => WIDTHS[index].width === width);
    this.#setDisabled(this.undo, isUntouched);
    this.#setDisabled(this.clear, isEmpty);
  }

  /**
   * A button that has the focus takes it along when it is disabled: it goes to the tool in hand.
   *
   * @param {HTMLButtonElement} node
   * @param {boolean} isDisabled
   */
  #setDisabled(node, isDisabled) {
    const hadFocus = node.matches(":focus");
    node.disabled = isDisabled;
    if (hadFocus && isDisabled) this.kinds[Number(this.#drawing.isErasing)].focus({ preventScroll: true });
  }
}
