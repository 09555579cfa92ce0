/**
 * Does work that comes in slices all at once.
 *
 * @template T
 * @param {Generator<void, T, any>} slices
 * @returns {T}
 */
export function whole(slices) {
  let next = slices.next();
  while (!next.done) next = slices.next();
  return next.value;
}
