/**
 * Says in a sentence why a page does not begin, or does not go on: Streamlit itself shows a grey page, or nothing.
 *
 * `server/connecting.py` puts this script into the page, because nothing else of ours runs before Streamlit has connected.
 */

import { isConnected, isOpen, WAITING, whenConnected } from "./connected.js";
import { fetchWithin } from "./fetch_within.js";
import { PAGE_LINK, viewOf } from "./page_links.js";
import { serverSession } from "./server_session.js";

const TEXT = {
  away: "The server does not answer. This page works on; the others do as soon as it is back.",
  waiting: "There is no connection to the server at the moment. What you chose comes as soon as it is back.",
  absent: "The server does not answer. Check that it is still running; this page begins as soon as it does.",
  silent:
    "The server answers, but nothing has come through the page's WebSocket yet, by which the app talks to its server. Either the server is very busy, or this network holds back what it sends. If nothing comes, try another network, or ask whoever looks after this one.",
  blocked:
    "This network does not let the page's WebSocket through, by which the app talks to its server. Try another network, or ask whoever looks after this one.",
};

const PATIENCE_MS = 6000;
const LOOK_MS = 1000;
const LONGEST_MS = 5000;
// A server that has just come back is connected to within this time.
const RETURN_MS = 20_000;

const notice = document.createElement("p");
notice.setAttribute("role", "status");
notice.dataset.vxConnection = "";
notice.style.cssText =
  "position: fixed; z-index: 1000000; inset: auto 0 1rem; margin: 0 auto; width: fit-content; max-width: min(40rem, 92vw);" +
  "padding: 0.6rem 1rem; border-radius: 0.5rem; background: #fff3cd; color: #4d3800; font: 0.95rem/1.4 'Source Sans', sans-serif;" +
  "box-shadow: 0 1px 6px rgb(0 0 0 / 30%)";

let wasConnected = false;
let since = performance.now();

/** Whether the server answers at all. */
async function answers() {
  try {
    const address = new URL("_stcore/health", document.baseURI);
    const answer = await fetchWithin(address, { cache: "no-store" }, LONGEST_MS);
    return answer.ok;
  } catch {
    return false;
  }
}

/** @param {string} text */
function say(text) {
  notice.textContent = text;
  document.body.append(notice);
}

/**
 * Without a connection Streamlit does nothing on a click on a page's name, and says nothing.
 *
 * @param {MouseEvent} event
 */
function keepPageLink(event) {
  const link = event.target instanceof Element ? event.target.closest(PAGE_LINK) : null;
  if (!link) return;
  if (isConnected()) {
    serverSession.send("open", viewOf(link));
    return;
  }
  event.preventDefault();
  event.stopPropagation();
  const address = link.getAttribute("href");
  whenConnected("page", () =>
    /** @type {HTMLElement | null} */ (document.querySelector(`${PAGE_LINK}[href="${address}"]`))?.click(),
  );
}

/** Nor does it on the browser's own back and forward: only the address changes then. */
function keepHistory() {
  if (isConnected()) serverSession.followAddress();
  else whenConnected("page", () => window.dispatchEvent(new PopStateEvent("popstate", { state: history.state })));
}

async function look() {
  if (isConnected()) {
    wasConnected = true;
    since = performance.now();
    notice.remove();
  } else if (performance.now() - since > PATIENCE_MS) {
    const isThere = await answers();
    const text = isThere ? (isOpen() ? TEXT.silent : TEXT.blocked) : wasConnected ? TEXT.away : TEXT.absent;
    const mayReturn = wasConnected && isThere && performance.now() - since < RETURN_MS;
    if (!isConnected() && !mayReturn) {
      say(text);
    }
  }
  setTimeout(look, LOOK_MS);
}

document.addEventListener("click", keepPageLink, { capture: true });
window.addEventListener("popstate", keepHistory);
document.addEventListener(WAITING, () => say(TEXT.waiting));
look();
