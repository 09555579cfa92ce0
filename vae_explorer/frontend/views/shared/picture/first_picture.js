/**
 * Which picture the page opens with.
 *
 * @typedef {import("../../../types.js").Manifest} Manifest
 * @typedef {import("./state.js").Shown} Shown
 */

import { drawingIn } from "./drawing_text.js";
import { carriedPicture, linkedPicture } from "./state.js";

const USUAL = 0; // of the model's pictures, so that the page is alive at once

/**
 * What a link says, what the visitor left here or at another model, or a picture of the model's.
 *
 * @param {Shown} shown     what the visitor left here
 * @param {string} text     what the query says of the picture
 * @param {Manifest} manifest
 * @param {string} fragment of the address
 * @returns {number | Float32Array}  the number of a test picture, or pixels (784) in 0…1
 */
export function firstPicture(shown, text, manifest, fragment) {
  const isLinked = shown.picture === null;
  const { index } = linkedPicture(text, manifest);
  const drawing = isLinked ? drawingIn(fragment) : null;
  if (drawing) return drawing;
  const picture = isLinked && index !== null ? null : (carriedPicture(manifest) ?? shown.picture);
  if (!picture) return index ?? USUAL;
  return picture.source.kind === "test" ? picture.source.index : picture.pixels;
}
