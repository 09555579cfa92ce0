// The wheel over the map: where the page can scroll, it scrolls the page, and with Ctrl or ⌘ it zooms the map. Where
// there is nothing to scroll, it zooms with and without, as on any map that fills its window.

import { element } from "../../dom.js";

const TEXT = {
  /** @param {string} key */
  hint: (key) => `${key} and the wheel zoom the map`,
  control: "Ctrl",
  command: "⌘",
};

const SHOWN_MS = 1500;
const SLACK = 16; // a page that is longer by less has nothing to scroll to, pixels

/**
 * @param {HTMLElement} stage
 * @returns {() => void} stops listening
 */
export function shareWheel(stage) {
  const listening = new AbortController();
  const key = /Mac|iPhone|iPad/.test(navigator.userAgent) ? TEXT.command : TEXT.control;
  const hint = element("p", { class: "vx-map-wheel", text: TEXT.hint(key), attributes: { hidden: true } });
  stage.append(hint);
  let hiding = 0;

  stage.addEventListener(
    "wheel",
    (event) => {
      if (event.ctrlKey || event.metaKey) {
        hint.hidden = true;
        event.preventDefault(); // the browser would zoom the page as well
      } else if (scrolls(stage)) {
        event.stopPropagation(); // the chart would zoom, and keep the page from scrolling
        hint.hidden = false;
        clearTimeout(hiding);
        hiding = setTimeout(() => (hint.hidden = true), SHOWN_MS);
      }
    },
    { signal: listening.signal, capture: true, passive: false },
  );
  return () => {
    listening.abort();
    clearTimeout(hiding);
  };
}

/**
 * Whether the page around an element can be scrolled up or down.
 *
 * @param {HTMLElement} inner
 */
function scrolls(inner) {
  for (let node = inner.parentElement; node; node = node.parentElement) {
    if (node.scrollHeight > node.clientHeight + SLACK) {
      if (node === document.scrollingElement || /auto|scroll/.test(getComputedStyle(node).overflowY)) return true;
    }
  }
  return false;
}
