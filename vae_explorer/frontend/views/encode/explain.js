/**
 * The formula, the listing and two sentences on the part that is lit: all three name the same things as the row above.
 *
 * @typedef {import("../../types.js").Manifest} Manifest
 * @typedef {import("./formula.js").Now} Now
 * @typedef {import("./formula.js").Piece} Piece
 * @typedef {import("./lights.js").Lights} Lights
 */

import { element, setText } from "../../dom.js";
import { explanation } from "./explain_text.js";
import { codePieces, lossPieces } from "./formula.js";
import { listing } from "./listing.js";

const TEXT = {
  title: "Formula and code",
  formula: "The formula",
  listing: "The same in PyTorch",
};

export class Explain {
  #manifest;
  /** @type {{node: HTMLElement, number: (now: Now) => string}[]} */
  #numbers = [];
  /** @type {{code: HTMLElement, number: HTMLElement}[]} */
  #lines = [];
  #part = "";
  /** @type {"bce" | "mse"} */
  #term;

  /**
   * @param {Manifest} manifest
   * @param {Lights} lights
   */
  constructor(manifest, lights) {
    this.#manifest = manifest;
    this.#term = manifest.likelihood;
    this.text = element("p", { class: "vx-enc-text", attributes: { "aria-live": "polite" } });
    const rows = [lossPieces(manifest), ...codePieces(manifest)].map((pieces) =>
      element("div", { class: "vx-enc-formula" }, ...pieces.map((piece) => this.#piece(piece, lights))),
    );
    const lines = listing(manifest, this.#term, true).map(({ part, also }) => {
      const code = element("code");
      const number = element("code", { class: "vx-enc-comment" });
      this.#lines.push({ code, number });
      const line = element("button", { class: "vx-enc-line", attributes: { type: "button" } }, code, number);
      lights.add(line, part, also);
      return element("li", {}, line);
    });
    this.root = element(
      "section",
      { class: "vx-enc-explain", attributes: { "aria-label": TEXT.title } },
      element(
        "div",
        { class: "vx-enc-formulas", attributes: { role: "group", "aria-label": TEXT.formula } },
        ...rows,
        this.text,
      ),
      element("ol", { class: "vx-enc-listing", attributes: { "aria-label": TEXT.listing } }, ...lines),
    );
  }

  /** @param {string} part  that is lit now */
  explain(part) {
    this.#part = part;
    setText(this.text, explanation(this.#manifest, part, this.#term));
  }

  /** @param {Omit<Now, "dimension">} now */
  show(now) {
    const all = { ...now, dimension: this.#manifest.used[0] ?? 0 };
    for (const { node, number } of this.#numbers) setText(node, number(all));
    listing(this.#manifest, now.term, now.passed.eps !== null).forEach(({ code, number }, index) => {
      setText(this.#lines[index].code, code);
      setText(this.#lines[index].number, `# ${number(all)}`);
    });
    if (now.term === this.#term) return;
    this.#term = now.term;
    this.explain(this.#part);
  }

  /**
   * @param {Piece | Element} piece  an element stands between two pieces
   * @param {Lights} lights
   */
  #piece(piece, lights) {
    if (piece instanceof Element) return element("span", { class: "vx-enc-between" }, piece);
    // Not all that read a page aloud read MathML; a number below it is text of its own.
    const label = piece.number ? null : piece.symbol.textContent;
    const attributes = { type: "button", "aria-label": label };
    const node = element("button", { class: "vx-enc-symbol", attributes }, piece.symbol);
    lights.add(node, piece.part, piece.also);
    if (piece.number) {
      const number = element("span", { class: "vx-enc-number" });
      node.append(number);
      this.#numbers.push({ node: number, number: piece.number });
    }
    return node;
  }
}
