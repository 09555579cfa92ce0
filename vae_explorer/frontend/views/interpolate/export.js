/**
 * Downloads of a path: the filmstrips as PNG, the loop as GIF or WebM.
 *
 * @typedef {import("../../types.js").InterpolateProps} InterpolateProps
 * @typedef {import("../../space/paths.js").Route} Route
 * @typedef {{route: Route, label: number | null, filmstrips: import("./filmstrip.js").Filmstrip[]}} Exported
 */

import { decodeBatch } from "../../decoding/decode_batch.js";
import { button, element, errorBox, isAbort } from "../../dom.js";
import { fileName, saveBlob, savePng } from "../../save.js";
import { codesAt, segmentsOf } from "../../space/paths.js";
import { filmstripSheet } from "./filmstrip_sheet.js";
import { gifOf, loopPositions, recordsWebm, webmOf } from "./loop.js";
import { PATHS } from "./named_paths.js";

const TEXT = {
  png: "Strips as PNG",
  gif: "GIF",
  webm: "WebM",
  of: "Loop of",
  both: "both paths",
  making: "Creating the file…",
  recording: "Recording the loop as it plays…",
  retry: "Try again",
};

// From stop to stop. There and back over six stops this makes 240 frames; the server accepts 300.
const GIF = { steps: 24, delay: 60 };
const WEBM = { steps: 40, delay: 40 };

export class PathExport {
  #props;
  #exported;
  #working = new AbortController();
  #ready = false;
  #making = false;

  /**
   * @param {InterpolateProps} props
   * @param {() => Exported} exported  what is to be saved now
   */
  constructor(props, exported) {
    this.#props = props;
    this.#exported = exported;
    this.which = element(
      "select",
      { class: "vx-field", attributes: { "aria-label": TEXT.of } },
      ...[TEXT.both, ...PATHS.map(({ name }) => name.toLowerCase())].map((text, index) =>
        element("option", { text, attributes: { value: index } }),
      ),
    );
    this.png = button(TEXT.png, () =>
      savePng(filmstripSheet(this.#exported().filmstrips), this.#name("strips", "png")),
    );
    this.gif = button(TEXT.gif, () => this.#make("gif"));
    this.webm = button(TEXT.webm, () => this.#make("webm"), { attributes: { hidden: !recordsWebm() } });
    this.status = element("div", { attributes: { role: "status" } });
    const choice = element(
      "label",
      { class: "vx-ip-choice" },
      element("span", { class: "vx-note", text: TEXT.of }),
      this.which,
    );
    this.root = element("div", { class: "vx-ip-export" }, this.png, choice, this.gif, this.webm, this.status);
    this.ready = false;
  }

  destroy() {
    this.#working.abort();
  }

  /** @param {boolean} ready  whether all pictures have been decoded */
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
    const chosen = PATHS.filter((_, index) => [0, index + 1].includes(Number(this.which.value)));
    // Read now, and named now: the path and the class may change before the file is ready.
    const { route, label } = this.#exported();
    const name = this.#name(chosen.map(({ id }) => id).join("-and-"), kind);
    this.#making = true;
    this.#enable();
    this.status.replaceChildren(
      element("p", { class: "vx-note", text: kind === "gif" ? TEXT.making : TEXT.recording }),
    );
    try {
      const positions = loopPositions(segmentsOf(route), route.closed, steps);
      const tracks = await Promise.all(
        chosen.map(({ path }) =>
          decodeBatch(this.#props.manifest, this.#props.baseUrl, codesAt(path, route, positions), positions.length, {
            label,
            signal: this.#working.signal,
          }),
        ),
      );
      const loop = { tracks, frames: positions.length, delay };
      const { gifUrl, baseUrl } = this.#props;
      const made =
        kind === "gif" ? await gifOf(loop, new URL(gifUrl, baseUrl).href) : await webmOf(loop, this.#working.signal);
      if (this.#working.signal.aborted) return;
      saveBlob(made, name);
      this.status.replaceChildren();
    } catch (error) {
      if (isAbort(error)) return;
      this.status.replaceChildren(errorBox(error, TEXT.retry, () => this.#make(kind)));
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
    const { label } = this.#exported();
    return fileName([name, what, ...(label === null ? [] : [`class-${data.classes[label]}`])], ending);
  }
}
