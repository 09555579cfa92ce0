/** Digits for tests: each class has a pattern of its own, each digit some noise. */

import { randomIntegers } from "../../vae_explorer/frontend/space/random.js";

const PIXELS = 784;

/**
 * @param {number} count
 * @param {number} [seed]
 * @param {number} [classes]
 * @returns {import("../../vae_explorer/frontend/training/atlas.js").Digits}
 */
export function madeDigits(count, seed = 1, classes = 10) {
  const next = randomIntegers(seed);
  const pixels = new Uint8Array(count * PIXELS);
  const labels = Uint8Array.from({ length: count }, () => next() % classes);
  for (let at = 0; at < pixels.length; at++) {
    const label = labels[Math.floor(at / PIXELS)];
    const place = at % PIXELS;
    const isOn = Math.floor(place / 40) % 10 === label || (place % 28) % 10 === label;
    pixels[at] = (isOn ? 200 : 0) + (next() % 50);
  }
  return { pixels, labels };
}

/**
 * @param {import("../../vae_explorer/frontend/training/atlas.js").Digits} digits
 * @param {(label: number) => boolean} isWanted
 */
export function onlyOf({ pixels, labels }, isWanted) {
  const places = [...labels.keys()].filter((i) => isWanted(labels[i]));
  return {
    pixels: Uint8Array.from(places.flatMap((i) => [...pixels.subarray(i * PIXELS, (i + 1) * PIXELS)])),
    labels: Uint8Array.from(places, (i) => labels[i]),
  };
}
