// The scatter itself: a quick drawing on a bare canvas, then Plotly over the same area.
//
// Plotly takes one to two seconds to load and draw; the canvas shows every point after 0.2 s. Both use the same frame, so
// nothing moves when one replaces the other, and callers of `frame()` need not know which it is.

import { hasWebgl } from "../../plotly.js";
import { withEqualUnits } from "../../space/placement.js";
import { paintPoints } from "../shared/dots.js";
import { planeLayout, textScale, textSizes } from "./axes.js";
import { movedView } from "./grip.js";
import { MapPlot } from "./plot.js";
import { MapPoints } from "./points.js";
import { POINT_OPACITY, pointSize, shownColumns } from "./trace.js";
import { extentOfText, extentText } from "./view_text.js";

/** @typedef {import("../../space/placement.js").Cloud} Cloud */
/** @typedef {import("../../space/placement.js").Extent} Extent */
/** @typedef {import("../../plotly.js").Plotly} Plotly */
/** @typedef {import("../../plotly.js").PlotlyLayout} PlotlyLayout */

/**
 * What is drawn.
 * @typedef {object} Drawing
 * @property {Cloud} plane where the points lie
 * @property {{x: string, y: string, z?: string} | null} axes titles of the axes, null if they mean nothing
 * @property {string[]} colours (N,)
 * @property {(index: number) => boolean} shows
 */

/**
 * Where the plot lies in its element, in pixels, and which part of the plane is in view.
 * @typedef {{left: number, top: number, width: number, height: number, x: [number, number], y: [number, number]}} Frame
 */

/**
 * A chart in two dimensions or three. Either way, its points lie on a plane, part of which is in view in a frame.
 * @typedef {object} Chart
 * @property {(url: string) => Promise<void>} start loads Plotly and draws; may be called again after it failed
 * @property {(drawing: Drawing) => void} draw with other colours or visible points, of the same cloud or another
 * @property {() => void} resize to be called when the element's size has changed
 * @property {(factor: number) => void} zoom around the centre; above 1 zooms in
 * @property {() => (grip: import("../shared/fingers.js").Grip) => void} hold takes hold of the map as it is; what is
 *   returned moves it with the fingers
 * @property {() => void} reset shows the whole map again
 * @property {() => string} view what is in view, as view_text.js writes it; "" for the whole map
 * @property {(view: string) => void} show goes there
 * @property {(coordinates: number[]) => void} bringIntoView
 * @property {() => Frame} frame
 * @property {() => MapPoints} points on the plane of the frame
 * @property {(coordinates: number[]) => [number, number]} onPlane the position on that plane of a point of the cloud
 * @property {() => void} destroy
 */

const MARGIN_WITH_AXES = { l: 46, r: 6, t: 6, b: 42 };
const MARGIN_WITHOUT = { l: 6, r: 6, t: 6, b: 6 };

/** @implements {Chart} */
export class MapChart {
  /** @type {Drawing} */
  #drawing;
  /** @type {Drawing | null} what Plotly was last asked to draw */
  #requested = null;
  #type = "scattergl";
  /** @type {Extent | null} the view after the last reset, to tell whether it has been moved since */
  #reset = null;
  /** @type {Extent | null} the view to draw first, if it is not the whole */
  #begin = null;
  /** @type {MapPoints} */
  #points;

  /**
   * @param {HTMLDivElement} element filled by the chart; its size is the chart's size
   * @param {Drawing} drawing
   * @param {() => void} onMove called whenever the frame has changed
   */
  constructor(element, drawing, onMove) {
    this.element = element;
    this.onMove = onMove;
    this.#drawing = drawing;
    this.#points = new MapPoints(drawing.plane);
    this.preview = document.createElement("canvas");
    this.preview.className = "vx-map-preview";
    element.append(this.preview);
    this.plot = new MapPlot(
      element,
      (plotly) => this.#create(plotly),
      () => {
        const { x, y } = this.frame();
        return (plotly) => this.#goTo(plotly, { x, y });
      },
    );
    this.#paintPreview();
  }

  /** @param {string} url */
  async start(url) {
    await this.plot.start(url);
    if (!this.plot.drawn) return;
    this.preview.remove();
    // Whatever has changed while Plotly drew.
    this.draw(this.#drawing);
    const { width, height } = /** @type {PlotlyLayout} */ (this.plot.element._fullLayout);
    if (width !== this.element.clientWidth || height !== this.element.clientHeight) this.resize();
    this.onMove();
  }

  /** @param {Plotly} plotly */
  async #create(plotly) {
    // Without WebGL the gl trace would stay blank; SVG is slow with so many points, but it shows them.
    this.#type = hasWebgl() ? "scattergl" : "scatter";
    this.#requested = this.#drawing;
    const { element } = this.plot;
    await plotly.newPlot(element, [this.#trace()], this.#layout(), {
      displayModeBar: false, // the map's own tools do that, in three dimensions too
      scrollZoom: true,
      doubleClick: false, // it would go back to the ranges of the first projection
      showTips: false,
      plotGlPixelRatio: window.devicePixelRatio, // Plotly's default of 2 looks the same and may be slower
    });
    for (const event of ["plotly_relayouting", "plotly_relayout", "plotly_afterplot"]) {
      element.on?.(event, this.onMove);
    }
  }

