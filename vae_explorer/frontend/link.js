/**
 * Links that show the same picture on another machine; `vae_explorer/link.py` reads them.
 *
 * @typedef {import("./types.js").ViewProps} ViewProps
 */

import { roundedToHundredths } from "./numbers.js";

// Defaults, which a link leaves out: a session starts with these (`session.py`).
const DEFAULTS = { size: 8, temperature: 1, seed: 1, projection: "pca" };

/**
 * Rounds a value of a code as a link holds it. The page is rounded too when its link is copied, so both show the same.
 */
export const roundedForLink = roundedToHundredths;

/**
 * The address of the page that is open, with the model, the code and the settings.
 *
 * @param {ViewProps} props  `link` holds the settings of all pages
 * @param {ArrayLike<number>} z  (D)
 * @param {number | null} label
 * @param {Partial<ViewProps["link"]> & {way?: string, tsne?: string}} [own]  this page's own settings, as they are now
 * @returns {string}
 */
export function shareLink({ manifest, link }, z, label, own = {}) {
  const numbers = Array.from(z, roundedForLink);
  /** @type {Record<string, string | number | null>} */
  const values = { model: manifest.id, z: numbers.some(Boolean) ? numbers.join(",") : null, label, ...link, ...own };
  const query = Object.entries(values)
    .filter(([name, value]) => value !== null && value !== /** @type {Record<string, unknown>} */ (DEFAULTS)[name])
    .map(
      ([name, value]) => `${name}=${encodeURIComponent(String(value)).replaceAll("%2C", ",").replaceAll("%2F", "/")}`,
    );
  return `${location.origin}${location.pathname}?${query.join("&")}`;
}

/**
 * Copies a text to the clipboard. Browsers offer the clipboard API on https and localhost only; a class that opens
 * the teacher's laptop by its address gets the older method.
 *
 * @param {string} text
 * @returns {Promise<boolean>}  whether it worked
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    field.style.cssText = "position: fixed; opacity: 0";
    document.body.append(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    return copied;
  }
}
