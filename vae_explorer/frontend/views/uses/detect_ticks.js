/** Round numbers along an axis. */

const MOST = 8;

/**
 * @param {number} low
 * @param {number} high
 * @returns {number[]}
 */
export function ticksBetween(low, high) {
  const rough = (high - low) / MOST;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10) * power;
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  const ticks = [];
  for (let at = Math.ceil(low / step); at * step <= high; at++) ticks.push(Number((at * step).toFixed(digits)));
  return ticks;
}
