/** What a classifier reads. */

/**
 * @param {ArrayLike<number>} logits  of a classifier
 * @returns {{label: number, share: number}}  the class it reads, and its probability by the softmax, 0…1
 */
export function readingOf(logits) {
  let label = 0;
  for (let i = 1; i < logits.length; i++) if (logits[i] > logits[label]) label = i;
  let total = 0;
  for (let i = 0; i < logits.length; i++) total += Math.exp(logits[i] - logits[label]);
  return { label, share: 1 / total };
}
