/** Charts on a canvas: as sharp as the screen, in the page's colours. */

/** A canvas with as many pixels as the screen has in its place. */
export class FittedCanvas {
  #canvas;
  #width = 0;
  #height = 0;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {() => void} onResize  to draw anew: its place has another size, or is seen for the first time
   */
  constructor(canvas, onResize) {
    this.#canvas = canvas;
    // Its size is not asked for at every picture, which would make the browser lay out the page in between. The observer
    // goes with the canvas.
    new ResizeObserver(() => {
      this.#width = canvas.clientWidth;
      this.#height = canvas.clientHeight;
      onResize();
    }).observe(canvas);
  }

  /** @returns {{context: CanvasRenderingContext2D, width: number, height: number} | null}  in CSS pixels, cleared; null where it is not seen */
  clear() {
    const canvas = this.#canvas;
    const [width, height] = [this.#width, this.#height];
    const context = canvas.getContext("2d");
    if (!context || !width || !height) return null;
    const density = window.devicePixelRatio || 1;
    const [across, down] = [Math.round(width * density), Math.round(height * density)];
    if (canvas.width !== across || canvas.height !== down) {
      canvas.width = across;
      canvas.height = down;
    }
    context.setTransform(density, 0, 0, density, 0, 0);
    context.clearRect(0, 0, width, height);
    return { context, width, height };
  }
}

/**
 * The colours of the page, as a canvas takes them: variables are resolved by an element that has them.
 *
 * @template {string} K
 * @param {HTMLElement} root
 * @param {Record<K, string>} variables  names of custom properties
 * @returns {Record<K, string>}
 */
export function coloursOf(root, variables) {
  const probe = document.createElement("span");
  root.append(probe);
  const found = Object.entries(variables).map(([name, variable]) => {
    probe.style.color = `var(${variable})`;
    return [name, getComputedStyle(probe).color];
  });
  probe.remove();
  return /** @type {Record<K, string>} */ (Object.fromEntries(found));
}
