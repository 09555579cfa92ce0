/**
 * Whether the page is connected to its server, and what waits until it is again: of several clicks of a kind the last.
 */

const LOOK_MS = 250;

/** What a document hears when something has begun to wait. */
export const WAITING = "vx-waiting";

/** @typedef {"page" | "model" | "list"} Kind  a click that leads to a page, chooses a model, looks for models anew */

/** @type {Partial<Record<Kind, () => void>>} */
let due = {};
let timer = 0;

/** What Streamlit says of its state, on the element that holds the app. @param {"connection" | "script"} what */
function stateOf(what) {
  const name = `data-test-${what}-state`;
  return document.querySelector(`[${name}]`)?.getAttribute(name);
}

/** Whether the WebSocket is open. */
export const isOpen = () => stateOf("connection") === "CONNECTED";

/** Whether the server has also said something through it: that the script runs, or did. */
export const isConnected = () => isOpen() && stateOf("script") !== "initial";

/**
 * Do something at once, or as soon as there is a connection; then what was to be done before, of the same kind, is not
 * any more.
 *
 * @param {Kind} kind
 * @param {() => void} act
 */
export function whenConnected(kind, act) {
  if (isConnected()) {
    act();
    return;
  }
  due[kind] = act;
  document.dispatchEvent(new Event(WAITING));
  if (!timer) timer = window.setInterval(look, LOOK_MS);
}

function look() {
  if (!isConnected()) return;
  clearInterval(timer);
  timer = 0;
  const { page, model, list } = due;
  due = {};
  page?.();
  model?.();
  // Either of these has the server look for models, too.
  if (!page && !model) list?.();
}
