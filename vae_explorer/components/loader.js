// The only JavaScript that Streamlit itself carries: it fetches the view and hands the component to it. The
// default export has to return at once, so cleaning up waits for the same promise as starting.

const TROUBLE = "The view could not be loaded from the server. Check that it is still running, then reload the page.";

const views = new Map();

/** The view at this address, with its style sheet; fetched once for the whole page, again after a failure. */
function open(folder, name) {
  const address = new URL(`views/${name}.js`, folder).href;
  if (!views.has(address)) {
    const parts = Promise.all([
      import(new URL("shell.js", folder).href),
      import(address),
      fetch(new URL("style.css", folder)).then((answer) => {
        if (!answer.ok) throw new Error(`style.css: ${answer.status}`);
        return answer.text();
      }),
    ]);
    const opened = parts.then(async ([shell, view, css]) => ({
      run: shell.connect(view.mount),
      sheet: await new CSSStyleSheet().replace(css),
    }));
    opened.catch(() => views.delete(address));
    views.set(address, opened);
  }
  return views.get(address);
}

export default function (component) {
  const { parentElement } = component;
  const [data] = component.data;
  const started = open(new URL(data.frontend, document.baseURI), data.view).then(
    ({ run, sheet }) => {
      const root = parentElement.getRootNode();
      if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
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
