// What floats over the points: the marker of the code in Morph, the ring around the target, smaller ones around its
// nearest codes, the selected points with a letter at their mean, and the line that selects.
//
// These are elements over the chart and not traces in it: they move with the pointer, and Plotly takes a tenth of a
// second to redraw a trace.

import { element } from "../../dom.js";
import { clamp } from "../../numbers.js";
import { inView, pixelsOf } from "./points.js";

/** @typedef {import("./chart.js").Frame} Frame */
/** @typedef {[number, number]} Position data coordinates */

const TEXT = { marker: "The code in Morph" };

const CARD_GAP = 14;
const TOOLS_HEIGHT = 52; // the tools lie along the upper edge, pixels
const MARKER_REACH = 25; // of a finger, from its middle, pixels
const SELECTED_SIZE = 7;
const FEW = 200; // more selected points are outlined more faintly

/** @typedef {{letter: string, points: Position[], mean: Position}} Outline */

export class MapOverlay {
  /** @type {Position} where in the stage the card points to, pixels */
  #anchor = [0, 0];
  /** Sizes as last observed: reading them while the pointer moves would lay the page out twice per frame. */
  #stageSize = { width: 0, height: 0 };
  #cardSize = { width: 0, height: 0 };

  /**
   * @param {HTMLElement} stage
   * @param {HTMLElement} card
   */
  constructor(stage, card) {
    this.stage = stage;
    this.card = card;
    this.selected = element("canvas", { class: "vx-map-selected", attributes: { "aria-hidden": "true" } });
    this.badges = element("div", { attributes: { "aria-hidden": "true" } });
    this.nearest = element("div");
    this.marker = element("div", {
      class: "vx-map-marker",
      attributes: { role: "img", "aria-label": TEXT.marker, hidden: true },
    });
    this.ring = element("div", { class: "vx-map-ring", attributes: { hidden: true } });
    this.plot = element(
      "div",
      { class: "vx-map-overlay" },
      this.selected,
      this.nearest,
      this.badges,
      this.marker,
      this.ring,
    );
    stage.append(this.plot);
    this.resizing = new ResizeObserver((entries) => {
      for (const { target } of entries) {
        if (target === stage) this.#stageSize = { width: stage.clientWidth, height: stage.clientHeight };
        else if (!card.hidden) this.#cardSize = { width: card.offsetWidth, height: card.offsetHeight };
      }
      moveTo(card, ...this.#beside(...this.#anchor));
    });
    this.resizing.observe(stage);
    this.resizing.observe(card);
  }

  /**
   * Positions everything but the selections in the current view.
   * @param {Frame} frame
   * @param {Position | null} marker
   * @param {Position | null} target where the ring and the card belong
   * @param {Position[]} nearest
   * @param {boolean} pinned whether the card stays
   */
  place(frame, marker, target, nearest, pinned) {
    const { style } = this.plot;
    style.left = `${frame.left}px`;
    style.top = `${frame.top}px`;
    style.width = `${frame.width}px`;
    style.height = `${frame.height}px`;
    this.marker.hidden = !marker;
    if (marker) moveTo(this.marker, ...pixelsOf(frame, marker));

    const shown = target !== null && inView(frame, target);
    this.ring.hidden = this.card.hidden = !shown;
    while (this.nearest.children.length > nearest.length) this.nearest.lastChild?.remove();
    while (this.nearest.children.length < nearest.length) this.nearest.append(element("div", { class: "vx-map-near" }));
    nearest.forEach((position, n) => {
      moveTo(/** @type {HTMLElement} */ (this.nearest.children[n]), ...pixelsOf(frame, position));
    });
    if (!shown) return;
    const at = pixelsOf(frame, target);
    moveTo(this.ring, ...at);
    this.card.classList.toggle("vx-pinned", pinned);
    this.#anchor = [frame.left + at[0], frame.top + at[1]];
    moveTo(this.card, ...this.#beside(...this.#anchor));
  }

  /** Whether a finger at a position of the window is on the marker. @param {number} x @param {number} y */
  isOnMarker(x, y) {
    if (this.marker.hidden) return false;
    const { left, right, top, bottom } = this.marker.getBoundingClientRect();
    return Math.hypot(x - (left + right) / 2, y - (top + bottom) / 2) <= MARKER_REACH;
  }

  /**
   * @param {Frame} frame
   * @param {Outline[]} selections
   */
  placeSelections(frame, selections) {
    this.badges.replaceChildren(
      ...selections.map(({ letter, mean }) => {
        const badge = element("div", { class: "vx-map-badge", text: letter });
        moveTo(badge, ...pixelsOf(frame, mean));
        return badge;
      }),
    );
    const density = selections.length ? window.devicePixelRatio || 1 : 0; // no pixels without selections
    this.selected.width = Math.round(frame.width * density);
    this.selected.height = Math.round(frame.height * density);
    const context = this.selected.getContext("2d");
    if (!context || !density) return;
    context.scale(density, density);
    context.strokeStyle = getComputedStyle(this.stage).color;
    for (const { letter, points } of selections) {
      context.globalAlpha = points.length < FEW ? 0.8 : 0.35;
      context.beginPath();
      for (const point of points) {
        const [x, y] = pixelsOf(frame, point);
        // Rings for A, squares for B: the two may overlap.
        if (letter === "A") {
          context.moveTo(x + SELECTED_SIZE / 2, y);
          context.arc(x, y, SELECTED_SIZE / 2, 0, 2 * Math.PI);
        } else context.rect(x - SELECTED_SIZE / 2, y - SELECTED_SIZE / 2, SELECTED_SIZE, SELECTED_SIZE);
      }
      context.stroke();
    }
  }

  /**
   * Where to put the card in the stage: right of a point, left of it, or else above or below, never over it.
   * @param {number} left
   * @param {number} top
   * @returns {Position}
   */
  #beside(left, top) {
    const stage = this.#stageSize,
      card = this.#cardSize;
    const middle = Math.max(TOOLS_HEIGHT, clamp(top - card.height / 2, 0, stage.height - card.height));
    if (left + CARD_GAP + card.width <= stage.width) return [left + CARD_GAP, middle];
    if (left - CARD_GAP - card.width >= 0) return [left - CARD_GAP - card.width, middle];
    const above = top - CARD_GAP - card.height;
    return [clamp(left - card.width / 2, 0, stage.width - card.width), above >= TOOLS_HEIGHT ? above : top + CARD_GAP];
  }

  destroy() {
    this.resizing.disconnect();
    this.plot.remove();
  }
}

/** @param {HTMLElement} element @param {number} x @param {number} y */
function moveTo(element, x, y) {
  element.style.transform = `translate(${Math.round(x * 2) / 2}px, ${Math.round(y * 2) / 2}px)`;
}
