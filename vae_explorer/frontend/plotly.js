// Plotly in a page: loaded once; and types for the few parts of it that this project uses.

/**
 * @typedef {{range: [number, number], _offset: number, _length: number}} PlotlyAxis
 * @typedef {{x: number, y: number, z: number}} PlotlyVector
 * @typedef {{eye: PlotlyVector, center: PlotlyVector, up: PlotlyVector}} PlotlyCamera
 * @typedef {object} PlotlyScene
 * @property {() => PlotlyCamera} getCamera
 * @property {number[]} dataScale (3)
 * @property {{cameraParams: Record<"projection" | "view" | "model", ArrayLike<number>>}} glplot matrices (16) of what
 *   was last drawn, column by column
 * @typedef {object} PlotlyLayout
 * @property {number} width
 * @property {number} height
 * @property {PlotlyAxis} xaxis
 * @property {PlotlyAxis} yaxis
 * @property {{_scene: PlotlyScene}} [scene]
 * @typedef {HTMLDivElement & {
 *   _fullLayout?: PlotlyLayout,
 *   on?: (event: string, handler: (detail: any) => void) => void,
 * }} PlotlyElement
 * @typedef {object} Plotly
 * @property {(element: PlotlyElement, data: object[], layout: object, config: object) => Promise<unknown>} newPlot
 * @property {(element: PlotlyElement, trace: object, layout: object, traces?: number[]) => Promise<unknown>} update
 * @property {(element: PlotlyElement, trace: object, traces?: number[]) => Promise<unknown>} restyle
 * @property {(element: PlotlyElement, layout: object) => Promise<unknown>} relayout
 * @property {(element: PlotlyElement) => void} purge
 * @property {{resize: (element: PlotlyElement) => Promise<unknown>}} Plots
 */

const TEXT = {
  unreachable:
    "The chart library (plotly.js) could not be fetched: the server does not answer. Is the app still running?",
  foreign: "The server sent something other than the chart library (plotly.js). Restart the app.",
};

/** @returns {Plotly | undefined} */
const loaded = () => /** @type {{Plotly?: Plotly}} */ (/** @type {unknown} */ (window)).Plotly;

/** @type {Map<string, Promise<Plotly>>} a script element belongs to the page, so this does too */
const loading = new Map();

/**
 * Loads plotly.js, once per page. A failed load is forgotten, so the next call tries again.
 * @param {string} url
 * @returns {Promise<Plotly>}
 */
export function loadPlotly(url) {
  const present = loaded();
  if (present) return Promise.resolve(present);
  let promise = loading.get(url);
  if (!promise) {
    promise = addScript(url);
    promise.catch(() => loading.delete(url));
    loading.set(url, promise);
  }
  return promise;
}

/**
 * Starts the download without running anything: the script blocks the page for a second, which is better spent
 * drawing first.
 * @param {string} url
 */
export function preloadPlotly(url) {
  if (loaded() || loading.has(url)) return;
  const link = document.createElement("link");
  link.rel = "preload";
  link.as = "script";
  link.href = url;
  link.onload = link.onerror = () => link.remove();
  document.head.append(link);
}

/** @param {string} url @returns {Promise<Plotly>} */
function addScript(url) {
  const script = document.createElement("script");
  script.src = url;
  /** @type {Promise<Plotly>} */
  const arrival = new Promise((resolve, reject) => {
    script.onload = () => {
      const plotly = loaded();
      // The server answers an unknown address with a web page, which loads without an error and defines nothing.
      if (plotly) resolve(plotly);
      else reject(new Error(TEXT.foreign));
    };
    script.onerror = () => reject(new Error(TEXT.unreachable));
    document.head.append(script);
  });
  return arrival.finally(() => script.remove());
}

/** Whether this browser draws with WebGL: without it Plotly's gl traces stay blank. */
export function hasWebgl() {
  const context = document.createElement("canvas").getContext("webgl");
  // Browsers allow a page some sixteen contexts; this one is no longer needed.
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  return context !== null;
}
