// The axes around the points. Their colours suit light and dark, or come from the style sheet, so a change of theme
// needs no redrawing.

/** @typedef {import("../../space/placement.js").Extent} Extent */
/** @typedef {{l: number, r: number, t: number, b: number}} Margin */

const CLEAR = "rgba(0,0,0,0)";
const COMMON = { showlegend: false, paper_bgcolor: CLEAR, plot_bgcolor: CLEAR };

const USUAL_ROOT = 15; // the size of the page's text that all lengths here are made for, pixels
const TEXT_SIZE = 12; // of titles and of the numbers along the axes

/** How much larger than usual the page's text is, which grows with the screen. */
export function textScale() {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / USUAL_ROOT;
}

const GREY = "#808790";
const GRID = "#a9b0ba";
const EYE = { x: 1.25, y: 1.25, z: 0.8 };

/**
 * @param {{x: string, y: string} | null} axes titles, null if the axes mean nothing
 * @param {Extent} view
 * @param {Margin} margin
 */
export function planeLayout(axes, view, margin) {
  const scale = textScale();
  /** @param {string | undefined} title @param {[number, number]} range */
  const axis = (title, range) => ({
    title: { text: title ?? "", standoff: 6, font: { size: TEXT_SIZE * scale } },
    range,
    showgrid: axes !== null,
    zeroline: axes !== null,
    showticklabels: axes !== null,
    tickfont: { size: TEXT_SIZE * scale },
  });
  return {
    ...COMMON,
    font: { family: "inherit" },
    margin,
    xaxis: axis(axes?.x, view.x),
    yaxis: { ...axis(axes?.y, view.y), scaleanchor: "x" },
    dragmode: "pan",
    hovermode: false, // Plotly's own hover is a third as fast as this project's
  };
}

/** What of a layout follows the size of the page's text, as Plotly's relayout takes it. @param {Margin} margin */
export function textSizes(margin) {
  const scale = textScale();
  const sizes = ["xaxis", "yaxis"].flatMap((axis) => [
    [`${axis}.title.font.size`, TEXT_SIZE * scale],
    [`${axis}.tickfont.size`, TEXT_SIZE * scale],
  ]);
  return { margin, ...Object.fromEntries(sizes) };
}

/**
 * @param {{x: string, y: string, z?: string}} axes titles
 * @param {import("../../plotly.js").PlotlyCamera} camera
 */
export function spaceLayout({ x, y, z }, camera) {
  const scale = textScale();
  /** @param {string | undefined} text */
  const axis = (text) => ({
    title: { text: text ?? "", font: { size: 13 * scale, color: GREY } },
    tickfont: { size: TEXT_SIZE * scale, color: GREY },
    gridcolor: GRID,
    zerolinecolor: GREY,
    showbackground: false,
    showspikes: false,
    nticks: 6,
  });
  return {
    ...COMMON,
    font: { family: "sans-serif" }, // drawn by WebGL, which inherits nothing
    margin: { l: 0, r: 0, t: 0, b: 0 },
    scene: {
      xaxis: axis(x),
      yaxis: axis(y),
      zaxis: axis(z),
      aspectmode: "data", // a unit is as long along every axis: only then are distances true to scale
      camera,
      dragmode: "orbit",
      hovermode: false,
    },
  };
}

/** The view of a map in three dimensions after a reset. */
export const HOME_CAMERA = { eye: EYE, center: { x: 0, y: 0, z: 0 }, up: { x: 0, y: 0, z: 1 } };
