/**
 * A tour of the Morph page in four steps: offered, never begun by itself. Once it was closed or finished in this browser
 * nobody is invited again, and the button stays.
 */

import { button, element } from "../../dom.js";
import { PAGE_LINK } from "../../page_links.js";
import { besides, boundsOf } from "./tour_place.js";

const TEXT = {
  invitation: "New here?",
  take: "Take the tour",
  name: "Tour of this page",
  /** @param {number} at @param {number} count */
  count: (at, count) => `${at + 1} of ${count}`,
  next: "Next",
  back: "Back",
  done: "Done",
  close: "Close",
  space: [
    "Where the code lies",
    "Each point is a code, and all of them are the latent space. Drag the ring, and the picture changes while you drag.",
  ],
  sliders: [
    "Number by number",
    "Each slider is one number of the code, and the strip above it shows where it leads. Drag, or click a frame.",
  ],
  picture: [
    "What is drawn",
    "The decoder draws this picture from the code. The lines with it say whether the code is a usual one.",
  ],
  classified: [
    "What is drawn",
    "The decoder draws this picture from the code. The lines with it say what a classifier reads in it, and whether the code is a usual one.",
  ],
  pages: [
    "And onward",
    "Encode takes a picture through both networks, Samples draws random codes, Map shows where the data lie, Interpolate " +
      "goes from one code to another.",
  ],
};

const SEEN = "vae-explorer-toured";

/** Where the browser keeps nothing, the page remembers. */
let wasSeen = false;

function isSeen() {
  try {
    return wasSeen || localStorage.getItem(SEEN) !== null;
  } catch {
    return wasSeen;
  }
}

function keepSeen() {
  wasSeen = true;
  try {
    localStorage.setItem(SEEN, "1");
  } catch {
    // The invitation is there once more after a reload then.
  }
}

export class Tour {
  #steps;
  #at = -1;
  #stop = new AbortController();

  /**
   * @param {Element} space  the inset with its ring
   * @param {Element} sliders
   * @param {Element} picture  beside its readings
   * @param {boolean} hasClassifier
   */
  constructor(space, sliders, picture, hasClassifier) {
    this.#steps = [
      { text: TEXT.space, target: () => [space] },
      { text: TEXT.sliders, target: () => [sliders] },
      { text: hasClassifier ? TEXT.classified : TEXT.picture, target: () => [picture.parentElement ?? picture] },
      { text: TEXT.pages, target: () => [...document.querySelectorAll(PAGE_LINK)] },
    ];
    this.invitation = element("span", { class: "vx-note", text: TEXT.invitation });
    this.take = button(TEXT.take, () => this.#begin(), { class: "vx-tour-take" });
    this.title = element("strong", { attributes: { id: "vx-tour-title" } });
    this.words = element("p", { attributes: { id: "vx-tour-words" } });
    this.count = element("span", { class: "vx-note vx-reading" });
    this.back = button(TEXT.back, () => this.#show(this.#at - 1));
    this.next = button(TEXT.next, () => (this.#at + 1 < this.#steps.length ? this.#show(this.#at + 1) : this.#end()));
    const close = button("×", () => this.#end(), {
      class: "vx-tour-close",
      attributes: { "aria-label": TEXT.close, title: TEXT.close },
    });
    this.card = element(
      "div",
      {
        class: "vx-tour-card",
        attributes: {
          role: "dialog",
          tabindex: -1,
          "aria-label": TEXT.name,
          "aria-describedby": "vx-tour-title vx-tour-words",
        },
      },
      element("div", { class: "vx-between" }, this.title, close),
      this.words,
      element("div", { class: "vx-tour-foot" }, this.count, this.back, this.next),
    );
    this.outline = element("div", { class: "vx-tour-outline", attributes: { "aria-hidden": "true" } });
    // In the top layer where the browser has one: the page's own bars lie over everything else.
    const attributes = { popover: "manual", hidden: true };
    this.layer = element("div", { class: "vx-tour-layer", attributes }, this.outline, this.card);
    this.root = element("div", { class: "vx-tour" }, this.invitation, this.take, this.layer);
    this.invitation.hidden = isSeen();
  }

  destroy() {
    this.#stop.abort();
  }

  #begin() {
    this.#stop.abort();
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    document.addEventListener("keydown", this.#onKey, { signal });
    const place = () => this.#place();
    window.addEventListener("resize", place, { signal });
    document.addEventListener("scroll", place, { signal, capture: true, passive: true });
    this.layer.hidden = false;
    this.layer.showPopover?.();
    this.#show(0);
  }

  #end() {
    this.#stop.abort();
    this.layer.hidePopover?.();
    this.layer.hidden = true;
    this.#at = -1;
    keepSeen();
    this.invitation.hidden = true;
    this.take.focus(); // and back to the top, where the tour began
  }

  /** @param {number} at */
  #show(at) {
    this.#at = at;
    const { text, target } = this.#steps[at];
    [this.title.textContent, this.words.textContent] = text;
    this.count.textContent = TEXT.count(at, this.#steps.length);
    this.back.disabled = at === 0;
    this.next.textContent = at + 1 < this.#steps.length ? TEXT.next : TEXT.done;
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    target()[0]?.scrollIntoView({ block: "nearest", behavior: isCalm ? "instant" : "smooth" });
    this.#place();
    this.next.focus({ preventScroll: true }); // its name and the words are read aloud
  }

  #place() {
    if (this.#at < 0) return;
    // What `fixed` refers to depends on what is around the layer, where there is no top layer.
    this.layer.style.translate = "0";
    const origin = this.layer.getBoundingClientRect();
    this.layer.style.translate = `${-origin.left}px ${-origin.top}px`;
    const around = boundsOf(this.#steps[this.#at].target());
    this.outline.hidden = !around;
    const { offsetWidth: width, offsetHeight: height } = this.card;
    const { left, top } = besides(around, { width, height }, { width: innerWidth, height: innerHeight });
    this.card.style.translate = `${left}px ${top}px`;
    if (!around) return;
    const { style } = this.outline;
    style.translate = `${around.left}px ${around.top}px`;
    style.width = `${around.width}px`;
    style.height = `${around.height}px`;
  }

  /** @param {KeyboardEvent} event */
  #onKey = (event) => {
    if (event.key === "Escape") this.#end();
  };
}
