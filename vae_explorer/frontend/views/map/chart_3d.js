// The scatter in three dimensions. Plotly draws and turns it; where each point lies on the screen is computed here from
// Plotly's camera, so that pointing and selecting are as fast as in two dimensions.

import { hasWebgl } from "../../plotly.js";
import { withEqualUnits } from "../../space/placement.js";
import { paintPoints } from "../shared/dots.js";
import { HOME_CAMERA, spaceLayout } from "./axes.js";
import { turnedCamera } from "./grip.js";
import { MapPlot } from "./plot.js";
import { MapPoints } from "./points.js";
import { POINT_OPACITY, pointSize, shownColumns } from "./trace.js";
import { cameraOfText, cameraText } from "./view_text.js";

/** @typedef {import("./chart.js").Chart} Chart */
/** @typedef {import("./chart.js").Drawing} Drawing */
/** @typedef {import("./chart.js").Frame} Frame */
/** @typedef {import("../../plotly.js").Plotly} Plotly */
/** @typedef {import("../../plotly.js").PlotlyCamera} PlotlyCamera */

const TEXT = {
  flat: "This browser cannot draw in three dimensions: WebGL is switched off or missing. Choose a map in two dimensions.",
};

const OUT_OF_SIGHT = -1; // on the plane of the screen, outside of the frame

/** @implements {Chart} */
export class MapChart3d {
  /** @type {Drawing} */
  #drawing;
  /** @type {Drawing | null} what Plotly was last asked to draw */
  #requested = null;
  /** @type {Float64Array} (16) from the data to the screen's clip space, column by column */
  #matrix = new Float64Array(16);
  /** @type {MapPoints | null} null if the camera has moved since */
  #points = null;
  #watching = 0;
  /** @type {PlotlyCamera} of the view to draw first */
  #begin = HOME_CAMERA;
  /** Read once and not for each of ten thousand points. */
  #size = { width: 1, height: 1 };

  /**
   * @param {HTMLDivElement} element filled by the chart; its size is the chart's size
   * @param {Drawing} drawing
   * @param {() => void} onMove called whenever the camera has moved
   */
  constructor(element, drawing, onMove) {
    this.element = element;
    this.onMove = onMove;
    this.#drawing = drawing;
    this.preview = document.createElement("canvas"); // the first two axes, until Plotly has drawn all three
    this.preview.className = "vx-map-preview";
    element.append(this.preview);
    this.#measure();
    this.plot = new MapPlot(
      element,
      (plotly) => this.#create(plotly),
      () => {
        const camera = this.#camera();
        return (plotly) => this.#setCamera(plotly, camera);
      },
    );
    this.#paintPreview();
  }

  /** @param {string} url */
  async start(url) {
    if (!hasWebgl()) throw new Error(TEXT.flat);
    await this.plot.start(url);
    if (!this.plot.drawn) return;
    this.preview.remove();
    this.#points = null;
    this.draw(this.#drawing);
    this.#watch();
  }

  /** @param {Plotly} plotly */
  async #create(plotly) {
    this.#requested = this.#drawing;
    await plotly.newPlot(this.plot.element, [this.#trace()], this.#layout(), {
      displayModeBar: false, // the map's own tools do that, in two dimensions too
      scrollZoom: true,
      showTips: false,
      plotGlPixelRatio: window.devicePixelRatio,
    });
  }

