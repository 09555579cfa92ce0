/**
 * The length of z along the paths, compared with the lengths of codes from the prior.
 *
 * @typedef {{low: number, high: number, root: number}} Typical
 *   90 % of the codes of N(0, I) have lengths between these; the root mean square length, √D
 */

import { element } from "../../dom.js";
import { clamp } from "../../numbers.js";
import { lowerGamma } from "../../space/distances.js";

const TEXT = {
  axis: "|z| along the path",
  /** @param {string} share */
  band: (share) => `${share} of codes from N(0, I)`,
  /** @param {Typical} typical */
  typical: ({ low, high, root }) =>
    `90 % of codes from N(0, I) have |z| between ${low.toFixed(2)} and ${high.toFixed(2)}; dotted: √D\u00a0=\u00a0${root.toFixed(2)}`,
  /** @param {{name: string, lengths: number[]}[]} curves */
  summary: (curves) =>
    curves
      .map(
        ({ name, lengths }) => `${name}: |z| ${Math.min(...lengths).toFixed(2)} to ${Math.max(...lengths).toFixed(2)}`,
      )
      .join("; "),
};

const WIDTH = 440,
  HEIGHT = 210;
const BOX = { left: 34, right: WIDTH - 10, top: 10, bottom: HEIGHT - 24 };
const SHARE = 0.9;

export class LengthChart {
  #segments = 1;
  #onPosition;
  /** @type {Typical | null} */
  #typical;

  /**
   * @param {number | null} dim  D, if there is a prior N(0, I) to compare with; else null
   * @param {(position: number) => void} onPosition  the pointer is at a position along the path
   */
  constructor(dim, onPosition) {
    this.#onPosition = onPosition;
    this.#typical = dim === null ? null : typicalLength(dim);
    this.svg = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", class: "vx-path-chart" });
    this.svg.addEventListener("pointerdown", (event) => {
      this.svg.setPointerCapture(event.pointerId);
      this.#onPointer(event);
    });
    this.svg.addEventListener("pointermove", (event) => {
      if (this.svg.hasPointerCapture(event.pointerId)) this.#onPointer(event);
    });
    this.marker = svg("line", { class: "vx-path-marker", y1: BOX.top, y2: BOX.bottom });
    this.root = element("figure", { class: "vx-path-figure" });
    const caption = element("figcaption", { class: "vx-note", text: this.#typical ? TEXT.typical(this.#typical) : "" });
    this.root.append(element("p", { class: "vx-caption", text: TEXT.axis }), this.svg, caption);
  }

  /**
   * @param {{id: string, name: string, lengths: number[]}[]} curves  lengths at even steps along the path
   * @param {number} segments  from stop to stop
   */
  show(curves, segments) {
    this.#segments = segments;
    const highest = Math.max(this.#typical?.high ?? 0, ...curves.flatMap(({ lengths }) => lengths), 1e-6);
    const step = niceStep(highest / 3);
    const top = Math.ceil(highest / step + 0.05) * step;
    /** @param {number} value */
    const y = (value) => BOX.bottom - (value / top) * (BOX.bottom - BOX.top);
    const parts = [];
    if (this.#typical) {
      const { low, high, root } = this.#typical;
      const across = { x: BOX.left, width: BOX.right - BOX.left };
      const band = svg("rect", { class: "vx-path-band", ...across, y: y(high), height: y(low) - y(high) });
      band.append(svg("title", {}, TEXT.band(`${100 * SHARE} %`)));
      parts.push(band, svg("line", { class: "vx-path-root", x1: BOX.left, x2: BOX.right, y1: y(root), y2: y(root) }));
    }
    for (let tick = 0; tick <= top + step / 2; tick += step) {
      parts.push(
        svg("line", { class: "vx-path-grid", x1: BOX.left, x2: BOX.right, y1: y(tick), y2: y(tick) }),
        svg("text", { x: BOX.left - 6, y: y(tick) + 4, "text-anchor": "end" }, String(Number(tick.toFixed(6)))),
      );
    }
    for (let stop = 0; stop <= segments; stop++) {
      parts.push(
        svg("line", { class: "vx-path-stop", x1: this.#x(stop), x2: this.#x(stop), y1: BOX.top, y2: BOX.bottom }),
      );
    }
    for (const { id, name, lengths } of curves) {
      const last = lengths.length - 1;
      const points = lengths.map((length, i) => `${this.#x((i / last) * segments).toFixed(1)},${y(length).toFixed(1)}`);
      const line = svg("polyline", { class: `vx-path-curve vx-path-${id}`, points: points.join(" ") });
      line.append(svg("title", {}, name));
      parts.push(line);
    }
    this.svg.setAttribute("aria-label", `${TEXT.axis}. ${TEXT.summary(curves)}`);
    this.svg.replaceChildren(...parts, this.marker);
  }

  /**
   * Names the stops below the chart.
   *
   * @param {string[]} names  one for each end of a segment
   */
  showStops(names) {
    this.svg.append(
      ...names.map((name, stop) => svg("text", { x: this.#x(stop), y: HEIGHT - 8, "text-anchor": "middle" }, name)),
    );
  }

  /** @param {number} position */
  mark(position) {
    this.marker.setAttribute("x1", this.#x(position).toFixed(1));
    this.marker.setAttribute("x2", this.#x(position).toFixed(1));
  }

  /** @param {number} position */
  #x(position) {
    return BOX.left + (position / this.#segments) * (BOX.right - BOX.left);
  }

  /** @param {PointerEvent} event */
  #onPointer({ clientX }) {
    const { left, width } = this.svg.getBoundingClientRect();
    const x = ((clientX - left) / width) * WIDTH;
    const part = clamp((x - BOX.left) / (BOX.right - BOX.left), 0, 1);
    this.#onPosition(part * this.#segments);
  }
}

/**
 * |z|² of a code of N(0, I) is chi-squared distributed with D degrees of freedom.
 *
 * @param {number} dim
 * @returns {Typical}
 */
export function typicalLength(dim) {
  return { low: lengthBelow(dim, (1 - SHARE) / 2), high: lengthBelow(dim, (1 + SHARE) / 2), root: Math.sqrt(dim) };
}

/**
 * The length that a given share of the codes of N(0, I) is below, by bisection.
 *
 * @param {number} dim
 * @param {number} share  between 0 and 1, exclusive
 */
function lengthBelow(dim, share) {
  let low = 0,
    high = Math.sqrt(dim) + 10;
  for (let round = 0; round < 40; round++) {
    const middle = (low + high) / 2;
    if (lowerGamma(dim, middle ** 2 / 2) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * @param {number} least
 * @returns {number}  the next larger of … 0.1, 0.2, 0.5, 1, 2, 5, 10 …
 */
function niceStep(least) {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((step) => step * power >= least) ?? 10);
}

/**
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | number>} attributes
 * @param {string} [text]
 * @returns {SVGElementTagNameMap[T]}
 */
function svg(tag, attributes, text) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  if (text !== undefined) node.textContent = text;
  return node;
}