  /** @param {Drawing} drawing */
  draw(drawing) {
    if (drawing.plane !== this.#drawing.plane) {
      this.#points = new MapPoints(drawing.plane);
      this.#begin = null;
    }
    this.#drawing = drawing;
    if (!this.plot.drawn) {
      this.#paintPreview();
      this.onMove();
      return;
    }
    this.plot.request(async (plotly) => {
      // By the time Plotly is free something newer may have been requested, or even drawn.
      if (this.#requested === this.#drawing) return;
      const moved = this.#requested?.plane !== this.#drawing.plane;
      this.#requested = this.#drawing;
      const { x, y, marker } = this.#trace();
      const trace = { x: [x], y: [y], "marker.color": [marker.color] };
      if (moved) await plotly.update(this.plot.element, trace, this.#layout(), [0]);
      else await plotly.restyle(this.plot.element, trace, [0]);
    });
  }

  resize() {
    if (this.plot.drawn) {
      this.plot.request(async (plotly) => {
        const whole = this.#isWhole();
        await plotly.Plots.resize(this.plot.element);
        await plotly.relayout(this.plot.element, textSizes(this.#margin())); // another screen may have larger text
        if (whole) await this.#goHome(plotly);
      });
    } else {
      this.#paintPreview();
      this.onMove();
    }
  }

  /** @param {number} factor */
  zoom(factor) {
    this.plot.request((plotly) => {
      const frame = this.frame();
      /** @type {[number, number]} */
      const middle = [frame.left + frame.width / 2, frame.top + frame.height / 2];
      return this.#goTo(plotly, movedView(frame, { from: middle, to: middle, factor }));
    });
  }

  hold() {
    const start = this.frame();
    /** @param {import("../shared/fingers.js").Grip} grip */
    return (grip) => this.plot.requestLatest((plotly) => this.#goTo(plotly, movedView(start, grip)));
  }

  reset() {
    this.plot.request((plotly) => this.#goHome(plotly));
  }

  view() {
    return extentText(this.frame(), this.#home());
  }

  /** @param {string} view */
  show(view) {
    this.#begin = extentOfText(view);
    if (this.plot.drawn) this.plot.request((plotly) => this.#goTo(plotly, this.#start()));
    else this.#paintPreview();
    this.onMove();
  }

  /** @param {number[]} coordinates */
  bringIntoView([x, y]) {
    this.plot.request(async (plotly) => {
      const frame = this.frame();
      /** @param {[number, number]} range @param {number} at @returns {[number, number]} */
      const around = ([low, high], at) => {
        const margin = 0.1 * (high - low);
        if (at > low + margin && at < high - margin) return [low, high];
        return [at - (high - low) / 2, at + (high - low) / 2];
      };
      await this.#goTo(plotly, { x: around(frame.x, x), y: around(frame.y, y) });
    });
  }

  /** @returns {Frame} */
  frame() {
    const layout = this.plot.drawn && this.plot.element._fullLayout;
    if (!layout) return { ...this.#area(), ...this.#start() };
    // Plotly keeps `range` up to date during a pan.
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

  points() {
    return this.#points;
  }

  /** @param {number[]} coordinates @returns {[number, number]} */
  onPlane([x, y]) {
    return [x, y];
  }

  destroy() {
    this.plot.destroy();
    this.preview.remove();
  }

  /** @param {Plotly} plotly @param {Extent} view */
  #goTo(plotly, view) {
    return plotly.relayout(this.plot.element, { "xaxis.range": view.x, "yaxis.range": view.y });
  }

  /** @param {Plotly} plotly */
  #goHome(plotly) {
    this.#reset = this.#home();
    return this.#goTo(plotly, this.#reset);
  }

  /** Whether all of the map is in view, as after a reset. */
  #isWhole() {
    const { x } = this.frame(),
      home = this.#reset?.x;
    return home !== undefined && Math.hypot(x[0] - home[0], x[1] - home[1]) < 1e-3 * (home[1] - home[0]);
  }

  #margin() {
    if (!this.#drawing.axes) return MARGIN_WITHOUT;
    const { l, r, t, b } = MARGIN_WITH_AXES;
    return { l: l * textScale(), r, t, b: b * textScale() };
  }

  /** The plot's area inside the element, as Plotly will compute it from the margins. */
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
    return withEqualUnits(this.#points.home, width, height);
  }

  /** What is in view at first. */
  #start() {
    const { width, height } = this.#area();
    return this.#begin ? withEqualUnits(this.#begin, width, height) : this.#home();
  }

  /** One trace in the test set's order: with one per class, the last class would cover all others. */
  #trace() {
    const { plane, colours, shows } = this.#drawing;
    const { x, y, color } = shownColumns(plane, colours, shows);
    const marker = { size: pointSize(colours.length), opacity: POINT_OPACITY, color, line: { width: 0 } };
    return { type: this.#type, mode: "markers", x, y, hoverinfo: "skip", marker };
  }

  #layout() {
    this.#reset = this.#home();
    return planeLayout(this.#drawing.axes, this.#start(), this.#margin());
  }

  #paintPreview() {
    paintPoints(this.preview, this.frame(), this.#drawing, pointSize(this.#drawing.colours.length), POINT_OPACITY);
  }
}
