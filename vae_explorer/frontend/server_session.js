/**
 * What the page tells the server of a visitor's session: the values that views commit, and the model.
 *
 * A value needs no run of the app's script, since the page shows it already: it is posted. One request is under way at
 * a time, and of what is committed meanwhile the newest follows. When the server does not know the session any more,
 * because it was restarted or the connection was lost for long, Streamlit starts another one in the same page; that one
 * is told all that was committed in this page so far.
 *
 * @typedef {import("./types.js").ViewProps} ViewProps
 * @typedef {{model: string, view: string, values: Record<string, unknown>}} Committed
 */

import { fetchWithin } from "./fetch_within.js";

// How long to wait before a request that did not reach the server is sent again.
const PAUSE_MS = 1000;
// An answer that takes longer will not come.
const LONGEST_MS = 10_000;
// The server had no time or no room: request timeout, too many requests.
const LATER = [408, 429];

class ServerSession {
  /** @type {string | undefined} */
  #token;
  #url = "";
  #model = "";
  /** All that was committed, by model and view. @type {Map<string, Committed>} */
  #committed = new Map();
  /** What the server has not confirmed yet, the same. @type {Map<string, Committed>} */
  #waiting = new Map();
  #isSending = false;
  /** The page that a session was asked to go to and has not gone to yet. @type {{session: string | undefined, view: string} | null} */
  #opening = null;

  /**
   * To be called with what the server says at each run of its script.
   *
   * @param {Pick<ViewProps, "session" | "sessionUrl" | "view" | "manifest" | "baseUrl">} props
   * @returns {[event: string, value: unknown] | null}  an event to send, about what the server has forgotten: the model
   *   that the visitor had chosen, or that another page was to be opened
   */
  meet({ session, sessionUrl, view, manifest, baseUrl }) {
    const isNew = session !== this.#token;
    const chosen = this.#model;
    const wasForgotten = isNew && this.#token !== undefined;
    this.#token = session;
    this.#url = new URL(sessionUrl, baseUrl).href;
    this.#model = manifest.id;
    if (view === this.#opening?.view) this.#opening = null;
    if (wasForgotten) {
      this.#waiting = new Map(this.#committed);
      this.#send();
      if (chosen !== manifest.id) return ["resume", chosen];
    }
    return this.#opening && this.#opening.session !== session ? this.open(this.#opening.view) : null;
  }

  /** The visitor has chosen another model: that is what counts, should the server have forgotten the last. @param {string} model */
  choose(model) {
    this.#model = model;
  }

  /** @param {string} view @returns {[event: string, value: unknown]}  the event that has the server go to this page */
  open(view) {
    this.#opening = { session: this.#token, view };
    return ["open", view];
  }

  /**
   * Keep a value.
   *
   * @param {string} model
   * @param {string} view
   * @param {string} name
   * @param {unknown} value
   */
  commit(model, view, name, value) {
    const key = JSON.stringify([model, view]);
    const values = { ...this.#committed.get(key)?.values, [name]: value };
    this.#committed.set(key, { model, view, values });
    this.#waiting.set(key, { model, view, values });
    this.#send();
  }

  async #send() {
    if (this.#isSending) return;
    this.#isSending = true;
    while (this.#waiting.size) {
      const token = this.#token;
      const [[key, sent]] = this.#waiting;
      const wasAnswered = await this.#post({ token, model: sent.model, view: sent.view, ...sent.values });
      if (!wasAnswered) await new Promise((go) => setTimeout(go, PAUSE_MS));
      else if (token === this.#token && this.#waiting.get(key) === sent) this.#waiting.delete(key);
    }
    this.#isSending = false;
  }

  /** @param {object} message @returns {Promise<boolean>} whether the server has dealt with it */
  async #post(message) {
    const request = { method: "POST", body: JSON.stringify(message), keepalive: true };
    try {
      const answer = await fetchWithin(this.#url, request, LONGEST_MS);
      return answer.status < 500 && !LATER.includes(answer.status);
    } catch {
      return false;
    }
  }
}

/** There is one session in a page. */
export const serverSession = new ServerSession();
