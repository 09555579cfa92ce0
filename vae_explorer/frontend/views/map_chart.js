// The scatter itself: a quick drawing on a bare canvas, then Plotly over the same place.
//
// Plotly takes one to two seconds to arrive and draw; the canvas shows every point after two tenths. Both lie in the
// same frame, so nothing moves when one replaces the other, and whoever asks for `frame()` need not know which it is.

import { hasWebgl, loadPlotly } from "../plotly.js";
import { withEqualUnits } from "../placement.js";
import { paintPoints } from "./map_preview.js";

/** @typedef {import("../placement.js").Plane} Plane */
/** @typedef {import("../placement.js").Extent} Extent */
/** @typedef {import("../plotly.js").Plotly} Plotly */
/** @typedef {import("../plotly.js").PlotlyLayout} PlotlyLayout */

/**
 * What is drawn.
 * @typedef {object} Drawing
 * @property {Plane} plane
 * @property {Extent} home what is in view after a reset, before it is widened to equal units
 * @property {{x: string, y: string} | null} axes titles of the axes, null for a map whose axes mean nothing
 * @property {string[]} colours (N,)
 * @property {(index: number) => boolean} shows
 */

/**
 * Where the plot lies in its element, in pixels, and which part of the plane is in view.
 * @typedef {{left: number, top: number, width: number, height: number, x: [number, number], y: [number, number]}} Frame
 */

const POINT_SIZE = 4.5;
const POINT_OPACITY = 0.75;
const MARGIN_WITH_AXES = { l: 46, r: 6, t: 6, b: 42 };
const MARGIN_WITHOUT = { l: 6, r: 6, t: 6, b: 6 };

export class MapChart {
  /** @type {Plotly | null} set once Plotly has drawn */
  #plotly = null;
  /** @type {Drawing} */
  #drawing;
  /** @type {Drawing | null} what Plotly was last asked to draw */
  #asked = null;
  #destroyed = false;
  #type = "scattergl";
  /** @type {Extent | null} the view after the last reset, to tell whether a hand has moved it since */
  #reset = null;
  #recovering = false;
  /** The order of everything asked of Plotly, which draws in its own time. */
  #queue = Promise.resolve();

