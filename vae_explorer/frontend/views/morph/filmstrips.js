/**
 * The filmstrips of Morph: under each slider the pictures that its axis goes through, the rest of the code held.
 *
 * They are decoded in the background, all in one order, at most one order at a time; when it is done, the code as it
 * is by then makes the next. A strip does not depend on its own slider's value, so the one that is being dragged
 * stays as it is, and one that is out of sight waits until it is seen.
 *
 * @typedef {import("../../types.js").ViewProps} ViewProps
 * @typedef {import("../../current_code.js").Code} Code
 * @typedef {import("./slider.js").Dial} Dial
 */

import { decodeBatch } from "../../decode_batch.js";
import { isAbort } from "../../dom.js";
import { PIXELS, SIDE } from "../../model.js";
import { Painter } from "../../paint.js";

// A code along a direction comes back with another last bit; no picture shows that.
const SAME = 1e-6;

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
  /** @type {Dial[]} */
  #dials = [];
  /** @type {Set<Element>} */
  #inSight = new Set();
  /** @type {WeakMap<Dial, {z: Float64Array, label: number | null}>} what a strip shows, its own axis at 0 */
  #drawn = new WeakMap();
  #observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) this.#inSight.add(target);
      else this.#inSight.delete(target);
    }
    this.request();
  });

  /**
   * @param {ViewProps} props
   * @param {HTMLElement} root  its `data-strips` is the number of the picture whose code all strips in sight show
   * @param {(error: unknown) => void} onFailure  nothing more is decoded until `retry`
   */
  constructor({ manifest, baseUrl }, root, onFailure) {
    this.#manifest = manifest;
    this.#baseUrl = baseUrl;
    this.#root = root;
    this.#onFailure = onFailure;
  }

  /**
   * @param {Dial[]} dials
   * @param {Code} code  read whenever an order is made
   */
  follow(dials, code) {
    this.#observer.disconnect();
    this.#inSight.clear();
    this.#dials = dials;
    this.#code = code;
    for (const { strip } of dials) this.#observer.observe(strip);
  }

  /**
   * The code may have changed, or what is in sight.
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
        await this.#draw(stale);
        this.#root.dataset.strips = String(picture);
      }
    } catch (error) {
      if (isAbort(error)) return;
      this.#failed = true;
      this.#onFailure(error);
    } finally {
      this.#running = false;
    }
  }

  /** The strips in sight that show another code, with the code that they should show. */
  #stale() {
    if (!this.#code) return [];
    const { z, label } = this.#code;
    return this.#dials
      .filter(({ strip }) => this.#inSight.has(strip))
      .map((dial) => {
        const held = z.slice();
        dial.axis.move(held, 0);
        return { dial, held, label };
      })
      .filter(({ dial, held }) => {
        const drawn = this.#drawn.get(dial);
        return !drawn || drawn.label !== label || held.some((value, i) => Math.abs(value - drawn.z[i]) > SAME);
      });
  }

  /** @param {{dial: Dial, held: Float64Array, label: number | null}[]} stale  all of one label */
  async #draw(stale) {
    const dim = this.#manifest.latent_dim;
    const frames = stale.flatMap(({ dial, held }) =>
      dial.axis.stops.map((value, frame) => ({ dial, held, value, frame })),
    );
    const codes = new Float64Array(frames.length * dim);
    frames.forEach(({ dial, held, value }, n) => {
      const z = codes.subarray(n * dim, (n + 1) * dim);
      z.set(held);
      dial.axis.move(z, value);
    });
    await decodeBatch(this.#manifest, this.#baseUrl, codes, frames.length, {
      label: stale[0].label,
      signal: this.#stop.signal,
      onChunk: (pixels, start) => {
        for (let n = 0; n * PIXELS < pixels.length; n++) {
          const { dial, frame } = frames[start + n];
          this.#painter.paint(dial.film, pixels, n * PIXELS, frame * SIDE);
        }
      },
    });
    for (const { dial, held, label } of stale) this.#drawn.set(dial, { z: held, label });
  }
}
