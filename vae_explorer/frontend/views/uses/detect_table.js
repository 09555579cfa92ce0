/**
 * The AUC of every score against every other set, and how they were measured.
 *
 * @typedef {import("../../types.js").Manifest} Manifest
 * @typedef {import("../../types.js").AnomalyTable} AnomalyTable
 */

import { element } from "../../dom.js";
import { formatCount } from "../../text.js";
import { scoreName, scoresOf, setName } from "./detect_text.js";

const TEXT = {
  caption: "AUC of each score against each other set",
  set: "Against",
  /** @param {Manifest} manifest @param {AnomalyTable} table */
  method: ({ data, deterministic }, { pictures, samples, sets }) => {
    const counts = [...new Set(sets.map((set) => set.pictures))].map(formatCount).join(" or ");
    return (
      `AUC: the probability that one of the others scores higher than a test ${data.noun}; 1 is perfect, 0.5 is guessing, ` +
      `below it is the wrong way round. Measured on ${formatCount(pictures)} test ${data.nouns} and ${counts} of each ` +
      `other set${deterministic ? "" : `, with ${samples} samples of z for each picture`}. Bold: the best on that set. ` +
      "The first and the last bar of a histogram hold what lies beyond, too."
    );
  },
};

/**
 * @param {Manifest} manifest
 * @param {AnomalyTable} table
 * @returns {HTMLElement[]}  a table that may scroll sideways, and a note
 */
export function aucTable(manifest, table) {
  const scores = scoresOf(table);
  return [
    element(
      "div",
      { class: "vx-table vx-det-table", attributes: { tabindex: 0, role: "group", "aria-label": TEXT.caption } },
      element(
        "table",
        {},
        element(
          "thead",
          {},
          element("tr", {}, ...[TEXT.set, ...scores.map(scoreName)].map((text) => heading(text, "col"))),
        ),
        element(
          "tbody",
          {},
          ...table.sets.map(({ name, auc }) =>
            row(
              name,
              scores.map((score) => auc[score]),
            ),
          ),
        ),
      ),
    ),
    element("p", { class: "vx-note", text: TEXT.method(manifest, table) }),
  ];
}

/** @param {string} set @param {number[]} aucs */
function row(set, aucs) {
  const best = Math.max(...aucs.map(shown));
  const cells = aucs.map((auc) =>
    element("td", { class: "vx-reading" }, element(shown(auc) === best ? "strong" : "span", { text: auc.toFixed(3) })),
  );
  return element("tr", {}, heading(setName(set), "row"), ...cells);
}

/** As many digits as are shown: what looks the same is equally good. @param {number} auc */
function shown(auc) {
  return Number(auc.toFixed(3));
}

/** @param {string} text @param {"col" | "row"} scope */
function heading(text, scope) {
  return element("th", { text, attributes: { scope } });
}
