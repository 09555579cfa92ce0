// The only JavaScript that Streamlit itself carries: it fetches the view and hands the component to it. The
// default export has to return at once, so cleaning up waits for the same promise as starting.

const TROUBLE = "The view could not be loaded from the server. Check that it is still running, then reload the page.";

const views = new Map();

/** A style sheet of the frontend. */
async function sheetAt(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return new CSSStyleSheet().replace(await answer.text());
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

export default function (component) {
  const { parentElement } = component;
  const [data] = component.data;
  const started = open(new URL(data.frontend, document.baseURI), data.view, data.modules, data.styleSheets).then(
    ({ run, sheets }) => {
      if (!parentElement.isConnected) return undefined; // the visitor has gone on to another page meanwhile
      const root = parentElement.getRootNode();
      const missing = sheets.filter((sheet) => !root.adoptedStyleSheets.includes(sheet));
      if (missing.length) root.adoptedStyleSheets = [...root.adoptedStyleSheets, ...missing];
      return run({ ...component, data });
    },
    (error) => {
      console.error(error);
      const message = document.createElement("p");
      message.setAttribute("role", "alert");
      message.setAttribute("data-vx-root", ""); // shell.js removes it when a later call succeeds
      message.textContent = TROUBLE;
      parentElement.replaceChildren(message);
    },
  );
  return () => started.then((cleanup) => cleanup?.());
}
