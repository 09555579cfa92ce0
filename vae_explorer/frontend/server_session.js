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
import { MORPH } from "./page_links.js";

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
  /** The model that the visitor has chosen, or was given. */
  #model = "";
  /** How often the session had set the model by itself. */
  #modelRev = 0;
  /** Whether the browser has gone back or forward, to what the address says. */
  #isFollowing = false;
  /** The page that the visitor has asked for and does not see yet; `session` is the one that will go there. @type {{session: string | undefined, view: string} | null} */
  #opening = null;
  /** All that was committed, by model and view. @type {Map<string, Committed>} */
  #committed = new Map();
  /** What the server has not confirmed yet, the same. @type {Map<string, Committed>} */
  #waiting = new Map();
  #isSending = false;

  /**
   * To be called with what the server says at each run of its script.
   *
   * What the visitor has asked for holds until it is shown: a session that has begun anew knows nothing of it, and a run
   * that was to do it may have been cut short by the next. What a session sets by itself goes before that.
   *
   * @param {Pick<ViewProps, "session" | "sessionUrl" | "view" | "manifest" | "modelRev" | "baseUrl">} props
   * @returns {[event: string, value: string] | null}  an event to send, about what the server lacks: that another page
   *   was to be opened, or the model that the visitor has chosen
   */
  meet({ session, sessionUrl, view, manifest, modelRev, baseUrl }) {
    const isNew = session !== this.#token;
    const wasForgotten = isNew && this.#token !== undefined;
    const isSet = isNew ? this.#isFollowing : modelRev !== this.#modelRev;
    this.#token = session;
    this.#url = new URL(sessionUrl, baseUrl).href;
    this.#modelRev = modelRev;
    this.#isFollowing = false;
    if (isSet || !this.#model) this.#model = manifest.id;
    if (view === this.#opening?.view) this.#opening = null;
    if (wasForgotten) {
      this.#waiting = new Map(this.#committed);
      this.#post();
    }
    // On the way to another page nothing is said: that would lead back to this one. The other will say it.
    if (this.#opening) return this.#opening.session === session ? null : ["open", this.#opening.view];
    return this.#model === manifest.id ? null : ["resume", this.#model];
  }

  /**
   * To be called with each event before it is sent.
   *
   * @param {string} event
   * @param {string | true | import("./own/facts.js").Facts | {absent: string}} value
   */
  send(event, value) {
    if (event === "open") {
      this.#isFollowing = false;
      this.#opening = { session: this.#token, view: String(value) };
      return;
    }
    // Streamlit sends it from the page that it shows, and goes there, or stays: another page has to be asked for again.
    if (this.#opening) this.#opening.session = undefined;
    if (event === "explore") this.#opening = { session: this.#token, view: MORPH };
    const isChosen = event === "choose" || event === "explore";
    const model = typeof value === "object" ? ("id" in value ? value.id : null) : String(value);
    if (!isChosen || model === null) return;
    this.#model = model;
    this.#isFollowing = false;
  }

  /** To be called when the browser goes back or forward: the address says the page and the model. */
  followAddress() {
    this.#opening = null;
    this.#isFollowing = true;
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
    this.#post();
  }

  async #post() {
    if (this.#isSending) return;
    this.#isSending = true;
    while (this.#waiting.size) {
      const token = this.#token;
      const [[key, sent]] = this.#waiting;
      const wasAnswered = await this.#request({ token, model: sent.model, view: sent.view, ...sent.values });
      if (!wasAnswered) await new Promise((go) => setTimeout(go, PAUSE_MS));
      else if (token === this.#token && this.#waiting.get(key) === sent) this.#waiting.delete(key);
    }
    this.#isSending = false;
  }

  /** @param {object} message @returns {Promise<boolean>} whether the server has dealt with it */
  async #request(message) {
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
