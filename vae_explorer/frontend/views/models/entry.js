/** A model in the list of models. */

import { element } from "../../dom.js";

/**
 * @param {{title: string, teaches: string, figures: string[], picture: string | null}} model  `picture` is an address
 * @param {boolean} isShown
 * @param {() => void} onClick
 */
export function modelEntry({ title, teaches, figures, picture }, isShown, onClick) {
  const samples = element("span", { class: "vx-models-picture" });
  if (picture) samples.style.backgroundImage = `url("${picture}")`;
  return element(
    "button",
    {
      class: "vx-models-entry",
      attributes: { type: "button", "aria-current": isShown ? "true" : null },
      on: { click: onClick },
    },
    samples,
    element(
      "span",
      {},
      element("strong", { text: title }),
      element("span", { class: "vx-note", text: figures.join(" · ") }),
      element("span", { text: teaches }),
    ),
  );
}
