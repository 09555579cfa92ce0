/** How far apart classes are in a latent space: the share of codes that their nearest neighbours name right. */

const NEIGHBOURS = 10;
const SLICE = 100; // codes at a time

/**
 * Leave-one-out accuracy of the 10 nearest neighbours, a slice at a time. Of codes as near as each other the first
 * counts, of classes as frequent the lower.
 *
 * @param {Float32Array} codes   (N, D)
 * @param {Uint8Array} labels    (N) classes, from 0
 * @returns {Generator<void, number | null>}  percent; null if there are no 11 codes
 */
export function* neighbourAccuracy(codes, labels) {
  const count = labels.length;
  if (count <= NEIGHBOURS) return null;
  const dim = codes.length / count;
  const distances = new Float64Array(NEIGHBOURS);
  const nearest = new Int32Array(NEIGHBOURS);
  const votes = new Uint16Array(256);
  let right = 0;
  for (let i = 0; i < count; i++) {
    if (i % SLICE === 0 && i) yield;
    distances.fill(Number.POSITIVE_INFINITY);
    for (let j = 0; j < count; j++) {
      let square = 0;
      for (let d = 0; d < dim; d++) {
        const off = codes[i * dim + d] - codes[j * dim + d];
        square += off * off;
      }
      if (square >= distances[NEIGHBOURS - 1] || j === i) continue;
      let place = NEIGHBOURS - 1;
      for (; place > 0 && distances[place - 1] > square; place--) {
        distances[place] = distances[place - 1];
        nearest[place] = nearest[place - 1];
      }
      distances[place] = square;
      nearest[place] = j;
    }
    votes.fill(0);
    for (const j of nearest) votes[labels[j]]++;
    if (votes.indexOf(Math.max(...votes)) === labels[i]) right++;
  }
  return (100 * right) / count;
}
