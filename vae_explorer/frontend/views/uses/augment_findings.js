/**
 * What variations were worth to a classifier, as measured: the table of `train evaluate --augmentation`, and what it says.
 *
 * @typedef {import("../../types.js").Manifest} Manifest
 * @typedef {import("../../types.js").AugmentationTable} AugmentationTable
 * @typedef {AugmentationTable["rows"][number]} Row
 *
 * @typedef {object} Difference  from the row without variations of as many labelled pictures
 * @property {Row} row
 * @property {number} gain    of accuracy, -1…1
 * @property {number} spread  the larger of both standard deviations
 */

import { element } from "../../dom.js";
import { capitalise, formatCount } from "../../text.js";
import { howToMeasure } from "./unmeasured.js";

const NONE = "none";
const CHECKED = "-checked";

const TEXT = {
  summary: "Measured: do variations help a classifier?",
  missing: "Not measured for this model. ",
  conditional:
    "Not measured for this model: it was trained with the label of every training picture, so it would be no surprise " +
    "if its variations helped a classifier that has few labels.",
  /** @param {string} split @param {string} nouns @param {number} runs */
  caption: (split, nouns, runs) =>
    `Accuracy on the ${split} ${nouns}, mean ± standard deviation${runs > 1 ? ` of ${runs} runs` : ""}; the best of each row is bold`,
  perClass: "Labelled per class",
  none: "No variations",
  /** @param {string} kind */
  checked: (kind) => `${capitalise(kind)}, checked`,
  /** @param {number} temperature */
  settings: (temperature) => `Posterior: at temperature ${Number(temperature.toFixed(2))}.`,
  no: "No: variations did not help this classifier.",
  sometimes: "Sometimes: some variations helped this classifier, others did not.",
  yes: "Yes: all variations helped this classifier.",
  spread: "What counts is a difference larger than the spread, the larger of the two standard deviations.",
  /** @param {string} list */
  better: (list) => `Better than without variations: ${list}.`,
  noneBetter: "Better than without variations: none.",
  /** @param {string} list */
  worse: (list) => `Worse: ${list}.`,
  /** @param {number} above @param {number} count */
  means: (above, count) =>
    `Spread aside, the mean accuracy was higher with variations than without in ${above} of ${count} ` +
    `${count === 1 ? "comparison" : "comparisons"}.`,
  /** @param {string} kind @param {string} counts */
  where: (kind, counts) => `${kind} with ${counts} per class`,
};

/**
 * @param {Row[]} rows
 * @returns {Difference[]}  of each row with variations whose counterpart without is there
 */
export function differences(rows) {
  return rows.flatMap((row) => {
    const plain = rows.find((each) => each.variations === NONE && each.per_class === row.per_class);
    if (!plain || row === plain) return [];
    return { row, gain: row.accuracy - plain.accuracy, spread: Math.max(row.deviation, plain.deviation) };
  });
}

/**
 * What came out, good or not: first the answer.
 *
 * @param {Row[]} rows
 * @returns {string[]}  sentences; none if nothing can be compared
 */
export function conclusions(rows) {
  const found = differences(rows);
  if (!found.length) return [];
  const better = found.filter(({ gain, spread }) => gain > spread);
  const worse = found.filter(({ gain, spread }) => -gain > spread);
  const answer = better.length === found.length ? TEXT.yes : better.length ? TEXT.sometimes : TEXT.no;
  const sentences = [answer, TEXT.spread, better.length ? TEXT.better(listed(better)) : TEXT.noneBetter];
  if (worse.length) sentences.push(TEXT.worse(listed(worse)));
  sentences.push(TEXT.means(found.filter(({ gain }) => gain > 0).length, found.length));
  return sentences;
}

/**
 * @param {Manifest} manifest
 * @param {AugmentationTable | undefined} table
 * @returns {HTMLDetailsElement}
 */
export function findings(manifest, table) {
  const content = table ? measured(manifest, table) : [unmeasured(manifest)];
  return element("details", { class: "vx-findings" }, element("summary", { text: TEXT.summary }), ...content);
}

/** @param {Manifest} manifest */
function unmeasured(manifest) {
  if (manifest.classes) return element("p", { class: "vx-note", text: TEXT.conditional });
  return element("p", { class: "vx-note" }, TEXT.missing, ...howToMeasure(manifest, "augmentation"));
}

/**
 * @param {Manifest} manifest
 * @param {AugmentationTable} table
 */
function measured({ data }, { method, temperature, rows }) {
  const kinds = [...new Set(rows.map(({ variations }) => variations))];
  const counts = [...new Set(rows.map((row) => row.per_class))];
  const runs = Math.max(...rows.map((row) => row.runs.length));
  const body = counts.map((count) => {
    const ofCount = rows.filter((row) => row.per_class === count);
    const best = Math.max(...ofCount.map(({ accuracy }) => accuracy));
    const cells = kinds.map((kind) => {
      const row = ofCount.find(({ variations }) => variations === kind);
      if (!row) return element("td", { text: "–" });
      const text = percent(row.accuracy);
      const mean = row.accuracy === best ? element("strong", { text }) : text;
      return element("td", {}, mean, ` ± ${percent(row.deviation)}`);
    });
    return element("tr", {}, element("th", { text: formatCount(count), attributes: { scope: "row" } }), ...cells);
  });
  const caption = TEXT.caption(data.split, data.nouns, runs);
  const heads = [TEXT.perClass, ...kinds.map(titleOf)];
  const sentences = conclusions(rows);
  return [
    ...(sentences.length ? [element("p", { text: sentences.join(" ") })] : []),
    element("p", { class: "vx-note", text: caption }),
    element(
      "div",
      // A region that scrolls has to be reached with the keyboard.
      { class: "vx-table", attributes: { tabindex: 0, role: "region", "aria-label": TEXT.summary } },
      element(
        "table",
        { attributes: { "aria-label": caption } },
        element(
          "thead",
          {},
          element("tr", {}, ...heads.map((text) => element("th", { text, attributes: { scope: "col" } }))),
        ),
        element("tbody", {}, ...body),
      ),
    ),
    element("p", { class: "vx-note", text: `${method} ${TEXT.settings(temperature)}` }),
  ];
}

/** @param {string} kind */
function titleOf(kind) {
  if (kind === NONE) return TEXT.none;
  return kind.endsWith(CHECKED) ? TEXT.checked(kind.slice(0, -CHECKED.length)) : capitalise(kind);
}

/** @param {Difference[]} found @returns {string}  each kind with its numbers of labelled pictures */
function listed(found) {
  const kinds = [...new Set(found.map(({ row }) => row.variations))];
  return kinds
    .map((kind) => {
      const counts = found.filter(({ row }) => row.variations === kind).map(({ row }) => formatCount(row.per_class));
      const name = titleOf(kind);
      return TEXT.where(name.charAt(0).toLowerCase() + name.slice(1), inWords(counts));
    })
    .join("; ");
}

/** @param {string[]} items */
function inWords(items) {
  return items.length > 1 ? `${items.slice(0, -1).join(", ")} and ${items.at(-1)}` : items[0];
}

/** @param {number} share */
function percent(share) {
  return `${(100 * share).toFixed(2)} %`;
}
