/**
 * Resizes a grey picture as Pillow's `resize` does with its bilinear filter: each new pixel is an average of those below
 * it, weighted by a triangle that is as wide as two new pixels when it shrinks, or two old ones when it enlarges.
 *
 * `python -m train` resizes with Pillow; only with the same filter does a model get here what it was trained on. A
 * browser's own drawImage differs from browser to browser. Pillow's weights are whole numbers, and so are these: the
 * result is the same to the last bit, but for tall pictures, where newer versions begin with the height.
 */

const ONE = 2 ** 22;

/**
 * @param {Uint8Array} bytes  (height, width)
 * @param {number} width
 * @param {number} height
 * @param {number} newWidth
 * @param {number} newHeight
 * @returns {Uint8Array}  (newHeight, newWidth)
 */
export function resized(bytes, width, height, newWidth, newHeight) {
  const narrow = newWidth === width ? bytes : new Uint8Array(height * newWidth);
  if (narrow !== bytes) {
    const taps = tapsOf(width, newWidth);
    for (let y = 0; y < height; y++) along(taps, bytes, y * width, 1, narrow, y * newWidth, 1);
  }
  if (newHeight === height) return narrow;
  const result = new Uint8Array(newHeight * newWidth);
  const taps = tapsOf(height, newHeight);
  for (let x = 0; x < newWidth; x++) along(taps, narrow, x, newWidth, result, x, newWidth);
  return result;
}

/**
 * One row or column. It is rounded to whole numbers after each direction, as Pillow does.
 *
 * @param {Taps[]} taps
 * @param {Uint8Array} from
 * @param {number} start
 * @param {number} stride
 * @param {Uint8Array} to
 * @param {number} newStart
 * @param {number} newStride
 */
function along(taps, from, start, stride, to, newStart, newStride) {
  taps.forEach(({ first, weights }, at) => {
    let sum = ONE / 2;
    for (let i = 0, place = start + first * stride; i < weights.length; i++, place += stride) {
      sum += weights[i] * from[place];
    }
    to[newStart + at * newStride] = Math.min(255, sum / ONE); // cut to a whole number
  });
}

/**
 * @typedef {object} Taps  what one new pixel is made of
 * @property {number} first  the first old pixel
 * @property {number[]} weights  of this and those that follow; together `ONE`, but for rounding
 *
 * @param {number} length
 * @param {number} newLength
 * @returns {Taps[]}
 */
function tapsOf(length, newLength) {
  const scale = length / newLength;
  const reach = Math.max(scale, 1);
  const narrowing = 1 / reach;
  return Array.from({ length: newLength }, (_, at) => {
    const middle = (at + 0.5) * scale;
    const first = Math.max(0, Math.floor(middle - reach + 0.5));
    const end = Math.min(length, Math.floor(middle + reach + 0.5));
    const weights = Array.from({ length: end - first }, (_, i) =>
      Math.max(0, 1 - Math.abs((i + first - middle + 0.5) * narrowing)),
    );
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return { first, weights: weights.map((weight) => Math.floor(0.5 + (weight / total) * ONE)) };
  });
}