  /** @param {Drawing} drawing */
  draw(drawing) {
    if (drawing.plane !== this.#drawing.plane) this.#points = null;
    this.#drawing = drawing;
    if (!this.plot.drawn) return this.#paintPreview();
    this.plot.request(async (plotly) => {
      if (this.#requested === this.#drawing) return;
      this.#requested = this.#drawing;
      const { x, y, z, marker } = this.#trace();
      await plotly.restyle(this.plot.element, { x: [x], y: [y], z: [z], "marker.color": [marker.color] }, [0]);
    });
  }

  resize() {
    this.#measure();
    this.#points = null;
    if (this.plot.drawn) this.plot.request((plotly) => plotly.Plots.resize(this.plot.element));
    else this.#paintPreview();
    this.onMove();
  }

  /** @param {number} factor */
  zoom(factor) {
    this.plot.request(async (plotly) => {
      const camera = this.#scene()?.getCamera();
      if (!camera) return;
      const { x, y, z } = camera.eye;
      await this.#setCamera(plotly, { ...camera, eye: { x: x / factor, y: y / factor, z: z / factor } });
    });
  }

  hold() {
    const start = this.#scene()?.getCamera();
    /** @param {import("../shared/fingers.js").Grip} grip */
    return (grip) => {
      if (!start) return;
      this.plot.requestLatest((plotly) => this.#setCamera(plotly, turnedCamera(start, grip, this.#size.width)));
    };
  }

  reset() {
    this.plot.request((plotly) => this.#setCamera(plotly, HOME_CAMERA));
  }

  view() {
    return cameraText(this.#camera(), HOME_CAMERA);
  }

  /** @param {string} view */
  show(view) {
    this.#begin = cameraOfText(view) ?? HOME_CAMERA;
    if (this.plot.drawn) this.plot.request((plotly) => this.#setCamera(plotly, this.#begin));
  }

  /** The whole cloud is in view after a reset, and usually before. @param {number[]} coordinates */
  bringIntoView(coordinates) {
    const [x, y] = this.onPlane(coordinates),
      frame = this.frame();
    if (x < frame.x[0] || x > frame.x[1] || y < frame.y[0] || y > frame.y[1]) this.reset();
  }

  /** @returns {Frame} */
  frame() {
    const { width, height } = this.#size;
    const view = this.plot.drawn
      ? { x: /** @type {[number, number]} */ ([0, width]), y: /** @type {[number, number]} */ ([0, height]) }
      : withEqualUnits(this.points().home, width, height);
    return { left: 0, top: 0, width, height, ...view };
  }

  points() {
    this.#points ??= new MapPoints(this.plot.drawn ? this.#screen() : this.#drawing.plane);
    return this.#points;
  }

  /** @param {number[]} coordinates @returns {[number, number]} pixels from the lower left corner */
  onPlane([x, y, z]) {
    if (!this.plot.drawn) return [x, y];
    const m = this.#matrix;
    const depth = m[3] * x + m[7] * y + m[11] * z + m[15];
    if (depth <= 0) return [OUT_OF_SIGHT, OUT_OF_SIGHT]; // behind the camera
    const { width, height } = this.#size;
    const across = (m[0] * x + m[4] * y + m[8] * z + m[12]) / depth;
    const up = (m[1] * x + m[5] * y + m[9] * z + m[13]) / depth;
    return [((1 + across) / 2) * width, ((1 + up) / 2) * height];
  }

  destroy() {
    cancelAnimationFrame(this.#watching);
    this.plot.destroy();
    this.preview.remove();
  }

  #measure() {
    const { clientWidth, clientHeight } = this.element;
    this.#size = { width: Math.max(1, clientWidth), height: Math.max(1, clientHeight) };
  }

  #scene() {
    return this.plot.element._fullLayout?.scene?._scene;
  }

  #camera() {
    return this.#scene()?.getCamera() ?? this.#begin;
  }

  /** Plotly turns the camera in its own frames and reports only some of them: this checks every frame. */
  #watch() {
    this.#watching = requestAnimationFrame(() => this.#watch());
    const scene = this.#scene();
    if (!scene) return;
    const matrix = fromDataToClip(scene);
    if (matrix.every((value, i) => value === this.#matrix[i])) return;
    this.#matrix = matrix;
    this.#points = null;
    this.onMove();
  }

  /** Every point of the cloud on the plane of the screen. */
  #screen() {
    const { x, y, z } = /** @type {Required<import("../../space/placement.js").Cloud>} */ (this.#drawing.plane);
    const plane = { x: new Float32Array(x.length), y: new Float32Array(x.length) };
    for (let i = 0; i < x.length; i++) [plane.x[i], plane.y[i]] = this.onPlane([x[i], y[i], z[i]]);
    return plane;
  }

  /** @param {Plotly} plotly @param {PlotlyCamera} camera */
  #setCamera(plotly, camera) {
    return plotly.relayout(this.plot.element, { "scene.camera": camera });
  }

  #trace() {
    const { plane, colours, shows } = this.#drawing;
    const { color, ...columns } = shownColumns(plane, colours, shows);
    const size = pointSize(colours.length) / 1.5; // Plotly's unit differs in three dimensions
    const marker = { size, opacity: 1, color, line: { width: 0 } }; // transparent points would show their edges
    return { type: "scatter3d", mode: "markers", ...columns, hoverinfo: "skip", marker };
  }

  #layout() {
    return spaceLayout(this.#drawing.axes ?? { x: "", y: "" }, this.#begin);
  }

  #paintPreview() {
    paintPoints(this.preview, this.frame(), this.#drawing, pointSize(this.#drawing.colours.length), POINT_OPACITY);
  }
}

/**
 * Projection x view x model x Plotly's own scaling of the data.
 * @param {import("../../plotly.js").PlotlyScene} scene
 * @returns {Float64Array} (16) column by column
 */
function fromDataToClip({ glplot, dataScale }) {
  const { projection, view, model } = glplot.cameraParams;
  const matrix = Float64Array.from(product(projection, product(view, model)));
  for (let i = 0; i < 12; i++) matrix[i] *= dataScale[Math.floor(i / 4)];
  return matrix;
}

/** @param {ArrayLike<number>} a (16) column by column @param {ArrayLike<number>} b */
function product(a, b) {
  const result = new Float64Array(16);
  for (let column = 0; column < 4; column++) {
    for (let row = 0; row < 4; row++) {
      for (let k = 0; k < 4; k++) result[4 * column + row] += a[4 * k + row] * b[4 * column + k];
    }
  }
  return result;
}
