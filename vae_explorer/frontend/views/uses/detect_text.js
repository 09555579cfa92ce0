/**
 * What the tab Detect says of scores, of other sets, and of where a score fails. A model's table may hold names that are
 * not known here; they are shown as they are.
 *
 * @typedef {import("../../types.js").Manifest} Manifest
 * @typedef {import("../../types.js").ManifestData} ManifestData
 * @typedef {import("../../types.js").AnomalyTable} AnomalyTable
 */

import { capitalise } from "../../text.js";
import { percent } from "./detect_rates.js";

/** @param {ManifestData} data  what no anomaly is, such as "a digit" */
export function usualOne({ noun }) {
  return noun === "picture" ? "a usual picture" : `a ${noun}`;
}

/** An AUC below which a score is said to fail, and one from which on it is said to tell a set. */
export const FAILS = 0.75;
export const WORKS = 0.97;

/** On buttons, and in the order in which the page offers them. @type {Record<string, string>} */
const SCORES = {
  saving: "Saving",
  elbo: "−ELBO",
  reconstruction: "Reconstruction",
  kl: "KL",
  bound: "IW bound",
  typicality: "Typicality",
};

/** @type {Record<string, {name: string, of: (data: ManifestData) => string}>} */
const SETS = {
  clothes: { name: "Clothes", of: () => "clothes" },
  digits: { name: "Digits", of: () => "digits" },
  turned: { name: "Turned 90°", of: ({ nouns }) => `turned ${nouns}` },
  mirrored: { name: "Mirrored", of: ({ nouns }) => `mirrored ${nouns}` },
  half: { name: "Right half", of: ({ nouns }) => `right halves of ${nouns}` },
  shuffled: { name: "Shuffled", of: ({ nouns }) => `${nouns} with shuffled pixels` },
  noise: { name: "Noise", of: () => "pictures of noise" },
  blank: { name: "Blank", of: () => "blank pages" },
};

/** @param {AnomalyTable} table @returns {string[]}  names of scores, the first to be offered first */
export function scoresOf({ scores }) {
  const order = Object.keys(SCORES);
  const rank = (/** @type {string} */ score) => (order.includes(score) ? order.indexOf(score) : order.length);
  return scores.map(({ score }) => score).sort((one, other) => rank(one) - rank(other));
}

/** @param {string} score */
export function scoreName(score) {
  return SCORES[score] ?? score;
}

/** @param {string} score  in a sentence */
export function scoreInText(score) {
  return score in SCORES && !["elbo", "kl", "bound"].includes(score) ? SCORES[score].toLowerCase() : scoreName(score);
}

/** @param {string} set */
export function setName(set) {
  return SETS[set]?.name ?? set;
}

/** @param {string} set @param {ManifestData} data @returns {string}  such as "turned digits" */
export function picturesOf(set, data) {
  return SETS[set]?.of(data) ?? `pictures “${set}”`;
}

/**
 * What a score is, in a sentence or two.
 *
 * @param {string} score
 * @param {Manifest} manifest
 * @param {AnomalyTable} table
 */
export function aboutScore(score, { deterministic, classes, data }, table) {
  const cost = deterministic ? "the reconstruction error" : "−ELBO";
  const mean = table.scores.find((each) => each.score === (deterministic ? "reconstruction" : "elbo"))?.mean;
  const samples = `${table.samples} samples of z`;
  /** @type {Record<string, string>} */
  const about = {
    saving:
      `${capitalise(cost)} minus what the picture would cost without knowing any shapes, with every pixel predicted as ` +
      "its mean brightness. The more nats the model saves, the lower.",
    elbo: `Reconstruction + KL, with ${samples}: on average an upper bound on −log p(x), what the picture costs the model.`,
    reconstruction: deterministic
      ? "−log p(x|z) at the picture’s code: how badly the decoder draws the picture again."
      : `−log p(x|z), the mean of ${samples}: how badly the decoder draws the picture again.`,
    kl: "KL(q(z|x) ‖ N(0, I)): how far the encoder puts the picture from the prior, whatever the decoder makes of it.",
    bound: `The importance-weighted bound on −log p(x), with ${samples}: on average at least as tight as −ELBO.`,
    typicality:
      `How far ${cost} is from its mean over test ${data.nouns}` +
      `${mean === undefined ? "" : `, ${mean.toFixed(1)} nats`}: a picture that is too cheap is suspicious, too.`,
  };
  const found = about[score] ?? table.scores.find((each) => each.score === score)?.about ?? "";
  return classes ? `${found} The class given is the one with the lowest −ELBO.` : found;
}

/**
 * How well a score tells a set from test pictures, and at a threshold.
 *
 * @param {string} set
 * @param {number} auc
 * @param {number} missed  0…1, of the set at the threshold
 * @param {ManifestData} data
 */
export function outcome(set, auc, missed, data) {
  const others = picturesOf(set, data);
  if (auc < FAILS) {
    const asIf = auc < 0.5 ? ", as if they were the more usual ones" : "";
    return `It fails: in ${outOf100(1 - auc)} pairs with a test ${data.noun}, ${others} have the lower score${asIf}.`;
  }
  const grade = auc < WORKS ? "It tells most apart" : "It tells them apart";
  const link = missed > 1 - auc ? ", yet" : ", and";
  return (
    `${grade}: in ${outOf100(auc)} pairs with a test ${data.noun}, ${others} have the higher score${link} at this ` +
    `threshold ${percent(missed)} of them are missed.`
  );
}

/** @param {number} share  0…1 */
function outOf100(share) {
  if (share > 0.99) return "more than 99 of 100";
  return share < 0.01 ? "fewer than 1 of 100" : `about ${Math.round(100 * share)} of 100`;
}

/**
 * Why a score does no better; "" where it does well.
 *
 * @param {string} score
 * @param {string} set
 * @param {number} auc
 * @param {Manifest} manifest
 */
export function reason(score, set, auc, { data, deterministic }) {
  if (auc >= 0.9) return "";
  const { noun, nouns } = data;
  const others = picturesOf(set, data);
  if (score === "kl")
    return `KL sees where the encoder puts a picture, not whether the decoder can draw it: ${others} can land as near to the prior as ${nouns}.`;
  if (score === "typicality") {
    const cost = deterministic ? "the reconstruction error" : "−ELBO";
    return `Typicality asks only how far ${cost} is from its mean: whatever costs about as much as an average ${noun} goes unnoticed.`;
  }
  if (!(score in SCORES)) return "";
  if (set === "mirrored") {
    if (data.name === "mnist") return "Many mirrored digits still look like digits: a 0, a 1 or an 8 hardly changes.";
    if (data.name === "fashion-mnist") return "Most clothes are symmetrical: a mirrored shirt is still a shirt.";
  }
  if (score === "saving") {
    if (["turned", "mirrored", "shuffled"].includes(set))
      return `How much can be saved depends on how much ink there is, and ${others} have exactly as much as before.`;
    return "Large plain areas are easily predicted, whatever they belong to, and so there is something to save.";
  }
  if (set === "blank" && auc < 0.5)
    return `Black is cheap: all ${nouns} have many black pixels, the decoder predicts them well, and a blank page has nothing else.`;
  if (set === "half") return "What has been erased costs nothing: with less ink there is less to reconstruct.";
  if (set === "turned" || set === "mirrored")
    return "Ink and strokes are the same, only elsewhere, and the decoder can draw many of them there, too.";
  if ((set === "digits" || set === "clothes") && auc < 0.5)
    return "The cost grows with ink and detail, whatever they show: a picture with little of both is cheap.";
  return "";
}
