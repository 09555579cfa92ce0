/**
 * Traversals: each dimension that carries something as a row of pictures, with the rest of the code held.
 *
 * @typedef {import("../../types.js").InterpolateProps} InterpolateProps
 * @typedef {import("../../types.js").Callbacks} Callbacks
 */

import { decodeBatch } from "../../decode_batch.js";
import { button, element, errorBox, isAbort } from "../../dom.js";
import { PIXELS, deviationOf } from "../../model.js";
import { fileName, savePng } from "../../save.js";
import { codeInHand } from "../../current_code.js";
import { dimensionsByUse } from "../shared/axes.js";
import { Film, columnsFor, nearest } from "./filmstrip.js";
import { filmSheet } from "./filmstrip_sheet.js";

const TEXT = {
  held: "Each row moves one dimension; the rest of the code stays as it is in Morph.",
  values: "Above the columns stands the value of the dimension.",
  /** @param {string} split */
  deviations: (split) =>
    `Above the columns stand steps around 0, in standard deviations (σ) of the dimension over the ${split} set: a plain autoencoder has no prior that would set its scale.`,
  order: "Dimensions with the largest mean KL come first.",
  orderByVariance: "Dimensions with the largest variance come first.",
  /** @param {number} count */
  unused: (count) =>
    count === 1
      ? "One dimension is left out: its mean KL is below 0.01 nats, it tells the decoder next to nothing."
      : `${count} dimensions are left out: their mean KL is below 0.01 nats, they tell the decoder next to nothing.`,
  /** @param {string} name */
  class: (name) => `Every picture is decoded with class ${name}, as in Morph.`,
  open: "Ringed is the picture nearest to the code in Morph. Click one to open it there.",
  /** @param {string} name @param {string} value */
  frame: (name, value) => `${name} = ${value}: open in Morph`,
  download: "Download PNG",
  retry: "Try again",
};

const REACH = 3;

export class TraversalPanel {
  #props;
  #callbacks;
  #code;
  #working = new AbortController();
  /** @type {Film[]} */
  #films = [];
  /** @type {string[]} */
  #columns = [];

  /**
   * @param {InterpolateProps} props
   * @param {Callbacks} callbacks
   */
  constructor(props, callbacks) {
    this.#props = props;
    this.#callbacks = callbacks;
    this.#code = codeNow(props);
    this.grid = element("div", { class: "vx-traversals" });
    this.failure = element("div", { class: "vx-failed" });
    this.download = button(TEXT.download, () => this.#save(), { attributes: { disabled: true } });
    this.root = element("div", { class: "vx-ip-traversals" }, this.failure, this.grid, this.#makeFoot());
  }

  start() {
    this.#show();
  }

  /** The code in hand has been rounded. */
  showRounded() {
    const before = this.#code;
    this.#code = codeNow(this.#props);
    if (this.#code.z.every((value, i) => value === before.z[i])) return;
    this.download.disabled = true;
    this.#show();
  }

  destroy() {
    this.#working.abort();
  }

  #makeFoot() {
    const { deterministic, data } = this.#props.manifest;
    const { unused } = dimensionsByUse(this.#props.manifest);
    const notes = [
      TEXT.held,
      deterministic ? TEXT.deviations(data.split) : TEXT.values,
      deterministic ? TEXT.orderByVariance : TEXT.order,
      ...(unused.length ? [TEXT.unused(unused.length)] : []),
      ...(this.#code.label === null ? [] : [TEXT.class(data.classes[this.#code.label])]),
      TEXT.open,
    ];
    return element(
      "div",
      { class: "vx-ip-foot" },
      this.download,
      element("p", { class: "vx-note", text: notes.join(" ") }),
    );
  }

  #show() {
    const { manifest } = this.#props;
    const columns = columnsFor(this.root.clientWidth);
    const units = Array.from({ length: columns }, (_, i) => REACH * ((2 * i) / (columns - 1) - 1));
    const sigma = manifest.deterministic ? " σ" : "";
    this.#columns = units.map((unit) => `${signed(unit)}${sigma}`);
    const { used } = dimensionsByUse(manifest);
    const rows = used.map((dimension) => {
      const name = `z${dimension + 1}`;
      const codes = units.map((unit) => {
        const z = [...this.#code.z];
        z[dimension] = unit * deviationOf(manifest, dimension);
        return z;
      });
      const labels = codes.map((z) => TEXT.frame(name, signed(z[dimension])));
      const film = new Film(name, labels, (index) =>
        this.#callbacks.send("open", { z: codes[index], label: this.#code.label }),
      );
      film.mark(
        nearest(
          codes.map((z) => z[dimension]),
          this.#code.z[dimension],
        ),
      );
      return { film, codes };
    });
    this.#films = rows.map(({ film }) => film);
    this.grid.replaceChildren(...this.#blocks(columns));
    this.#decode(
      rows.flatMap(({ codes }) => codes.flat()),
      columns,
    );
  }

  /**
   * Two blocks of rows beside each other where there are many.
   *
   * @param {number} columns
   */
  #blocks(columns) {
    const films = this.#films;
    const half = films.length > 6 ? Math.ceil(films.length / 2) : films.length;
    return [films.slice(0, half), films.slice(half)]
      .filter((part) => part.length)
      .map((part) => {
        const heads = element(
          "div",
          { class: "vx-traversal-heads", attributes: { "aria-hidden": "true" } },
          ...this.#columns.map((text) => element("span", { text })),
        );
        const block = element("div", { class: "vx-traversal-block" }, element("span"), heads);
        block.style.setProperty("--vx-count", String(columns));
        for (const film of part) {
          block.append(
            element("span", { class: "vx-traversal-name", text: film.name, attributes: { "aria-hidden": "true" } }),
            film.root,
          );
        }
        return block;
      });
  }

  /**
   * @param {number[]} codes  (rows x columns, D)
   * @param {number} columns
   */
  async #decode(codes, columns) {
    this.#working.abort();
    const working = new AbortController();
    this.#working = working;
    this.failure.replaceChildren();
    const films = this.#films;
    const { manifest, baseUrl } = this.#props;
    try {
      await decodeBatch(manifest, baseUrl, codes, films.length * columns, {
        label: this.#code.label,
        signal: working.signal,
        onChunk(pixels, start) {
          for (let n = 0; n < pixels.length / PIXELS; n++) {
            const row = Math.floor((start + n) / columns),
              column = (start + n) % columns;
            films[row].show(pixels, n, 1, column);
            if (column === columns - 1) films[row].busy = false;
          }
        },
      });
      this.download.disabled = false;
    } catch (error) {
      if (isAbort(error)) return;
      this.failure.replaceChildren(errorBox(error, TEXT.retry, () => this.#show()));
    }
  }

  #save() {
    const { name, data } = this.#props.manifest;
    const { label } = this.#code;
    const parts = [name, "traversals", ...(label === null ? [] : [`class-${data.classes[label]}`])];
    savePng(filmSheet(this.#films, this.#columns), fileName(parts, "png"));
  }
}

/**
 * A copy: what the page shows must not change because another view has the same code in hand.
 *
 * @param {InterpolateProps} props
 */
function codeNow(props) {
  const { z, label } = codeInHand(props);
  return { z: Array.from(z), label };
}

/**
 * @param {number} value
 * @returns {string}  such as "−1.5", "0", "+3"
 */
function signed(value) {
  const size = String(Math.round(100 * Math.abs(value)) / 100);
  if (size === "0") return size;
  return (value < 0 ? "−" : "+") + size;
}
