/**
 * @param {ArrayLike<number>} sorted  at least one, the smallest first
 * @param {number} share              0…1
 * @returns {number}  the number that this share of them does not exceed, between two of them on a line, as numpy has it
 */
export function quantile(sorted, share) {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}
