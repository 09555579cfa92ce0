// The caption under the map.

import { element } from "../../dom.js";
import { formatCount } from "../../text.js";

/** @typedef {import("../../types.js").Manifest} Manifest */
/** @typedef {import("./projections.js").Projection} Projection */

const TEXT = {
  /** @param {number} shown @param {Manifest["data"]} data */
  counts: (shown, { count, split, nouns }) =>
    shown === count
      ? `${formatCount(count)} ${split} ${nouns}`
      : `${formatCount(shown)} of ${formatCount(count)} ${split} ${nouns}`,
  /** @param {Manifest["data"]} data */
  mean: ({ split, noun }) => `Each dot is the encoder’s mean μ for one ${split} ${noun}.`,
  /** @param {Manifest["data"]} data */
  code: ({ split, noun }) => `Each dot is the code of one ${split} ${noun}.`,
  mouse: "Point at a dot to inspect it, click to open it in Morph, zoom with Ctrl and the wheel.",
  /** @param {boolean} isSpace */
  fingers: (isSpace) => {
    const [move, moves] = isSpace ? ["turn", "turns"] : ["move", "moves"];
    return `One finger scrolls the page. Two ${move} and zoom the map; one that begins on the ring ${moves} it, too.`;
  },
  touch: "Tap to inspect, tap a dot again to open it in Morph.",
};

/**
 * How many codes of a map were laid out; "" if all were.
 *
 * @param {number} landmarks
 * @param {number} count
 */
export function placedCaption(landmarks, count) {
  if (landmarks >= count) return "";
  return `${formatCount(landmarks)} of the ${formatCount(count)} codes were laid out, the others placed between their five nearest.`;
}

export class MapCaption {
  /** @param {Manifest} manifest */
  constructor(manifest) {
    this.manifest = manifest;
    this.counts = element("strong", { attributes: { role: "status" } });
    this.sentences = element("span");
    this.fingers = element("span", { class: "vx-fingers" });
    this.root = element("p", { class: "vx-map-caption vx-note" }, this.fingers, this.counts, " ", this.sentences);
  }

  /**
   * @param {Projection} projection
   * @param {number} shown how many points are in view
   * @param {string | null} about in place of that of the model's own projection
   */
  show(projection, shown, about) {
    const { data, deterministic } = this.manifest;
    this.fingers.textContent = TEXT.fingers(projection.axes.length > 2);
    this.counts.textContent = TEXT.counts(shown, data);
    const { marker, betweenDots, landmarks } = projection;
    const isTouch = window.matchMedia("(hover: none)").matches;
    this.sentences.textContent = [
      about ?? projection.about,
      about === null ? placedCaption(landmarks, data.count) : "",
      deterministic ? TEXT.code(data) : TEXT.mean(data),
      marker,
      betweenDots,
      isTouch ? TEXT.touch : TEXT.mouse,
    ]
      .filter(Boolean)
      .join(" ");
  }
}
