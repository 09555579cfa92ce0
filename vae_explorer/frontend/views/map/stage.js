// The frame that the map is drawn in: it takes pointers and keys, and holds the tools, the loading note and errors.

import { element, errorBox } from "../../dom.js";
import { formatCount } from "../../text.js";
import { listen } from "./input.js";
import { listenToFingers } from "../shared/fingers.js";
import { MapLasso } from "./lasso.js";
import { MapTools } from "./tools.js";
import { shareWheel } from "./wheel.js";

/** @typedef {import("../../types.js").Manifest} Manifest */

const TEXT = {
  loading: "Loading the map…",
  retry: "Try again",
  /** @param {Manifest["data"]} data */
  region: ({ count, split, nouns }) =>
    `Map of ${formatCount(count)} ${split} ${nouns}. Arrow keys move from point to point, Enter opens one in ` +
    "Morph, plus and minus zoom, 0 shows the whole map.",
};

/** @typedef {import("../shared/fingers.js").Grip} Grip */

/**
 * @typedef {import("./input.js").InputCallbacks & {
 *   onLasso: (corners: [number, number][]) => void,
 *   hold: () => ((grip: Grip) => void) | undefined,
 *   isOnMarker: (x: number, y: number) => boolean,
 * }} StageCallbacks
 *   `hold`: fingers take hold of the map, and move it by what is returned; `isOnMarker`: of a position in the window
 */

export class MapStage {
  /**
   * @param {Manifest} manifest
   * @param {StageCallbacks} callbacks
   */
  constructor(manifest, callbacks) {
    this.canvas = element("div", { class: "vx-map-chart" });
    this.waiting = element("p", { class: "vx-map-waiting vx-note", text: TEXT.loading });
    this.problem = element("div", { class: "vx-map-problem" });
    this.lasso = new MapLasso(callbacks.onLasso, callbacks.zoom);
    this.tools = new MapTools({ use: (tool) => this.lasso.use(tool), zoom: callbacks.zoom, reset: callbacks.reset });
    this.root = element(
      "div",
      {
        class: "vx-map-stage",
        attributes: { role: "application", tabindex: 0, "aria-label": TEXT.region(manifest.data), "aria-busy": "true" },
      },
      this.canvas,
      this.waiting,
      this.problem,
      this.lasso.sheet,
      this.tools.root,
    );
    this.announcement = element("p", { class: "vx-map-announcement", attributes: { "aria-live": "polite" } });
    this.stopListening = listen(this.root, callbacks);
    /** @type {((grip: Grip) => void) | undefined} */
    let moveMap;
    this.stopFingers = listenToFingers(this.canvas, {
      isOnHandle: ({ touches: [{ clientX, clientY }] }) => callbacks.isOnMarker(clientX, clientY),
      begin: () => (moveMap = callbacks.hold()),
      move: (grip) => moveMap?.(grip),
      end: () => (moveMap = undefined),
    });
    this.stopSharing = shareWheel(this.root);
  }

  /** @param {boolean} busy whether the map is still loading */
  set busy(busy) {
    this.root.setAttribute("aria-busy", String(busy));
  }

  /** Resolves once the frame has a size: a view may be mounted in a hidden tab. */
  whenSized() {
    return new Promise((resolve) => {
      const observer = new ResizeObserver(() => {
        if (!this.root.clientWidth || !this.root.clientHeight) return;
        observer.disconnect();
        resolve(undefined);
      });
      observer.observe(this.root);
    });
  }

  /** @param {unknown} error @param {() => void} retry */
  fail(error, retry) {
    this.waiting.hidden = true;
    this.busy = false;
    this.problem.replaceChildren(
      errorBox(error, TEXT.retry, () => {
        this.clearProblem();
        retry();
      }),
    );
  }

  /** Removes the error message. */
  clearProblem() {
    this.problem.replaceChildren();
  }

  destroy() {
    this.stopListening();
    this.stopFingers();
    this.stopSharing();
  }
}
