/**
 * Links that show the same picture on another machine; `vae_explorer/ui/link.py` reads them.
 *
 * @typedef {import("./types.js").ViewProps} ViewProps
 * @typedef {import("./types.js").Setting} Setting
 */

import { roundedToHundredths } from "./numbers.js";

/**
 * Rounds a value of a code as a link holds it. The page is rounded too when its link is copied, so both show the same.
 */
export const roundedForLink = roundedToHundredths;

// Names that mean another computer to whoever gets a link.
const THIS_COMPUTER = /^(localhost|127\..*|\[::1\])$/;

/** @param {string} address  of a page @returns {boolean}  whether only this computer can open it */
export function isOfThisComputer(address) {
  return THIS_COMPUTER.test(new URL(address).hostname);
}

/**
 * The address of the page that is open, as others can open it, without what it shows.
 *
 * @param {Pick<ViewProps, "baseUrl" | "networkUrl">} props
 */
function pageAddress({ baseUrl, networkUrl }) {
  const here = `${location.origin}${location.pathname}`;
  if (!networkUrl || !isOfThisComputer(here)) return here;
  return `${networkUrl}/${here.slice(new URL(".", baseUrl).href.length)}`;
}

/**
 * The address of the page that is open, with the model, the code and the settings.
 *
 * @param {ViewProps} props  `link` holds the settings of all pages, `linkDefaults` what a link leaves out
 * @param {ArrayLike<number>} z  (D)
 * @param {number | null} label
 * @param {Partial<Record<string, Setting>>} [own]  this page's own settings, as they are now
 * @returns {string}
 */
export function shareLink(props, z, label, own = {}) {
  const { manifest, link, linkDefaults } = props;
  const numbers = Array.from(z, roundedForLink);
  /** @type {Partial<Record<string, Setting>>} */
  const values = { model: manifest.id, z: numbers.some(Boolean) ? numbers.join(",") : null, label, ...link, ...own };
  const query = Object.entries(values)
    .filter(([name, value]) => value !== null && value !== "" && value !== linkDefaults[name])
    .map(
      ([name, value]) => `${name}=${encodeURIComponent(String(value)).replaceAll("%2C", ",").replaceAll("%2F", "/")}`,
    );
  return `${pageAddress(props)}?${query.join("&")}`;
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
