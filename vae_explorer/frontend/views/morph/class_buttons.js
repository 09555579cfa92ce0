// One button for each class that the decoder can be given.

import { button } from "../../dom.js";

/**
 * @param {import("../../types.js").Manifest} manifest
 * @param {(label: number) => void} onChoose
 * @returns {HTMLButtonElement[]}  none unless the decoder is conditioned on the class
 */
export function classButtons({ classes, data }, onChoose) {
  return Array.from({ length: classes }, (_, label) =>
    button(data.classes[label] ?? String(label), () => onChoose(label)),
  );
}
