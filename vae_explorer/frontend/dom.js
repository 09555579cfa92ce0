/** Small helpers that make elements. */

/**
 * @typedef {object} ElementOptions
 * @property {string} [class]
 * @property {string} [text]
 * @property {Record<string, string | number | boolean | null | undefined>} [attributes]
 *   true sets an empty attribute; false, null and undefined leave it out
 * @property {Record<string, (event: any) => void>} [on]  listeners by event name
 */

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {ElementOptions} [options]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function element(tag, options = {}, ...children) {
  const node = document.createElement(tag);
  if (options.class) node.className = options.class;
  if (options.text !== undefined) node.textContent = options.text;
  for (const [name, value] of Object.entries(options.attributes ?? {})) {
    if (value === false || value === null || value === undefined) continue;
    node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const [name, listener] of Object.entries(options.on ?? {})) node.addEventListener(name, listener);
  node.append(...children);
  return node;
}

/**
 * @param {string} text
 * @param {() => void} onClick
 * @param {ElementOptions} [options]
 * @returns {HTMLButtonElement}
 */
export function button(text, onClick, options = {}) {
  return element("button", {
    ...options,
    class: `vx-button ${options.class ?? ""}`.trim(),
    text,
    attributes: { type: "button", ...options.attributes },
    on: { click: onClick, ...options.on },
  });
}

/**
 * A row of buttons under one heading, for a choice among classes.
 *
 * @param {string} title
 * @param {HTMLButtonElement[]} buttons
 * @returns {HTMLDivElement}
 */
export function buttonGroup(title, buttons) {
  return element(
    "div",
    { class: "vx-group", attributes: { role: "group", "aria-label": title } },
    element("div", { class: "vx-caption", text: title, attributes: { "aria-hidden": "true" } }),
    element("div", { class: "vx-choices" }, ...buttons),
  );
}

/**
 * Shows which buttons of a choice are pressed.
 *
 * @param {HTMLButtonElement[]} buttons
 * @param {(index: number) => boolean} isPressed
 */
export function setPressed(buttons, isPressed) {
  buttons.forEach((node, index) => {
    node.setAttribute("aria-pressed", String(isPressed(index)));
  });
}

/**
 * Writes a text only where another one stands: the browser lays out anew what is written, be it the same.
 *
 * @param {Node} node
 * @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * A message in place of what failed, with a button to try again.
 *
 * @param {unknown} error
 * @param {string} retryText
 * @param {() => void} onRetry
 * @returns {HTMLDivElement}
 */
export function errorBox(error, retryText, onRetry) {
  const message = error instanceof Error ? error.message : String(error);
  return element(
    "div",
    { class: "vx-alert", attributes: { role: "alert" } },
    element("p", { text: message }),
    button(retryText, onRetry),
  );
}

/**
 * A function that asks for `work` at the next animation frame, once, however often it is called before.
 *
 * @param {() => void} work
 * @returns {{request: () => void, cancel: () => void}}
 */
export function oncePerFrame(work) {
  let handle = 0;
  return {
    request() {
      if (handle) return;
      handle = requestAnimationFrame(() => {
        handle = 0;
        work();
      });
    },
    cancel() {
      cancelAnimationFrame(handle);
      handle = 0;
    },
  };
}

/**
 * @param {unknown} error
 * @returns {boolean}  whether the result is simply no longer wanted
 */
export function isAbort(error) {
  return error instanceof DOMException && error.name === "AbortError";
}
