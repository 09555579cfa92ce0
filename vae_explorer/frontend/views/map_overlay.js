// What floats over the points: the marker of the code in Morph, the ring around a point, and its card.
//
// These are elements over the chart and not traces in it: they move with the pointer, and Plotly takes a tenth of a
// second to redraw a trace.

import { button, element } from "../dom.js";
import { SIDE } from "../model.js";
import { pictureContext } from "../paint.js";

/** @typedef {import("./map_chart.js").Frame} Frame */
/** @typedef {[number, number]} Place data coordinates */

/**
 * What the card says of a point.
 * @typedef {object} CardContent
 * @property {string} title
 * @property {string} detail
 * @property {string} colour of its class
 * @property {((context: CanvasRenderingContext2D) => void) | null} draw its 28x28 picture, null while there is none
 */

const CARD_GAP = 14;

export class MapOverlay {
  /**
   * @param {HTMLElement} stage
   * @param {{open: string, marker: string}} text
   * @param {() => void} onOpen the card's button was pressed
   */
  constructor(stage, text, onOpen) {
    this.stage = stage;
    this.marker = element("div", {
      class: "vx-map-marker",
      attributes: { role: "img", "aria-label": text.marker, hidden: true },
    });
    this.ring = element("div", { class: "vx-map-ring", attributes: { hidden: true } });
    this.plot = element("div", { class: "vx-map-overlay" }, this.marker, this.ring);

    const canvas = element("canvas", { class: "vx-map-picture", attributes: { "aria-hidden": "true" } });
    this.picture = pictureContext(canvas);
    this.title = element("strong");
    this.detail = element("span", { class: "vx-note" });
    this.button = button(text.open, onOpen);
    const words = element("div", { class: "vx-map-names" }, this.title, this.detail, this.button);
    this.card = element("div", { class: "vx-map-card", attributes: { hidden: true } }, canvas, words);
    stage.append(this.plot, this.card);
  }

  /** @param {CardContent} content */
  fill({ title, detail, colour, draw }) {
    this.title.textContent = title;
    this.detail.textContent = detail;
    this.card.style.setProperty("--vx-class", colour);
    this.picture.fillStyle = "#000";
    this.picture.fillRect(0, 0, SIDE, SIDE);
    draw?.(this.picture);
  }

  /**
   * Puts everything where it belongs in the present view.
   * @param {Frame} frame
   * @param {Place | null} marker
   * @param {Place | null} point the card's point
   * @param {boolean} pinned whether the card stays, with a button in it
   */
  place(frame, marker, point, pinned) {
    const across = frame.width / (frame.x[1] - frame.x[0]), up = frame.height / (frame.y[1] - frame.y[0]);
    /** @param {Place} place @returns {Place} pixels in the frame */
    const pixels = ([x, y]) => [(x - frame.x[0]) * across, (frame.y[1] - y) * up];

    const { style } = this.plot;
    style.left = `${frame.left}px`;
    style.top = `${frame.top}px`;
    style.width = `${frame.width}px`;
    style.height = `${frame.height}px`;
    this.marker.hidden = !marker;
    if (marker) moveTo(this.marker, ...pixels(marker));

    const at = point && pixels(point);
    const inView = at !== null && at[0] >= 0 && at[1] >= 0 && at[0] <= frame.width && at[1] <= frame.height;
    this.ring.hidden = this.card.hidden = !inView;
    if (!inView) return;
    moveTo(this.ring, ...at);
    this.button.hidden = !pinned;
    this.card.classList.toggle("vx-pinned", pinned);
    moveTo(this.card, ...this.#beside(frame.left + at[0], frame.top + at[1]));
  }

  /**
   * A place for the card in the stage: right of a point, left of it, or else above or below, never over it.
   * @param {number} left
   * @param {number} top
   * @returns {Place}
   */
  #beside(left, top) {
    const { clientWidth, clientHeight } = this.stage;
    const { offsetWidth, offsetHeight } = this.card;
    /** @param {number} value @param {number} most */
    const within = (value, most) => Math.max(0, Math.min(most, value));
    const middle = within(top - offsetHeight / 2, clientHeight - offsetHeight);
    if (left + CARD_GAP + offsetWidth <= clientWidth) return [left + CARD_GAP, middle];
    if (left - CARD_GAP - offsetWidth >= 0) return [left - CARD_GAP - offsetWidth, middle];
    const above = top - CARD_GAP - offsetHeight;
    return [within(left - offsetWidth / 2, clientWidth - offsetWidth), above >= 0 ? above : top + CARD_GAP];
  }

  destroy() {
    this.plot.remove();
    this.card.remove();
  }
}

/** @param {HTMLElement} element @param {number} x @param {number} y */
function moveTo(element, x, y) {
  element.style.transform = `translate(${Math.round(x * 2) / 2}px, ${Math.round(y * 2) / 2}px)`;
}
