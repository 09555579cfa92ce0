/**
 * The filmstrips of Morph: above each slider the pictures along its axis, with the rest of the code fixed.
 *
 * They are decoded in the background, all in one batch, one batch at a time; then the next batch starts from the code as
 * it is by then, and painted some in a frame: one in which many canvases change is a long one. On a slow machine they
 * follow in larger steps, and the drag stays smooth. A strip does not depend on its own slider's value, so that of the
 * slider being dragged stays as it is; and one that is out of view waits until it is seen.
 *
 * @typedef {import("../../types.js").ViewProps} ViewProps
 * @typedef {import("../../current_code.js").Code} Code
 * @typedef {import("./slider.js").Slider} Slider
 */

import { decodeBatch } from "../../decoding/decode_batch.js";
import { isAbort } from "../../dom.js";
import { PIXELS, SIDE } from "../../picture/size.js";
import { inNextFrame, pause } from "../../timing/next_frame.js";
import { Painter } from "../../paint.js";

// Moving along a direction and back may change the last bit; no picture shows that.
const SAME = 1e-6;

// Strips that change in one frame.
const AT_ONCE = 8;
// Of the time that a slow page has, for frames in which strips change. A fast one is done with them in `QUICK_MS`.
const SHARE = 0.5;
const QUICK_MS = 25;

export class Filmstrips {
  #manifest;
  #baseUrl;
  #root;
  #onFailure;
  #picture = 0;
  #painter = new Painter();
  #stop = new AbortController();
  #running = false;
  #failed = false;
  /** @type {Code | null} */
  #code = null;
  /** @type {Slider[]} */
  #sliders = [];
  /** @type {Set<Element>} */
  #visible = new Set();
  /** @type {WeakMap<Slider, {z: Float64Array, label: number | null}>} what a strip shows, its own axis at 0 */
  #shown = new WeakMap();
  #observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) this.#visible.add(target);
      else this.#visible.delete(target);
    }
    this.request();
  });

  /**
   * @param {ViewProps} props
   * @param {HTMLElement} root  its `data-strips` is the number of the picture whose code all strips in view show
   * @param {(error: unknown) => void} onFailure  decoding stops until `retry`
   */
  constructor({ manifest, baseUrl }, root, onFailure) {
    this.#manifest = manifest;
    this.#baseUrl = baseUrl;
    this.#root = root;
    this.#onFailure = onFailure;
  }

  /**
   * @param {Slider[]} sliders
   * @param {Code} code  read whenever a batch starts
   */
  follow(sliders, code) {
    this.#observer.disconnect();
    this.#visible.clear();
    this.#sliders = sliders;
    this.#code = code;
    for (const { strip } of sliders) this.#observer.observe(strip);
  }

  /**
   * The code may have changed, or which strips are in view.
   *
   * @param {number} [picture]  the number of the picture that shows the code
   */
  request(picture = this.#picture) {
    this.#picture = picture;
    if (!this.#running && !this.#failed) this.#work();
  }

  retry() {
    this.#failed = false;
    this.request();
  }

  destroy() {
    this.#observer.disconnect();
    this.#stop.abort();
  }

  async #work() {
    this.#running = true;
    try {
      for (let stale = this.#stale(); stale.length; stale = this.#stale()) {
        const picture = this.#picture;
        const busy = await this.#draw(stale, picture);
        if (busy > QUICK_MS) await pause(busy * (1 / SHARE - 1));
      }
    } catch (error) {
      if (isAbort(error)) return;
      this.#failed = true;
      this.#onFailure(error);
    } finally {
      this.#running = false;
    }
  }

  /** The strips in view that show an older code, with the code that they should show. */
  #stale() {
    if (!this.#code) return [];
    const { z, label } = this.#code;
    return this.#sliders
      .filter(({ strip }) => this.#visible.has(strip))
      .map((slider) => {
        const held = z.slice();
        slider.axis.move(held, 0);
        return { slider, held, label };
      })
      .filter(({ slider, held }) => {
        const shown = this.#shown.get(slider);
        return !shown || shown.label !== label || held.some((value, i) => Math.abs(value - shown.z[i]) > SAME);
      });
  }

  /**
   * @param {{slider: Slider, held: Float64Array, label: number | null}[]} stale  all of one label
   * @param {number} picture  the number of the picture that shows the code
   * @returns {Promise<number>}  how long the page was busy with the frame in which they changed, in milliseconds
   */
  async #draw(stale, picture) {
    const dim = this.#manifest.latent_dim;
    const frames = stale.flatMap(({ slider, held }) =>
      slider.axis.stops.map((value, frame) => ({ slider, held, value, frame })),
    );
    const codes = new Float64Array(frames.length * dim);
    frames.forEach(({ slider, held, value }, n) => {
      const z = codes.subarray(n * dim, (n + 1) * dim);
      z.set(held);
      slider.axis.move(z, value);
    });
    /** @param {Float32Array} pixels @param {number} start */
    const paint = (pixels, start) => {
      for (let n = 0; n * PIXELS < pixels.length; n++) {
        const { slider, frame } = frames[start + n];
        this.#painter.paint(slider.stripContext, pixels, n * PIXELS, frame * SIDE);
      }
    };
    // Strips that show nothing yet are filled as the pictures come.
    const onChunk = stale.some(({ slider }) => !this.#shown.has(slider)) ? paint : undefined;
    const { label } = stale[0];
    const options = { label, signal: this.#stop.signal, onChunk };
    const pixels = await decodeBatch(this.#manifest, this.#baseUrl, codes, frames.length, options);
    for (const { slider, held } of stale) this.#shown.set(slider, { z: held, label });
    const strips = onChunk ? 0 : stale.length;
    const size = (pixels.length / stale.length) * AT_ONCE;
    let busy = 0;
    for (let first = 0; first === 0 || first < strips; first += AT_ONCE) {
      const start = (first / AT_ONCE) * size;
      busy += await inNextFrame(() => {
        if (strips) paint(pixels.subarray(start, start + size), start / PIXELS);
        if (first + AT_ONCE >= strips) this.#root.dataset.strips = String(picture);
      });
    }
    return busy;
  }
}
