// The row above the map: which projection, going to one test picture, the link.

import { button, buttonGroup, element } from "../../dom.js";
import { CopyLink } from "../shared/copy_link.js";
import { capitalise, formatCount } from "../../text.js";

/** @typedef {import("../../types.js").Manifest} Manifest */

const TEXT = {
  projection: "Projection",
  /** @param {Manifest["data"]} data */
  find: ({ split, noun }) => `Go to ${split} ${noun}`,
  /** @param {number} last */
  range: (last) => `0…${formatCount(last)}`,
  go: "Go",
  /** @param {Manifest["data"]} data @param {number} index */
  hidden: ({ split, noun }, index) => `${capitalise(split)} ${noun} ${index} is hidden at the moment.`,
  /** @param {Manifest["data"]} data */
  outside: ({ split, nouns, count }) => `The ${split} ${nouns} are numbered from 0 to ${formatCount(count - 1)}.`,
};

/**
 * @typedef {object} BarCallbacks
 * @property {(name: string) => void} project
 * @property {(index: number) => boolean} find goes to a test picture; returns whether it is shown
 * @property {() => string} link
 * @property {() => string} missing what the link does not hold, as the end of a sentence; "" if nothing
 */

export class MapBar {
  /**
   * @param {Manifest} manifest
   * @param {BarCallbacks} callbacks
   */
  constructor(manifest, callbacks) {
    const { data } = manifest;
    this.projections = manifest.projections.map(({ name, title }) =>
      button(title, () => callbacks.project(name), { attributes: { "data-name": name } }),
    );
    const last = data.count - 1;
    const field = element("input", {
      class: "vx-field",
      attributes: { type: "text", inputmode: "numeric", placeholder: TEXT.range(last), "aria-label": TEXT.find(data) },
    });
    const status = element("span", { class: "vx-note", attributes: { role: "status" } });
    const find = element(
      "form",
      {
        class: "vx-map-find",
        on: {
          submit: (event) => {
            event.preventDefault();
            const digits = field.value.replaceAll(/[,\s]/g, "");
            const index = /^\d+$/.test(digits) ? Number(digits) : NaN;
            if (!(index <= last)) status.textContent = TEXT.outside(data);
            else status.textContent = callbacks.find(index) ? "" : TEXT.hidden(data, index);
          },
          input: () => (status.textContent = ""),
        },
      },
      element("span", { class: "vx-caption", text: TEXT.find(data), attributes: { "aria-hidden": "true" } }),
      field,
      element("button", { class: "vx-button", text: TEXT.go }),
      status,
    );
    this.link = new CopyLink(callbacks.link, callbacks.missing);
    this.root = element(
      "div",
      { class: "vx-map-bar" },
      buttonGroup(TEXT.projection, this.projections),
      find,
      this.link.root,
    );
  }

  /** @param {string} name of the projection that the map shows */
  show(name) {
    for (const item of this.projections) {
      item.setAttribute("aria-pressed", String(item.dataset.name === name));
    }
  }

  destroy() {
    this.link.destroy();
  }
}
