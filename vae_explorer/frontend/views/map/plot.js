// One Plotly plot: loads Plotly, keeps requests in order, and redraws after the graphics card has lost its contents.

import { loadPlotly } from "../../plotly.js";

/** @typedef {import("../../plotly.js").Plotly} Plotly */
/** @typedef {import("../../plotly.js").PlotlyElement} PlotlyElement */

export class MapPlot {
  /** @type {Plotly | null} set once Plotly has drawn */
  #plotly = null;
  #destroyed = false;
  #recovering = false;
  /** Requests in order: Plotly draws asynchronously. */
  #queue = Promise.resolve();
  /** @type {((plotly: Plotly) => Promise<unknown>) | null} */
  #latest = null;

  /**
   * @param {HTMLElement} parent
   * @param {(plotly: Plotly) => Promise<unknown>} create draws everything
   * @param {() => ((plotly: Plotly) => Promise<unknown>)} keepView notes the view; returns a function that restores it
   */
  constructor(parent, create, keepView) {
    this.create = create;
    this.keepView = keepView;
    /** @type {PlotlyElement} */
    this.element = document.createElement("div");
    this.element.className = "vx-map-plotly";
    this.element.addEventListener("webglcontextlost", () => this.#recover(), { capture: true });
    parent.append(this.element);
  }

  /** Whether Plotly has drawn. */
  get drawn() {
    return this.#plotly !== null;
  }

  /**
   * Loads Plotly and draws. May be called again after it failed.
   * @param {string} url
   */
  async start(url) {
    // The script blocks the page while it runs: let the browser paint first.
    await painted();
    const plotly = await loadPlotly(url);
    if (this.#destroyed) return;
    await this.create(plotly);
    if (this.#destroyed) return plotly.purge(this.element);
    this.#plotly = plotly;
  }

  /** @param {(plotly: Plotly) => Promise<unknown>} work */
  request(work) {
    this.#queue = this.#queue.then(async () => {
      if (this.#destroyed || !this.#plotly) return;
      // One failed request (an element out of view, say) must not stop those after it.
      await work(this.#plotly).catch((error) => {
        // Work that takes several steps finds nothing to draw on when the visitor has left the map meanwhile.
        if (!this.#destroyed) console.warn("The map could not be redrawn.", error);
      });
    });
  }

  /** As `request`; what waits is no longer wanted when the next comes. @param {(plotly: Plotly) => Promise<unknown>} work */
  requestLatest(work) {
    const isWaiting = this.#latest !== null;
    this.#latest = work;
    if (isWaiting) return;
    this.request(async (plotly) => {
      const latest = this.#latest;
      this.#latest = null;
      await latest?.(plotly);
    });
  }

  destroy() {
    this.#destroyed = true;
    // Frees the WebGL contexts, of which a page has few.
    this.#plotly?.purge(this.element);
    this.element.remove();
  }

  /** Redraws everything in place: a graphics card loses its contents when a laptop sleeps, for example. */
  #recover() {
    if (this.#recovering || this.#destroyed) return;
    this.#recovering = true; // each of Plotly's canvases reports the same loss
    this.request(async (plotly) => {
      const restoreView = this.keepView();
      plotly.purge(this.element);
      await this.create(plotly);
      await restoreView(plotly);
      this.#recovering = false;
    });
  }
}

/** Resolves once the browser has painted the page as it is now, or soon after if the page is hidden. */
function painted() {
  return new Promise((resolve) => {
    const late = setTimeout(resolve, 250);
    requestAnimationFrame(() => {
      clearTimeout(late);
      setTimeout(resolve);
    });
  });
}
