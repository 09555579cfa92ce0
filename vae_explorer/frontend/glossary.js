/**
 * The field's terms: each is underlined with dots where it stands, and says in a sentence what it is when it is pointed
 * at, focused or tapped.
 */

import { element } from "./dom.js";

/** By the words in the texts; longer ones first where one contains the other. @type {[string, string][]} */
const TERMS = [
  [
    "variational autoencoder",
    "Two networks trained together: an encoder that turns a picture into a few numbers, and a decoder that draws the " +
      "picture again from these. “Variational”: the encoder gives a distribution, kept close to the standard normal " +
      "one, so that random numbers can be drawn too.",
  ],
  ["latent space", "All codes that there can be: a point in it is a code, and the decoder draws a picture of each."],
  ["latent dimensions", "How many numbers a code has."],
  ["latent dimension", "How many numbers a code has."],
  ["code z", "The numbers that stand for a picture: all that the decoder gets to see."],
  ["decoder", "The network that draws a picture from a code."],
  ["encoder", "The network that turns a picture into a distribution of codes: a mean and a width for each number."],
  [
    "N(0, I)",
    "The prior: each number of the code is drawn from a bell curve around 0 with standard deviation 1, independently " +
      "of the others.",
  ],
  [
    "mean KL",
    "How much a dimension says about the picture, in nats: how far the encoder's answer is from the standard normal " +
      "distribution, on average over the pictures. At 0 it says nothing.",
  ],
  [
    "−ELBO",
    "What training makes small: the loss of reconstruction plus the KL term. It bounds from above how surprising a " +
      "picture is to the model, so less is better.",
  ],
  [
    "10-NN accuracy",
    "How often most of the ten nearest codes are of the same class as a test picture's own: how far apart the classes lie.",
  ],
  ["nats", "Units of information, as bits are: one nat is 1.44 bits."],
  [
    "PCA",
    "Principal component analysis: the codes seen from the side on which they are spread most. Distances on it are " +
      "true along its axes.",
  ],
  [
    "t-SNE",
    "A map that keeps neighbours together. Distances between far groups, and sizes of groups, mean little on it.",
  ],
  ["UMAP", "A map that keeps neighbours together, as t-SNE does, and more of the large shape."],
  ["temperature", "What random codes are multiplied by: below 1 they are more usual, above 1 more unusual."],
  ["classifier", "A network of its own, trained to tell the classes apart. It knows nothing of the code."],
];

const ANY = new RegExp(TERMS.map(([words]) => words.replaceAll(/[()]/g, "\\$&")).join("|"), "g");

let count = 0;

/**
 * A text in which each term explains itself, the first time that it stands there.
 *
 * @param {string} text
 * @returns {(string | HTMLElement)[]}
 */
export function withTerms(text) {
  const parts = [];
  const seen = new Set();
  let end = 0;
  for (const { 0: words, index } of text.matchAll(ANY)) {
    if (seen.has(words)) continue;
    seen.add(words);
    parts.push(text.slice(end, index), explained(words));
    end = index + words.length;
  }
  return [...parts, text.slice(end)].filter((part) => part !== "");
}

/** @param {string} words */
function explained(words) {
  const [, text] = /** @type {[string, string]} */ (TERMS.find(([term]) => term === words));
  const id = `vx-term-${++count}`;
  const tip = element("span", { class: "vx-tip", text, attributes: { role: "tooltip", id, hidden: true } });
  /** Escape closes it wherever the focus is. @param {KeyboardEvent} event */
  const onKey = (event) => event.key === "Escape" && show(false);
  /** @param {boolean} isShown */
  const show = (isShown) => {
    tip.hidden = !isShown;
    if (isShown) {
      keepInSight(tip);
      document.addEventListener("keydown", onKey);
    } else {
      document.removeEventListener("keydown", onKey);
    }
  };
  const term = element("button", {
    class: "vx-term",
    text: words,
    attributes: { type: "button", "aria-describedby": id },
    on: { focus: () => show(true), blur: () => show(false) },
  });
  return element(
    "span",
    {
      class: "vx-explained",
      on: {
        pointerenter: () => show(true),
        pointerleave: () => show(term.matches(":focus")),
        // A tap focuses nothing in Safari.
        click: () => term.focus(),
      },
    },
    term,
    tip,
  );
}

/** Moves a tip that would stick out of the window to the side. @param {HTMLElement} tip */
function keepInSight(tip) {
  tip.style.translate = "0";
  const { left, right } = tip.getBoundingClientRect();
  const over = right - document.documentElement.clientWidth + 8;
  tip.style.translate = `${Math.max(8 - left, Math.min(0, -over))}px`;
}
