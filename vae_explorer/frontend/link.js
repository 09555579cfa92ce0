/**
 * Links that show the same picture on another machine; `vae_explorer/link.py` reads them.
 *
 * @typedef {import("./types.js").ViewProps} ViewProps
 */

const DIGITS = 2;

// What a link need not say, because it is so without it: `vae_explorer/session.py` starts with these.
const USUAL = { size: 8, temperature: 1, seed: 1, projection: "pca" };

/**
 * What a code is rounded to before it is put into a link: who copies a link sees exactly what the link will show.
 *
 * @param {number} value
 * @returns {number}
 */
export function roundedForLink(value) {
  return Math.round(value * 10 ** DIGITS) / 10 ** DIGITS + 0; // + 0: never "-0"
}

/**
 * The address of the page that is open, with the model, the code and the settings.
 *
 * @param {ViewProps} props  `link` holds the settings of the other pages
 * @param {ArrayLike<number>} z  (D)
 * @param {number | null} label
 * @param {Partial<ViewProps["link"]> & {way?: string, tsne?: string}} [own]  the settings of this page, as they are now
 * @returns {string}
 */
export function shareLink({ manifest, link }, z, label, own = {}) {
  const numbers = Array.from(z, roundedForLink);
  /** @type {Record<string, string | number | null>} */
  const values = { model: manifest.id, z: numbers.some(Boolean) ? numbers.join(",") : null, label, ...link, ...own };
  const query = Object.entries(values)
    .filter(([name, value]) => value !== null && value !== /** @type {Record<string, unknown>} */ (USUAL)[name])
    .map(
      ([name, value]) => `${name}=${encodeURIComponent(String(value)).replaceAll("%2C", ",").replaceAll("%2F", "/")}`,
    );
  return `${location.origin}${location.pathname}?${query.join("&")}`;
}

/**
 * Puts a text on the clipboard. Browsers offer theirs on https and on this machine only; a class that opens the
 * teacher's laptop by its address gets the older way.
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
