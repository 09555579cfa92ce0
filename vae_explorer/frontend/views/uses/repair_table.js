/**
 * What filling in is worth, as it was measured: `python -m train evaluate MODEL --imputation`.
 *
 * @typedef {import("../../types.js").ImputationTable} ImputationTable
 * @typedef {import("../../types.js").Manifest} Manifest
 * @typedef {import("../../types.js").Fill} Fill
 */

import { element } from "../../dom.js";
import { formatCount } from "../../text.js";
import { presetNamed } from "./masks.js";
import { howToMeasure } from "./unmeasured.js";

/** @type {Record<string, (noun: string) => string>} */
const WAYS = {
  model: () => "This model",
  "pseudo-gibbs": () => "One chain from the mean picture",
  nearest: (noun) => `Nearest training ${noun}`,
  mean: (noun) => `Mean training ${noun}`,
};

const TEXT = {
  /** @param {number} pictures @param {string} nouns */
  title: (pictures, nouns) => `Measured on ${formatCount(pictures)} test ${nouns}`,
  preset: "Erased",
  missing: "of the pixels",
  error: "error",
  right: "named right",
  /** @param {number | null} share */
  about: (share) =>
    "On this page there are six chains. Error: squared, per missing pixel." +
    (share === null
      ? ""
      : ` Named right: by the classifier, which names ${percent(share)} right when nothing is erased.`) +
    " In bold: the best of a row.",
  nothing: "How good this model’s completions are has not been measured. ",
  none: "–",
};

/**
 * @param {Manifest} manifest
 * @param {ImputationTable | undefined} table
 * @returns {HTMLElement}
 */
export function measured(manifest, table) {
  const { data } = manifest;
  if (!table) {
    return element("p", { class: "vx-note" }, TEXT.nothing, ...howToMeasure(manifest, "imputation"));
  }
  const ways = waysOf(table);
  const hasClasses = table.rows.some(({ fills }) => Object.values(fills).some((fill) => fill.right_class !== null));
  const span = hasClasses ? 2 : 1;
  const title = TEXT.title(table.pictures, data.nouns);
  return element(
    "details",
    { class: "vx-repair-measured" },
    element("summary", { text: title }),
    element("p", {
      class: "vx-note",
      text: `${table.method} ${TEXT.about(table.whole_right_class)}`,
    }),
    element(
      "div",
      { class: "vx-table", attributes: { tabindex: 0, role: "group", "aria-label": title } },
      element(
        "table",
        {},
        element(
          "thead",
          {},
          element(
            "tr",
            {},
            heading(TEXT.preset, { scope: "col", rowspan: 2 }),
            heading(TEXT.missing, { scope: "col", rowspan: 2 }),
            ...ways.map((way) => heading(nameOf(way, data.noun), { scope: "colgroup", colspan: span })),
          ),
          element(
            "tr",
            {},
            ...ways.flatMap(() =>
              [TEXT.error, TEXT.right].slice(0, span).map((text) => heading(text, { scope: "col" })),
            ),
          ),
        ),
        element("tbody", {}, ...table.rows.map((row) => rowOf(row, ways, hasClasses))),
      ),
    ),
  );
}

/**
 * Squared errors that were measured with a preset, for comparison.
 *
 * @param {ImputationTable | undefined} table
 * @param {string | null} preset
 * @returns {{model: number | null, mean: number | null, pictures: number}}
 */
export function errorsWith(table, preset) {
  const fills = table?.rows.find((row) => row.preset === preset)?.fills;
  return {
    model: fills?.model?.squared_error ?? null,
    mean: fills?.mean?.squared_error ?? null,
    pictures: table?.pictures ?? 0,
  };
}

/** @param {number} error */
export function errorText(error) {
  return error.toFixed(3);
}

/** Known ones first. @param {ImputationTable} table */
function waysOf({ rows }) {
  const found = new Set(rows.flatMap(({ fills }) => Object.keys(fills)));
  const known = Object.keys(WAYS).filter((way) => found.has(way));
  return [...known, ...[...found].filter((way) => !(way in WAYS))];
}

/** @param {string} way @param {string} noun */
function nameOf(way, noun) {
  return WAYS[way]?.(noun) ?? way;
}

/** @param {ImputationTable["rows"][number]} row @param {string[]} ways @param {boolean} hasClasses */
function rowOf({ preset, missing, fills }, ways, hasClasses) {
  const errors = Object.values(fills).map((fill) => fill.squared_error);
  const shares = Object.values(fills).map((fill) => fill.right_class ?? 0);
  const cells = ways.flatMap((way) => {
    const fill = fills[way];
    const error = fill
      ? cell(errorText(fill.squared_error), fill.squared_error === Math.min(...errors))
      : cell(TEXT.none);
    if (!hasClasses) return [error];
    const share = fill?.right_class ?? null;
    return [error, share === null ? cell(TEXT.none) : cell(percent(share), share === Math.max(...shares))];
  });
  return element(
    "tr",
    {},
    heading(presetNamed(preset), { scope: "row" }),
    cell(`${Math.round(100 * missing)} %`),
    ...cells,
  );
}

/** @param {string} text @param {Record<string, string | number>} attributes */
function heading(text, attributes) {
  return element("th", { text, attributes });
}

/** @param {string} text @param {boolean} [isBest] */
function cell(text, isBest = false) {
  return element("td", { class: "vx-reading" }, isBest ? element("strong", { text }) : text);
}

/** @param {number} share  0…1 */
function percent(share) {
  return `${(100 * share).toFixed(1)} %`;
}
