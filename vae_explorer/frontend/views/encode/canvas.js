/** Charts on a canvas: as sharp as the screen, in the page's colours. */

/**
 * Fits a canvas to the place that the style sheet gives it.
 *
 * @param {HTMLCanvasElement} canvas
 * @returns {{context: CanvasRenderingContext2D, width: number, height: number} | null}  in CSS pixels, cleared; null where
 *   it is not shown
 */
export function fitted(canvas) {
  const { clientWidth: width, clientHeight: height } = canvas;
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
