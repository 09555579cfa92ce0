/**
 * The time bar: back through what was recorded, as a film, and as a GIF.
 *
 * @typedef {import("./session.js").TrainingSession} TrainingSession
 */

import { button, element, errorBox, setText } from "../../dom.js";
import { fileName, saveBlob } from "../../save.js";
import { filmGif } from "./film.js";

const TEXT = {
  play: "Play",
  stop: "Stop",
  hint: "Play what was recorded so far as a film",
  time: "Recorded states",
  /** @param {number} number @param {number} count @param {number} step */
  value: (number, count, step) => `state ${number} of ${count}, step ${step}`,
  gif: "GIF",
  gifHint: "Save the film: the map, the test digits and the samples",
  making: "Creating the file…",
  retry: "Try again",
};

const FRAME_MS = 80;
// With reduced motion: single pictures.
const REDUCED_MS = 1000;

export class Timeline {
  #session;
  #gifUrl;
  #name;
  #playing = 0; // counts the films: one that is not the newest has ended
  #isPlaying = false;
  #isMaking = false;

  /**
   * @param {TrainingSession} session
   * @param {string} gifUrl  of the route that makes GIFs
   * @param {() => string[]} name  parts of a file's name
   */
  constructor(session, gifUrl, name) {
    this.#session = session;
    this.#gifUrl = gifUrl;
    this.#name = name;
    this.play = button(TEXT.play, () => (this.#isPlaying ? this.stop() : this.#play()), {
      class: "vx-play",
      attributes: { title: TEXT.hint },
    });
    this.range = element("input", {
      class: "vx-range vx-train-range",
      attributes: { type: "range", min: 0, max: 0, step: 1, "aria-label": TEXT.time },
      on: { input: () => this.#seek(this.range.valueAsNumber) },
    });
    this.gif = button(TEXT.gif, () => this.#save(), { attributes: { title: TEXT.gifHint } });
    this.status = element("div", { class: "vx-train-saving", attributes: { role: "status" } });
    this.root = element("div", { class: "vx-train-timeline" }, this.play, this.range, this.gif, this.status);
  }

  show() {
    const { frame, shown, reviewed, state } = this.#session;
    const last = Math.max(0, (frame?.recorded ?? 1) - 1);
    this.range.max = String(last);
    const at = reviewed ? reviewed.index : last;
    this.range.value = String(at);
    this.range.style.setProperty("--vx-part", last ? (at / last).toFixed(4) : "0");
    this.range.setAttribute("aria-valuetext", TEXT.value(at + 1, last + 1, shown?.step ?? 0));
    this.range.disabled = this.play.disabled = !last;
    this.gif.disabled = !last || this.#isMaking;
    if (this.#isPlaying && state.kind === "running") this.stop();
  }

  /** @param {number} index */
  #seek(index) {
    this.stop();
    this.#session.review(index);
  }

  stop() {
    this.#playing++;
    this.#isPlaying = false;
    setText(this.play, TEXT.play);
  }

  /** From where the visitor is, or from the start; to the end. */
  async #play() {
    const session = this.#session;
    const film = ++this.#playing;
    this.#isPlaying = true;
    setText(this.play, TEXT.stop);
    const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)").matches;
    session.pause();
    const last = Number(this.range.max);
    let index = Number(this.range.value) < last ? Number(this.range.value) : 0;
    for (; index <= Number(this.range.max); index++) {
      const due = new Promise((resolve) => setTimeout(resolve, reducedMotion ? REDUCED_MS : FRAME_MS));
      await session.review(index);
      await due;
      if (film !== this.#playing) return;
    }
    this.stop();
  }

  async #save() {
    const session = this.#session;
    const { frame, labels, originals, used } = session;
    if (!frame || !labels || !originals) return;
    this.#isMaking = true;
    this.gif.disabled = true;
    this.status.replaceChildren(element("p", { class: "vx-note", text: TEXT.making }));
    const name = fileName(this.#name(), "gif");
    try {
      // Nothing may be dropped from what was recorded meanwhile.
      session.pause();
      const { recorded: count } = await session.recorded(0);
      const film = { count, frame: session.recorded.bind(session), labels, originals, used };
      saveBlob(await filmGif(film, this.#gifUrl), name);
      this.status.replaceChildren();
    } catch (error) {
      this.status.replaceChildren(errorBox(error, TEXT.retry, () => this.#save()));
    }
    this.#isMaking = false;
    this.show();
  }
}
