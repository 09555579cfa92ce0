// One Plotly plot: brings Plotly in, keeps the order of what is asked of it, and draws anew when a graphics card has
// let go of what it held.

import { loadPlotly } from "../../plotly.js";

/** @typedef {import("../../plotly.js").Plotly} Plotly */
/** @typedef {import("../../plotly.js").PlotlyElement} PlotlyElement */

export class MapPlot {
  /** @type {Plotly | null} set once Plotly has drawn */
  #plotly = null;
  #destroyed = false;
  #recovering = false;
  /** The order of everything asked of Plotly, which draws in its own time. */
  #queue = Promise.resolve();

  /**
   * @param {HTMLElement} parent
   * @param {(plotly: Plotly) => Promise<unknown>} create draws everything
   * @param {() => ((plotly: Plotly) => Promise<unknown>)} keepView notes the view; what it returns goes back there
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
   * Brings Plotly in. May be called again after it failed.
   * @param {string} url
   */
  async start(url) {
    // The script blocks the page while it runs: let what is there reach the screen first.
    await painted();
    const plotly = await loadPlotly(url);
    if (this.#destroyed) return;
    await this.create(plotly);
    if (this.#destroyed) return plotly.purge(this.element);
    this.#plotly = plotly;
  }

  /** @param {(plotly: Plotly) => Promise<unknown>} request */
  ask(request) {
    this.#queue = this.#queue.then(async () => {
      if (this.#destroyed || !this.#plotly) return;
      // One refused request (an element out of view, say) must not stop those after it.
      await request(this.#plotly).catch((error) => console.warn("The map could not be redrawn.", error));
    });
  }

  destroy() {
    this.#destroyed = true;
    // Frees the WebGL contexts, of which a page has few.
    this.#plotly?.purge(this.element);
    this.element.remove();
  }

  /** A graphics card lets go of what it holds when a laptop sleeps, for one: draws everything anew, in place. */
  #recover() {
    if (this.#recovering || this.#destroyed) return;
    this.#recovering = true; // one loss is told by each of Plotly's canvases
    this.ask(async (plotly) => {
      const goBack = this.keepView();
      plotly.purge(this.element);
      await this.create(plotly);
      await goBack(plotly);
      this.#recovering = false;
    });
  }
}

/** Resolves once the browser has painted what the page holds now, or soon after in a page that is not in view. */
function painted() {
  return new Promise((resolve) => {
    const late = setTimeout(resolve, 250);
    requestAnimationFrame(() => {
      clearTimeout(late);
      setTimeout(resolve);
    });
  });
}
