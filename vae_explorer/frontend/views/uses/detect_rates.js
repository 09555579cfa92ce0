/**
 * Error rates of a threshold, from histograms: within a bin, scores are taken to be spread evenly.
 *
 * @typedef {{low: number, high: number}} Bins  even bins, from low to high
 */

const ROUNDING = 1e-9;

/**
 * @param {readonly number[]} counts
 * @param {Bins} bins
 * @param {number} threshold
 * @returns {number}  0…1, of the scores above it
 */
export function shareAbove(counts, { low, high }, threshold) {
  const all = sum(counts);
  const place = ((threshold - low) / (high - low)) * counts.length;
  if (!all || place >= counts.length) return 0;
  if (place <= 0) return 1;
  const bin = Math.floor(place);
  return (sum(counts.slice(bin + 1)) + counts[bin] * (bin + 1 - place)) / all;
}

/**
 * The lowest threshold above which there is no more than a share of the scores; not below all of them.
 *
 * @param {readonly number[]} counts
 * @param {Bins} bins
 * @param {number} share  0…1
 * @returns {number}
 */
export function thresholdFor(counts, { low, high }, share) {
  const width = (high - low) / counts.length;
  const wanted = share * sum(counts) + ROUNDING;
  let above = 0;
  for (let bin = counts.length - 1; bin >= 0; bin--) {
    if (above + counts[bin] > wanted) {
      const ofBin = Math.max(0, (wanted - ROUNDING - above) / counts[bin]);
      return low + (bin + 1 - ofBin) * width;
    }
    above += counts[bin];
  }
  const first = counts.findIndex((count) => count > 0);
  return low + Math.max(0, first) * width;
}

/**
 * @param {readonly number[]} test   counts
 * @param {readonly number[]} other  counts in the same bins
 * @returns {{alarms: number, found: number}[]}  of a threshold between any two bins, from the highest to the lowest
 */
export function rocPoints(test, other) {
  const [all, others] = [sum(test) || 1, sum(other) || 1];
  let [alarms, found] = [0, 0];
  const points = [{ alarms, found }];
  for (let bin = test.length - 1; bin >= 0; bin--) {
    alarms += test[bin];
    found += other[bin];
    points.push({ alarms: alarms / all, found: found / others });
  }
  return points;
}

/**
 * @param {number} share  0…1
 * @returns {string}  such as "5 %" or "0.3 %"
 */
export function percent(share) {
  const value = 100 * share;
  return `${Number(value.toFixed(value < 10 || value > 90 ? 1 : 0))} %`;
}

/** @param {readonly number[]} counts */
function sum(counts) {
  return counts.reduce((all, count) => all + count, 0);
}
