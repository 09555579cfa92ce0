/**
 * Which picture of the model's data set a code is of: so its original can be shown wherever the code came from, without
 * anybody noting that down.
 *
 * @typedef {import("../../model.js").Codes} Codes
 * @typedef {import("../../history.js").SavedCode} SavedCode
 */

import { roundedForLink } from "../../link.js";

/**
 * @param {Codes} codes
 * @param {SavedCode} code     its label is null unless the decoder is conditioned on the class, which then has to be that
 *   of the picture
 * @param {boolean} mayBeRounded  as a link rounds codes
 * @returns {number}  -1 if it is of none; and if it was rounded, and may be of several
 */
export function pictureOfCode(codes, code, mayBeRounded) {
  const [exact = -1] = matches(codes, code, Math.fround, Math.fround);
  if (exact >= 0 || !mayBeRounded || !code.z.some(Boolean)) return exact;
  const [index = -1, another] = matches(codes, code, (value) => value, roundedForLink);
  return another === undefined ? index : -1;
}

/**
 * @param {Codes} codes
 * @param {SavedCode} code
 * @param {(value: number) => number} ofCode
 * @param {(value: number) => number} ofPicture
 * @returns {number[]}  the first two pictures whose code is the same then
 */
function matches({ mu, label: labels, count }, { z, label }, ofCode, ofPicture) {
  const wanted = z.map(ofCode);
  const dim = wanted.length;
  const found = [];
  for (let i = 0; i < count && found.length < 2; i++) {
    if (label !== null && label !== labels[i]) continue;
    let d = 0;
    while (d < dim && ofPicture(mu[i * dim + d]) === wanted[d]) d++;
    if (d === dim) found.push(i);
  }
  return found;
}
