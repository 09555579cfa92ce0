// The frame that the map is drawn in: what takes pointers and keys, the tools, and what is said while nothing is there.

import { element, errorBox } from "../../dom.js";
import { listen } from "./input.js";
import { MapLasso } from "./lasso.js";
import { MapTools } from "./tools.js";

/** @typedef {import("../../types.js").Manifest} Manifest */

const TEXT = {
  loading: "Loading the map…",
  retry: "Try again",
  /** @param {Manifest["data"]} data */
  region: ({ count, split, nouns }) =>
    `Map of ${count.toLocaleString("en")} ${split} ${nouns}. Arrow keys go from point to point, Enter opens one in ` +
    "Morph, plus and minus zoom, 0 shows the whole map.",
};

/** @typedef {import("./input.js").MapHands & {lassoed: (corners: [number, number][]) => void}} StageHands */

export class MapStage {
  /**
   * @param {Manifest} manifest
   * @param {StageHands} hands
   */
  constructor(manifest, hands) {
    this.canvas = element("div", { class: "vx-map-chart" });
    this.waiting = element("p", { class: "vx-map-waiting vx-note", text: TEXT.loading });
    this.problem = element("div", { class: "vx-map-problem" });
    this.lasso = new MapLasso(hands.lassoed, hands.zoom);
    this.tools = new MapTools({ take: (tool) => this.lasso.take(tool), zoom: hands.zoom, reset: hands.reset });
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
    this.spoken = element("p", { class: "vx-map-spoken", attributes: { "aria-live": "polite" } });
    this.stopListening = listen(this.root, hands);
  }

  /** @param {boolean} busy whether the map is still to come */
  set busy(busy) {
    this.root.setAttribute("aria-busy", String(busy));
  }

  /** Resolves once the frame has a size: a view may be mounted in a tab that is not in view. */
  sized() {
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
        this.forgive();
        retry();
      }),
    );
  }

  /** Takes down what has been said of a failure. */
  forgive() {
    this.problem.replaceChildren();
  }

  destroy() {
    this.stopListening();
  }
}
