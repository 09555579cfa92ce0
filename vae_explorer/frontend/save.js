/** Files made in the page, saved to the visitor's disk. */

/**
 * @param {Blob} blob
 * @param {string} fileName
 */
export function saveBlob(blob, fileName) {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName;
  link.click();
  // The browser reads the address after the click has returned.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {string} fileName
 */
export function savePng(canvas, fileName) {
  canvas.toBlob((blob) => blob && saveBlob(blob, fileName), "image/png");
}

/**
 * A name that every file system takes.
 *
 * @param {(string | number)[]} parts
 * @param {string} ending  without the dot
 */
export function fileName(parts, ending) {
  return `${parts.join("_").replace(/[^\w.-]+/g, "-")}.${ending}`;
}
