// The caption under the map.

import { element } from "../../dom.js";
import { PROJECTIONS } from "./projections.js";

/** @typedef {import("../../model.js").Codes} Codes */
/** @typedef {import("../../types.js").Manifest} Manifest */
/** @typedef {import("./projections.js").ProjectionName} ProjectionName */

/** @param {number} value */
const whole = (value) => value.toLocaleString("en");

const TEXT = {
  /** @param {number} shown @param {Manifest["data"]} data */
  counts: (shown, { count, split, nouns }) =>
    shown === count ? `${whole(count)} ${split} ${nouns}` : `${whole(shown)} of ${whole(count)} ${split} ${nouns}`,
  /** @param {Manifest["data"]} data */
  mean: ({ split, noun }) => `A dot is the mean mu that the encoder gives for a ${split} ${noun}.`,
  /** @param {Manifest["data"]} data */
  code: ({ split, noun }) => `A dot is the code of a ${split} ${noun}.`,
  mouse: "Point to look, click to open in Morph; scroll to zoom.",
  touch: "Tap to look, tap a dot again to open it in Morph.",
};

/**
 * How many codes of a t-SNE map were laid out; "" if all were.
 *
 * @param {number} landmarks
 * @param {number} count
 */
export function placedCaption(landmarks, count) {
  if (landmarks >= count) return "";
  return `${whole(landmarks)} of the ${whole(count)} codes were laid out, the others placed between their five nearest.`;
}

export class MapCaption {
  /** @param {Manifest} manifest */
  constructor(manifest) {
    this.manifest = manifest;
    this.counts = element("strong", { attributes: { role: "status" } });
    this.sentences = element("span");
    this.root = element("p", { class: "vx-map-caption vx-note" }, this.counts, " ", this.sentences);
  }

  /**
   * @param {ProjectionName} projection
   * @param {Codes} codes
   * @param {number} shown how many points are in view
   * @param {string | null} about in place of that of the model's own projection
   */
  show(projection, codes, shown, about) {
    const { data, deterministic, tsne } = this.manifest;
    this.counts.textContent = TEXT.counts(shown, data);
    const { about: ownAbout, marker, betweenDots } = PROJECTIONS[projection];
    const isTouch = window.matchMedia("(hover: none)").matches;
    this.sentences.textContent = [
      about ?? ownAbout(codes),
      projection === "tsne" && about === null ? placedCaption(tsne.model_landmarks, data.count) : "",
      deterministic ? TEXT.code(data) : TEXT.mean(data),
      marker,
      betweenDots,
      isTouch ? TEXT.touch : TEXT.mouse,
    ]
      .filter(Boolean)
      .join(" ");
  }
}