  /**
   * @param {HTMLDivElement} element filled by the chart; its size is the chart's size
   * @param {Drawing} drawing
   * @param {() => void} onMove called whenever the frame has changed
   */
  constructor(element, drawing, onMove) {
    this.element = element;
    this.onMove = onMove;
    this.#drawing = drawing;
    this.preview = document.createElement("canvas");
    this.preview.className = "vx-map-preview";
    /** @type {import("../plotly.js").PlotlyElement} */
    this.plot = document.createElement("div");
    this.plot.className = "vx-map-plotly";
    this.plot.addEventListener("webglcontextlost", () => this.#recover(), { capture: true });
    element.append(this.preview, this.plot);
    this.#paintPreview();
  }

  /**
   * Brings Plotly in. May be called again after it failed.
   * @param {string} url
   */
  async start(url) {
    // The script blocks the page while it runs: let the preview reach the screen first.
    await painted();
    const plotly = await loadPlotly(url);
    if (this.#destroyed) return;
    await this.#create(plotly);
    if (this.#destroyed) return plotly.purge(this.plot);
    this.#plotly = plotly;
    this.preview.remove();
    // What has changed while Plotly drew.
    this.draw(this.#drawing);
    const { width, height } = /** @type {PlotlyLayout} */ (this.plot._fullLayout);
    if (width !== this.element.clientWidth || height !== this.element.clientHeight) this.resize();
    this.onMove();
  }

  /** @param {Plotly} plotly */
  async #create(plotly) {
    // SVG is slow with so many points, but it is a map, where a machine without WebGL would show an empty frame.
    this.#type = hasWebgl() ? "scattergl" : "scatter";
    this.#asked = this.#drawing;
    await plotly.newPlot(this.plot, [this.#trace()], this.#layout(), {
      displaylogo: false,
      displayModeBar: true,
      modeBarButtons: [["pan2d", "zoom2d"], ["zoomIn2d", "zoomOut2d", this.#resetButton(plotly)]],
      scrollZoom: true,
      doubleClick: false, // it would go back to the ranges of the first projection
      showTips: false,
      plotGlPixelRatio: window.devicePixelRatio, // Plotly's own 2 looks the same and may take longer
    });
    this.plot.on?.("plotly_doubleclick", () => this.reset());
    for (const event of ["plotly_relayouting", "plotly_relayout", "plotly_afterplot"]) {
      this.plot.on?.(event, this.onMove);
    }
  }

  /** A graphics card lets go of what it holds when a laptop sleeps, for one: draws everything anew, in place. */
  #recover() {
    if (this.#recovering) return;
    this.#recovering = true; // one loss is told by each of Plotly's canvases
    this.#ask(async (plotly) => {
      const { x, y } = this.frame();
      plotly.purge(this.plot);
      await this.#create(plotly);
      await this.#goTo(plotly, { x, y });
      this.#recovering = false;
    });
  }

  /**
   * Another projection, or other classes in view.
   * @param {Drawing} drawing
   */
  draw(drawing) {
    this.#drawing = drawing;
    if (!this.#plotly) {
      this.#paintPreview();
      this.onMove();
      return;
    }
    this.#ask(async (plotly) => {
      // By the time Plotly is free somebody may have asked for something newer, or have got it already.
      if (this.#asked === this.#drawing) return;
      const moved = this.#asked?.plane !== this.#drawing.plane;
      this.#asked = this.#drawing;
      const { x, y, marker } = this.#trace();
      const trace = { x: [x], y: [y], "marker.color": [marker.color] };
      if (moved) await plotly.update(this.plot, trace, this.#layout(), [0]);
      else await plotly.restyle(this.plot, trace, [0]);
    });
  }

  /** To be called when the element has another size. */
  resize() {
    if (this.#plotly) {
      this.#ask(async (plotly) => {
        const whole = this.#isWhole();
        await plotly.Plots.resize(this.plot);
        if (whole) await this.#goHome(plotly);
      });
    } else {
      this.#paintPreview();
      this.onMove();
    }
  }

  /**
   * Zooms around the middle of the view.
   * @param {number} factor above 1 comes nearer
   */
  zoom(factor) {
    this.#ask((plotly) => {
      const { x, y } = this.frame();
      /** @param {[number, number]} range @returns {[number, number]} */
      const nearer = ([low, high]) => {
        const middle = (low + high) / 2, half = (high - low) / 2 / factor;
        return [middle - half, middle + half];
      };
      return this.#goTo(plotly, { x: nearer(x), y: nearer(y) });
    });
  }

  /** Shows the whole map again. */
  reset() {
    this.#ask((plotly) => this.#goHome(plotly));
  }

  /** @returns {Frame} */
  frame() {
    const layout = this.#plotly && this.plot._fullLayout;
    if (!layout) return { ...this.#area(), ...this.#home() };
    // Plotly keeps `range` up to date while a hand is panning.
    const { xaxis, yaxis } = layout;
    return {
      left: xaxis._offset,
      top: yaxis._offset,
      width: xaxis._length,
      height: yaxis._length,
      x: xaxis.range,
      y: yaxis.range,
    };
  }

  destroy() {
    this.#destroyed = true;
    // Frees the WebGL contexts, of which a page has few.
    this.#plotly?.purge(this.plot);
    this.preview.remove();
    this.plot.remove();
  }

  /** @param {(plotly: Plotly) => Promise<unknown>} request */
  #ask(request) {
    this.#queue = this.#queue.then(async () => {
      if (this.#destroyed || !this.#plotly) return;
      // One refused request (an element out of view, say) must not stop those after it.
      await request(this.#plotly).catch((error) => console.warn("The map could not be redrawn.", error));
    });
  }

  /** @param {Plotly} plotly @param {Extent} view */
  #goTo(plotly, view) {
    return plotly.relayout(this.plot, { "xaxis.range": view.x, "yaxis.range": view.y });
  }

  /** @param {Plotly} plotly */
  #goHome(plotly) {
    this.#reset = this.#home();
    return this.#goTo(plotly, this.#reset);
  }

  /** Whether all of the map is in view, as after a reset. */
  #isWhole() {
    const { x } = this.frame(), home = this.#reset?.x;
    return home !== undefined && Math.hypot(x[0] - home[0], x[1] - home[1]) < 1e-3 * (home[1] - home[0]);
  }

  /** @param {Plotly} plotly */
  #resetButton(plotly) {
    return { name: "reset", title: "Reset view", icon: plotly.Icons.home, click: () => this.reset() };
  }

  #margin() {
    return this.#drawing.axes ? MARGIN_WITH_AXES : MARGIN_WITHOUT;
  }

  /** The plot's place inside the element, as Plotly will compute it from the margins. */
  #area() {
    const { l, r, t, b } = this.#margin();
    return {
      left: l,
      top: t,
      width: Math.max(1, this.element.clientWidth - l - r),
      height: Math.max(1, this.element.clientHeight - t - b),
    };
  }

  #home() {
    const { width, height } = this.#area();
    return withEqualUnits(this.#drawing.home, width, height);
  }

  /** One trace in the test set's order: with one a class, the last class would lie over all the others. */
  #trace() {
    const { plane, colours, shows } = this.#drawing;
    /** @type {number[]} */
    const x = [];
    /** @type {number[]} */
    const y = [];
    /** @type {string[]} */
    const color = [];
    for (let i = 0; i < colours.length; i++) {
      if (!shows(i)) continue;
      x.push(plane.x[i]);
      y.push(plane.y[i]);
      color.push(colours[i]);
    }
    return {
      type: this.#type,
      mode: "markers",
      x,
      y,
      hoverinfo: "skip",
      marker: { size: POINT_SIZE, opacity: POINT_OPACITY, color, line: { width: 0 } },
    };
  }

  /** Colours of axes and tool bar are the style sheet's, so that a change of theme redraws nothing here. */
  #layout() {
    const { axes } = this.#drawing;
    const home = (this.#reset = this.#home());
    /** @param {string | undefined} title @param {[number, number]} range */
    const axis = (title, range) => ({
      title: { text: title ?? "", standoff: 6, font: { size: 12 } },
      range,
      showgrid: axes !== null,
      zeroline: axes !== null,
      showticklabels: axes !== null,
      tickfont: { size: 11 },
    });
    return {
      margin: this.#margin(),
      xaxis: axis(axes?.x, home.x),
      yaxis: { ...axis(axes?.y, home.y), scaleanchor: "x" },
      dragmode: "pan",
      hovermode: false, // Plotly's own hover is a third as fast as this project's
      showlegend: false,
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      modebar: { bgcolor: "rgba(0,0,0,0)" },
      font: { family: "inherit" },
    };
  }

  #paintPreview() {
    paintPoints(this.preview, this.frame(), this.#drawing, POINT_SIZE, POINT_OPACITY);
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
