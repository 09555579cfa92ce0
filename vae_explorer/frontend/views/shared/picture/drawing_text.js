/**
 * A visitor's own picture as a short text, for links: 28x28 in 16 levels of grey, 523 characters.
 *
 * It stands behind the "#" of the address, which browsers send to no server, and Streamlit's page cuts off before it says
 * where it is: whoever gets the link has the picture, and nobody else.
 */

import { PIXELS } from "../../../picture/size.js";

const LEVELS = 15;
const NAME = "drawing=";

const TEXT = {
  rounded: `in it your picture has ${LEVELS + 1} levels of grey`,
};

/**
 * @param {import("./state.js").EncodedPicture | null} picture
 * @returns {string}  what of it a link does not hold, as the end of a sentence; "" if nothing
 */
export function lostInLink(picture) {
  const isOwn = picture !== null && picture.source.kind !== "test";
  return isOwn && picture.pixels.some((value) => Math.abs(value * LEVELS - Math.round(value * LEVELS)) > 1e-4)
    ? TEXT.rounded
    : "";
}

/**
 * @param {Float32Array} pixels  (784) in 0…1
 * @returns {string}  the end of an address, with its "#"
 */
export function drawingFragment(pixels) {
  let bytes = "";
  for (let i = 0; i < PIXELS; i += 2) {
    bytes += String.fromCharCode(16 * Math.round(pixels[i] * LEVELS) + Math.round(pixels[i + 1] * LEVELS));
  }
  return `#${NAME}${btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

/**
 * @param {string} fragment  of an address, which may hold anything
 * @returns {Float32Array | null}  (784) in 0…1; null if it has no picture
 */
export function drawingIn(fragment) {
  const text = fragment.replace(/^#/, "");
  if (!text.startsWith(NAME)) return null;
  let bytes;
  try {
    bytes = atob(text.slice(NAME.length).replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    return null;
  }
  if (bytes.length !== PIXELS / 2) return null;
  return Float32Array.from({ length: PIXELS }, (_, i) => {
    const byte = bytes.charCodeAt(i >> 1);
    return (i % 2 ? byte & 15 : byte >> 4) / LEVELS;
  });
}
