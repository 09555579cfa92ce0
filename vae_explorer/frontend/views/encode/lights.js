/**
 * What belongs together lights up together: a stage of the row, symbols of the formula and lines of the listing.
 *
 * A part is a name, such as "posterior". A node stands for one part, and may light up for others as well: the stage of the
 * loss does for both of its terms. Pointing at a node lights its part for as long as the pointer is there; focus and taps
 * light it until another is chosen.
 */

const LIT = "vx-lit";

export class Lights {
  /** @type {{node: Element, parts: string[]}[]} */
  #nodes = [];
  #chosen;
  /** @type {string | null} */
  #pointed = null;
  #onLight;

  /**
   * @param {string} chosen  the part that is lit at first
   * @param {(part: string) => void} onLight
   */
  constructor(chosen, onLight) {
    this.#chosen = chosen;
    this.#onLight = onLight;
  }

  /**
   * @param {Element} node
   * @param {string} part       what the node stands for
   * @param {string[]} [also]   other parts that it lights up for
   */
  add(node, part, also = []) {
    node.classList.add(`vx-part-${part}`);
    this.#nodes.push({ node, parts: [part, ...also] });
    node.addEventListener("pointerenter", (event) => {
      if (/** @type {PointerEvent} */ (event).pointerType === "mouse") this.#point(part);
    });
    node.addEventListener("pointerleave", () => this.#point(null));
    node.addEventListener("focusin", () => this.#choose(part));
    node.addEventListener("click", () => this.#choose(part));
  }

  /** To be called when all nodes are there. */
  show() {
    const part = this.#pointed ?? this.#chosen;
    for (const { node, parts } of this.#nodes) node.classList.toggle(LIT, parts.includes(part));
    this.#onLight(part);
  }

  /** @param {string | null} part */
  #point(part) {
    if (part === this.#pointed) return;
    this.#pointed = part;
    this.show();
  }

  /** @param {string} part */
  #choose(part) {
    if (part === this.#chosen) return;
    this.#chosen = part;
    this.show();
  }
}
