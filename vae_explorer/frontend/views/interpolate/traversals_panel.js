/**
 * Traversals: each informative dimension as a row of pictures, with the rest of the code fixed.
 *
 * @typedef {import("../../types.js").InterpolateProps} InterpolateProps
 * @typedef {import("../../types.js").Callbacks} Callbacks
 */

import { currentCode } from "../../current_code.js";
import { decodeBatch } from "../../decoding/decode_batch.js";
import { button, element, errorBox, isAbort } from "../../dom.js";
import { deviationOf } from "../../model.js";
import { PIXELS } from "../../picture/size.js";
import { fileName, savePng } from "../../save.js";
import { classNamed } from "../../text.js";
import { unusedDims } from "../shared/axes.js";
import { columnsFor, Filmstrip, nearest } from "./filmstrip.js";
import { filmstripSheet } from "./filmstrip_sheet.js";

const TEXT = {
  held: "Each row varies one dimension; the others stay as they are in Morph.",
  values: "Column headings give the value of the dimension.",
  /** @param {string} split */
  deviations: (split) =>
    `Column headings give the distance from 0 in standard deviations (σ) of the dimension over the ${split} set: a plain autoencoder has no prior to set a scale.`,
  order: "Dimensions with the largest mean KL come first.",
  orderByVariance: "Dimensions with the largest variance come first.",
  /** @param {number} count */
  unused: (count) =>
    count === 1
      ? "One unused dimension is left out: its mean KL is below 0.01 nats, so it tells the decoder almost nothing."
      : `${count} unused dimensions are left out: their mean KL is below 0.01 nats, so they tell the decoder almost nothing.`,
  /** @param {string} name */
  class: (name) => `Every picture is decoded with ${classNamed(name)}, as in Morph.`,
  open: "The outlined picture is nearest to the code in Morph. Click a picture to open it there.",
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
  #decoding = new AbortController();
  /** @type {Filmstrip[]} */
  #filmstrips = [];
  /** @type {string[]} */
  #columns = [];

  /**
   * @param {InterpolateProps} props
   * @param {Callbacks} callbacks
   */
  constructor(props, callbacks) {
    this.#props = props;
    this.#callbacks = callbacks;
    this.#code = copyOfCurrentCode(props);
    this.grid = element("div", { class: "vx-traversals" });
    this.failure = element("div", { class: "vx-failed" });
    this.download = button(TEXT.download, () => this.#save(), { attributes: { disabled: true } });
    this.root = element("div", { class: "vx-ip-traversals" }, this.failure, this.grid, this.#makeFoot());
  }

  start() {
    this.#show();
  }

  /** Shows the current code, which has been rounded. */
  showRounded() {
    const before = this.#code;
    this.#code = copyOfCurrentCode(this.#props);
    if (this.#code.z.every((value, i) => value === before.z[i])) return;
    this.download.disabled = true;
    this.#show();
  }

  destroy() {
    this.#decoding.abort();
  }

  #makeFoot() {
    const { deterministic, data } = this.#props.manifest;
    const unused = unusedDims(this.#props.manifest);
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
    const { used } = manifest;
    const rows = used.map((dimension) => {
      const name = `z${dimension + 1}`;
      const codes = units.map((unit) => {
        const z = [...this.#code.z];
        z[dimension] = unit * deviationOf(manifest, dimension);
        return z;
      });
      const labels = codes.map((z) => TEXT.frame(name, signed(z[dimension])));
      const filmstrip = new Filmstrip(name, labels, (index) =>
        this.#callbacks.open({ z: codes[index], label: this.#code.label }),
      );
      filmstrip.mark(
        nearest(
          codes.map((z) => z[dimension]),
          this.#code.z[dimension],
        ),
      );
      return { filmstrip, codes };
    });
    this.#filmstrips = rows.map(({ filmstrip }) => filmstrip);
    this.grid.replaceChildren(...this.#blocks(columns));
    this.#decode(
      rows.flatMap(({ codes }) => codes.flat()),
      columns,
    );
  }

  /**
   * Two blocks of rows side by side if there are many.
   *
   * @param {number} columns
   */
  #blocks(columns) {
    const filmstrips = this.#filmstrips;
    const half = filmstrips.length > 6 ? Math.ceil(filmstrips.length / 2) : filmstrips.length;
    return [filmstrips.slice(0, half), filmstrips.slice(half)]
      .filter((part) => part.length)
      .map((part) => {
        const heads = element(
          "div",
          { class: "vx-traversal-heads", attributes: { "aria-hidden": "true" } },
          ...this.#columns.map((text) => element("span", { text })),
        );
        const block = element("div", { class: "vx-traversal-block" }, element("span"), heads);
        block.style.setProperty("--vx-count", String(columns));
        for (const filmstrip of part) {
          block.append(
            element("span", {
              class: "vx-traversal-name",
              text: filmstrip.name,
              attributes: { "aria-hidden": "true" },
            }),
            filmstrip.root,
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
    this.#decoding.abort();
    const decoding = new AbortController();
    this.#decoding = decoding;
    this.failure.replaceChildren();
    const filmstrips = this.#filmstrips;
    const { manifest, baseUrl } = this.#props;
    try {
      await decodeBatch(manifest, baseUrl, codes, filmstrips.length * columns, {
        label: this.#code.label,
        signal: decoding.signal,
        onChunk(pixels, start) {
          for (let n = 0; n < pixels.length / PIXELS; n++) {
            const row = Math.floor((start + n) / columns),
              column = (start + n) % columns;
            filmstrips[row].show(pixels, n, 1, column);
            if (column === columns - 1) filmstrips[row].busy = false;
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
    savePng(filmstripSheet(this.#filmstrips, this.#columns), fileName(parts, "png"));
  }
}

/**
 * A copy: this page stays as it is while another view changes the current code.
 *
 * @param {InterpolateProps} props
 */
function copyOfCurrentCode(props) {
  const { z, label } = currentCode(props);
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
