// The only JavaScript that Streamlit itself carries: it fetches the view and hands the component to it. The
// default export has to return at once, so cleaning up waits for the same promise as starting.

const TEXT = {
  trouble: "The view could not be loaded from the server. Check that it is still running.",
  retry: "Try again",
};

// Safari before 16.4 cannot share a style sheet among roots.
const CAN_SHARE = "replaceSync" in CSSStyleSheet.prototype && "adoptedStyleSheets" in Document.prototype;

const views = new Map();

/** A style sheet of the frontend, or its text where it cannot be shared. */
async function sheetAt(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  const text = await answer.text();
  return CAN_SHARE ? new CSSStyleSheet().replace(text) : text;
}

/** Gives a document or shadow root the style sheets that it lacks. */
function adopt(root, sheets) {
  if (CAN_SHARE) {
    const missing = sheets.filter((sheet) => !root.adoptedStyleSheets.includes(sheet));
    if (missing.length) root.adoptedStyleSheets = [...root.adoptedStyleSheets, ...missing];
    return;
  }
  const parent = root.head ?? root;
  const known = Array.from(parent.querySelectorAll("style"), (style) => style.textContent);
  for (const text of sheets.filter((sheet) => !known.includes(sheet))) {
    parent.append(Object.assign(document.createElement("style"), { textContent: text }));
  }
}

/** Tells the browser of all modules at once; left alone, it fetches one only when it has read who imports it. */
function preload(folder, modules) {
  for (const path of modules) {
    const link = document.createElement("link");
    link.rel = "modulepreload";
    link.href = new URL(path, folder).href;
    document.head.append(link);
  }
}

/** A view with its style sheets; fetched once for the whole page, again after a failure. */
function open(folder, name, modules, styleSheets) {
  const address = new URL(`views/${name}.js`, folder).href;
  if (!views.has(address)) {
    preload(folder, modules);
    const parts = Promise.all([
      import(new URL("shell.js", folder).href),
      import(address),
      ...styleSheets.map((path) => sheetAt(new URL(path, folder))),
    ]);
    const opened = parts.then(([shell, view, ...sheets]) => ({ run: shell.connect(view.mount), sheets }));
    opened.catch(() => views.delete(address));
    views.set(address, opened);
  }
  return views.get(address);
}

/** A sentence in the place of the view, and a button; `shell.js` removes them when a later call succeeds. */
function showTrouble(parentElement, onRetry) {
  const message = document.createElement("p");
  message.setAttribute("role", "alert");
  message.setAttribute("data-vx-root", "");
  const retry = document.createElement("button");
  retry.type = "button";
  retry.textContent = TEXT.retry;
  retry.addEventListener("click", onRetry);
  message.append(`${TEXT.trouble} `, retry);
  parentElement.replaceChildren(message);
}

export default function (component) {
  const { parentElement } = component;
  const [data] = component.data;
  const folder = new URL(data.frontend, document.baseURI);
  let attempts = 0;
  const start = () =>
    open(folder, data.view, data.modules, data.styleSheets).then(
      ({ run, sheets }) => {
        if (!parentElement.isConnected) return undefined; // the visitor has gone on to another page meanwhile
        adopt(parentElement.getRootNode(), sheets);
        return run({ ...component, data });
      },
      (error) => {
        console.error(error);
        attempts += 1;
        showTrouble(parentElement, () => {
          // Some browsers remember for as long as the page is open that a module did not arrive.
          if (attempts > 1) location.reload();
          else started = start();
        });
      },
    );
  let started = start();
  return () => started.then((cleanup) => cleanup?.());
}
