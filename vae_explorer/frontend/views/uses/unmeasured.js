/**
 * How to measure what a model is good for, where nobody has.
 *
 * @typedef {import("../../types.js").Manifest} Manifest
 */

import { element } from "../../dom.js";
import { OWN } from "../../own/facts.js";

const TEXT = {
  before: "To measure it, run ",
  after: " and reload this page.",
  // Only this browser has it, and what is measured is written into a model's folder.
  beforeOwn: "To measure it, save it from the list of models, unpack it in the folder “models”, run ",
  afterOwn: " and open it from there.",
  /** @param {string} folder @param {string} option */
  command: (folder, option) => `python -m train evaluate ${folder} --${option}`,
};

/**
 * @param {Manifest} manifest
 * @param {"imputation" | "anomaly" | "augmentation"} option
 * @returns {(string | HTMLElement)[]}  a sentence
 */
export function howToMeasure({ id, name }, option) {
  const isOwn = id.startsWith(OWN);
  // An id ends with the name of the folder; that of a model of this browser does not.
  const folder = isOwn ? name : (id.split("/").at(-1) ?? name);
  const command = element("code", { text: TEXT.command(folder, option) });
  return isOwn ? [TEXT.beforeOwn, command, TEXT.afterOwn] : [TEXT.before, command, TEXT.after];
}
