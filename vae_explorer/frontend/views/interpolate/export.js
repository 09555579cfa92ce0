/**
 * What a person takes along from a way: the strips as PNG, the loop as GIF or WebM.
 *
 * @typedef {import("../../types.js").InterpolateProps} InterpolateProps
 * @typedef {import("../../space/paths.js").Route} Route
 * @typedef {{route: Route, label: number | null, films: import("./filmstrip.js").Film[]}} Taken
 */

import { decodeBatch } from "../../decode_batch.js";
import { button, element, errorBox, isAbort } from "../../dom.js";
import { fileName, saveBlob, savePng } from "../../save.js";
import { codesAt, segmentsOf } from "../../space/paths.js";
import { filmSheet } from "./filmstrip_sheet.js";
import { gifOf, loopPlaces, recordsWebm, webmOf } from "./loop.js";
import { WAYS } from "./named_paths.js";

const TEXT = {
  png: "Strips as PNG",
  gif: "GIF",
  webm: "WebM",
  of: "Loop of",
  both: "both ways",
  making: "Making the file…",
  recording: "Recording, as long as the loop lasts…",
  retry: "Try again",
};

// From stop to stop. There and back over six stops this makes 240 frames; the server takes 300.
const GIF = { steps: 24, delay: 60 };
const WEBM = { steps: 40, delay: 40 };

export class TakeAlong {
  #props;
  #taken;
  #working = new AbortController();
  #ready = false;
  #making = false;

  /**
   * @param {InterpolateProps} props
   * @param {() => Taken} taken  what there is to take now
   */
  constructor(props, taken) {
    this.#props = props;
    this.#taken = taken;
    this.which = element(
      "select",
      { class: "vx-field", attributes: { "aria-label": TEXT.of } },
      ...[TEXT.both, ...WAYS.map(({ name }) => name.toLowerCase())].map((text, index) =>
        element("option", { text, attributes: { value: index } }),
      ),
    );
    this.png = button(TEXT.png, () => savePng(filmSheet(this.#taken().films), this.#name("strips", "png")));
    this.gif = button(TEXT.gif, () => this.#make("gif"));
    this.webm = button(TEXT.webm, () => this.#make("webm"), { attributes: { hidden: !recordsWebm() } });
    this.said = element("div", { attributes: { role: "status" } });
    const choice = element(
      "label",
      { class: "vx-ip-choice" },
      element("span", { class: "vx-note", text: TEXT.of }),
      this.which,
    );
    this.root = element("div", { class: "vx-ip-take" }, this.png, choice, this.gif, this.webm, this.said);
    this.ready = false;
  }

  destroy() {
    this.#working.abort();
  }

  /** @param {boolean} ready  whether all pictures are there */
  set ready(ready) {
    this.#ready = ready;
    this.#enable();
  }

  #enable() {
    this.png.disabled = !this.#ready;
    this.gif.disabled = this.webm.disabled = !this.#ready || this.#making;
  }

  /** @param {"gif" | "webm"} kind */
  async #make(kind) {
    const { steps, delay } = kind === "gif" ? GIF : WEBM;
    const chosen = WAYS.filter((_, index) => [0, index + 1].includes(Number(this.which.value)));
    // Taken now, and its name too: the way and the class may be others by the time the file is there.
    const { route, label } = this.#taken();
    const name = this.#name(chosen.map(({ id }) => id).join("-and-"), kind);
    this.#making = true;
    this.#enable();
    this.said.replaceChildren(element("p", { class: "vx-note", text: kind === "gif" ? TEXT.making : TEXT.recording }));
    try {
      const places = loopPlaces(segmentsOf(route), route.closed, steps);
      const tracks = await Promise.all(
        chosen.map(({ way }) =>
          decodeBatch(this.#props.manifest, this.#props.baseUrl, codesAt(way, route, places), places.length, {
            label,
            signal: this.#working.signal,
          }),
        ),
      );
      const loop = { tracks, frames: places.length, delay };
      const { gifUrl, baseUrl } = this.#props;
      const made =
        kind === "gif" ? await gifOf(loop, new URL(gifUrl, baseUrl).href) : await webmOf(loop, this.#working.signal);
      if (this.#working.signal.aborted) return;
      saveBlob(made, name);
      this.said.replaceChildren();
    } catch (error) {
      if (isAbort(error)) return;
      this.said.replaceChildren(errorBox(error, TEXT.retry, () => this.#make(kind)));
    } finally {
      this.#making = false;
      this.#enable();
    }
  }

  /**
   * @param {string} what
   * @param {string} ending
   */
  #name(what, ending) {
    const { name, data } = this.#props.manifest;
    const { label } = this.#taken();
    return fileName([name, what, ...(label === null ? [] : [`class-${data.classes[label]}`])], ending);
  }
}
