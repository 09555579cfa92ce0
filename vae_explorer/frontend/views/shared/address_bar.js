/**
 * The page's address holds what the page shows, so that a reload, a bookmark and the browser's own "copy" do: it is
 * brought up to date a moment after anything was released, and before the page is left, without a word to the server.
 * What stands behind a "#" no browser sends to a server at all.
 *
 * An address that nobody has changed anything at stays as it is.
 */

const PAUSE_MS = 250;
const RELEASES = ["pointerup", "keyup", "change", "wheel"];

/** Whether anything was done in this tab: from then on every page's address says what it shows. */
let isTouched = false;

export class AddressBar {
  #link;
  #timer = 0;
  #listening = new AbortController();
  /** Of the page. The next page's may be there before this one is gone. */
  #path = location.pathname;

  /** @param {() => string} link  to what is shown; it changes nothing */
  constructor(link) {
    this.#link = link;
    const { signal } = this.#listening;
    for (const release of RELEASES) {
      document.addEventListener(release, this.#onRelease, { capture: true, passive: true, signal });
    }
    document.addEventListener("click", this.#onClick, { capture: true, signal });
    this.follow();
  }

  destroy() {
    clearTimeout(this.#timer);
    this.#listening.abort();
  }

  /** Something has changed that nobody has released just now. */
  request() {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#update(), PAUSE_MS);
  }

  /** Something is shown otherwise, perhaps because of what was released before. */
  follow() {
    if (isTouched) this.request();
  }

  /** The visitor is about to go to another page: whoever comes back finds this one as it is now. */
  leave() {
    isTouched = true;
    clearTimeout(this.#timer);
    this.#update();
  }

  #onRelease = () => {
    isTouched = true;
    this.request();
  };

  #onClick = (/** @type {Event} */ event) => {
    if (event.composedPath().some((node) => node instanceof HTMLAnchorElement)) this.leave();
  };

  #update() {
    if (location.pathname !== this.#path) return;
    const { search, hash } = new URL(this.#link());
    if (search === location.search && hash === location.hash) return;
    try {
      history.replaceState(history.state, "", `${location.pathname}${search}${hash}`);
    } catch {
      // Safari allows a hundred in half a minute; the next one has all that this one has.
    }
  }
}
