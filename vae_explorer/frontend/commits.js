/**
 * What a view tells the server, one message at a time.
 *
 * Each message runs the app's script, and a run that begins while the page still takes in the one before makes Streamlit
 * take every element for stale: it removes the view and mounts it again, and whoever drags or types there loses hold. So
 * the next message waits for the answer to the last one, and of what is committed meanwhile only the newest is sent.
 *
 * @typedef {import("./types.js").StreamlitComponent} StreamlitComponent
 */

// An answer that takes longer is no longer waited for: the run may have ended without the view.
const PATIENCE_MS = 3000;

export class Commits {
  #component;
  /** @type {Map<string, unknown>} */
  #waiting = new Map();
  #isUnderWay = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #patience;
  /** @param {MouseEvent} event */
  #onClick = (event) => this.#holdLink(event);

  /** @param {() => StreamlitComponent} component  the latest, whose setters are used */
  constructor(component) {
    this.#component = component;
    window.addEventListener("click", this.#onClick, true);
  }

  /** Keep a value, soon. @param {string} name @param {unknown} value */
  commit(name, value) {
    this.#waiting.set(name, value);
    if (this.#patience === undefined) this.#flush();
  }

  /** Tell of an event at once, and before it of what waits. @param {string} name @param {unknown} value */
  send(name, value) {
    this.#flush();
    this.#component().setTriggerValue(name, value);
    this.#underWay();
  }

  /** To be called when a run of the script has come to the view. */
  answered() {
    clearTimeout(this.#patience);
    this.#patience = undefined;
    this.#flush();
  }

  destroy() {
    clearTimeout(this.#patience);
    window.removeEventListener("click", this.#onClick, true);
  }

  #flush() {
    if (this.#waiting.size === 0) return;
    const { setStateValue } = this.#component();
    for (const [name, value] of this.#waiting) setStateValue(name, value);
    this.#waiting.clear();
    this.#underWay();
  }

  #underWay() {
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => this.answered(), PATIENCE_MS);
    this.#isUnderWay = true;
    setTimeout(() => {
      this.#isUnderWay = false;
    });
  }

  /**
   * Streamlit sends a change in the next task, a click on a page's link at once; the change then names the page that was
   * left, and the server goes back to it. On a slow machine the browser takes the click first: it has to wait.
   *
   * @param {MouseEvent} event
   */
  #holdLink(event) {
    const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement);
    if (!link) return;
    this.#flush();
    if (!this.#isUnderWay) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    setTimeout(() => link.dispatchEvent(new MouseEvent("click", event)));
  }
}
