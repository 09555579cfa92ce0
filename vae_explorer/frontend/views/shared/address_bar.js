/**
 * The page's address holds what the page shows, so that a reload, a bookmark and the browser's own "copy" do: it is
 * brought up to date a moment after anything was released, without a word to the server.
 *
 * An address that nobody has changed anything at stays as it is.
 */

const PAUSE_MS = 250;
const RELEASES = ["pointerup", "keyup", "change"];

/** Whether anything was done in this tab: from then on every page's address says what it shows. */
let isTouched = false;

export class AddressBar {
  #link;
  #timer = 0;

  /** @param {() => string} link  to what is shown; it changes nothing */
  constructor(link) {
    this.#link = link;
    for (const release of RELEASES) document.addEventListener(release, this.#onRelease, { capture: true });
    if (isTouched) this.request();
  }

  destroy() {
    clearTimeout(this.#timer);
    for (const release of RELEASES) document.removeEventListener(release, this.#onRelease, { capture: true });
  }

  /** Something has changed that nobody has released just now. */
  request() {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#update(), PAUSE_MS);
  }

  #onRelease = () => {
    isTouched = true;
    this.request();
  };

  #update() {
    const { search } = new URL(this.#link());
    if (search === location.search) return;
    try {
      history.replaceState(history.state, "", `${location.pathname}${search}`);
    } catch {
      // Safari allows a hundred in half a minute; the next one has all that this one has.
    }
  }
}
