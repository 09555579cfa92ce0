// The only JavaScript that Streamlit itself carries: it fetches the view and hands the component to it. The
// default export has to return at once, so cleaning up waits for the same promise as starting.

const TEXT = {
  trouble: "The view could not be loaded from the server, or not whole. Check that the server is still running.",
  retry: "Try again",
  stuck:
    "The view arrived, but the browser could not start it. Reloading the page may help; what you have set up in this tab is lost then.",
  reload: "Reload the page",
};

// Safari before 16.4 cannot share a style sheet among roots.
const CAN_SHARE = "replaceSync" in CSSStyleSheet.prototype && "adoptedStyleSheets" in Document.prototype;

const views = new Map();

// Addresses that once gave a wrong answer. The browser may have cached that answer as immutable: the next try has
// to bypass its cache.
const suspect = new Set();

/** All parts of a view are there, and yet it does not start. */
class StuckError extends Error {}

/** Fetches a module or style sheet whole: the browser rejects what is cut, empty, or another than the server has. */
async function fetchWhole(address, integrity) {
  try {
    return await fetch(address, { integrity, cache: suspect.has(address) ? "reload" : "default" });
  } catch (cause) {
    suspect.add(address);
    throw new Error(`${address} did not arrive whole.`, { cause });
  }
}

/** A style sheet for `adopt`, or its text where it cannot be shared. */
async function sheetOf(answer) {
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

/** Whether a page's view has run in this tab, so that there may be something to lose; set where all components see it. */
const BEGUN = "data-vx-begun";
const hasBegun = () => document.documentElement.hasAttribute(BEGUN);

/**
 * Loads a view with its style sheets.
 *
 * As long as a page is open, a browser does not ask again for a module that did not arrive whole when it was imported.
 * So all are fetched before, at once, and importing finds them in the browser's cache. The first view of a tab is
 * imported as it comes, which is faster: if that fails, the page can be loaded anew, and nothing is lost.
 */
async function load(folder, name, parts) {
  const at = (path) => new URL(path, folder).href;
  const isFirst = !hasBegun();
  const wanted = isFirst ? parts.filter(([path]) => path.endsWith(".css")) : parts;
  const fetched = Promise.all(wanted.map(([path, integrity]) => fetchWhole(at(path), integrity)));
  if (!isFirst) await fetched;
  const modules = Promise.all([import(at("shell.js")), import(at(`views/${name}.js`))]).catch((cause) => {
    throw new StuckError(`views/${name}.js could not be imported.`, { cause });
  });
  const sheets = fetched.then((answers) => Promise.all(answers.filter(({ url }) => url.endsWith(".css")).map(sheetOf)));
  const [[shell, view], adopted] = await Promise.all([modules, sheets]);
  if (!view.mount) throw new StuckError(`views/${name}.js has no view in it.`); // an empty file is a module, too
  return { run: shell.connect(view.mount), sheets: adopted };
}

/** Loads the page anew, past what the browser has cached of these parts. */
async function beginAgain(folder, parts) {
  await Promise.allSettled(parts.map(([path]) => fetch(new URL(path, folder), { cache: "reload" })));
  location.reload();
}

/** A loaded view; there is one for the whole page, and another try after a failure. */
function open(folder, name, parts) {
  const address = new URL(`views/${name}.js`, folder).href;
  if (!views.has(address)) {
    const loaded = load(folder, name, parts);
    loaded.catch(() => views.delete(address));
    views.set(address, loaded);
  }
  return views.get(address);
}

/** A sentence in the place of the view, and a button; `shell.js` removes them when a later call succeeds. */
function showTrouble(parentElement, text, label, onClick) {
  const message = document.createElement("p");
  message.setAttribute("role", "alert");
  message.setAttribute("data-vx-root", "");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.addEventListener("click", onClick);
  message.append(`${text} `, button);
  parentElement.replaceChildren(message);
}

export default function (component) {
  const { parentElement } = component;
  const [data] = component.data;
  const folder = new URL(data.frontend, document.baseURI);
  const start = () =>
    open(folder, data.view, data.parts).then(
      ({ run, sheets }) => {
        if (!parentElement.isConnected) return undefined; // the visitor has gone on to another page meanwhile
        adopt(parentElement.getRootNode(), sheets);
        if (data.session) document.documentElement.setAttribute(BEGUN, "");
        return run({ ...component, data });
      },
      (error) => {
        console.error(error);
        if (!hasBegun()) {
          showTrouble(parentElement, TEXT.trouble, TEXT.retry, () => beginAgain(folder, data.parts));
        } else if (error instanceof StuckError) {
          showTrouble(parentElement, TEXT.stuck, TEXT.reload, () => location.reload());
        } else {
          showTrouble(parentElement, TEXT.trouble, TEXT.retry, () => {
            started = start();
          });
        }
      },
    );
  let started = start();
  return () => started.then((cleanup) => cleanup?.());
}
