/**
 * A file of variations that is being made. It is not the tab's: it is finished and saved though another tab or page is
 * opened meanwhile, and the tab finds it again.
 */

import { isAbort } from "../../dom.js";
import { remembered } from "../../session_memory.js";

export class Saving {
  /** What there is to say of the file. */
  text = "";
  /** Its text, or whether it is under way, has changed. */
  onNews = () => {};
  /** @type {AbortController | null} */
  #ending = null;

  get isUnderWay() {
    return this.#ending !== null;
  }

  /**
   * @param {(signal: AbortSignal, say: (text: string) => void) => Promise<string>} make
   *   makes and saves it; resolves to what is to be said then
   * @param {{stopped: string, failed: string}} texts
   * @returns {Promise<void>}  rejects with what went wrong
   */
  async run(make, { stopped, failed }) {
    const ending = new AbortController();
    this.#ending = ending;
    let text = failed;
    try {
      text = await make(ending.signal, (said) => this.#say(said));
    } catch (error) {
      if (isAbort(error)) text = stopped;
      else throw error;
    } finally {
      this.#ending = null;
      this.#say(text);
    }
  }

  /** What is under way is no longer wanted; what is said of the last one is out of date. */
  stop() {
    if (this.#ending) this.#ending.abort();
    else this.#say("");
  }

  /** @param {string} text */
  #say(text) {
    this.text = text;
    this.onNews();
  }
}

/** The one of a model. */
export const savingOf = remembered(() => new Saving());
