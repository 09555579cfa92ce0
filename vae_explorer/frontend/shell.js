/**
 * The thin shell that makes a Streamlit component (version 2) of a view.
 *
 * Streamlit calls the component's function anew, without cleaning up, whenever its data or the theme changes, and
 * calls every clean-up that it was given, some of them late. So there is one view per parent element: later calls
 * update it, and only the clean-up of the latest call destroys it.
 *
 * @typedef {import("./types.js").StreamlitComponent} StreamlitComponent
 * @typedef {import("./types.js").ViewProps} ViewProps
 */

import { whenConnected } from "./connected.js";
import { openCode } from "./current_code.js";
import { element } from "./dom.js";
import { withTerms } from "./glossary.js";
import { MORPH } from "./page_links.js";
import { ignoreSecondClick } from "./second_click.js";
import { serverSession } from "./server_session.js";

const ROOT = "data-vx-root";

// A session that has begun anew comes with a model of its own until it hears of the visitor's, which takes a run of the
// script. For so long that model is not shown; then it is, as no answer has come.
const HELD_MS = 2000;

/** What a component says, by the kind of click. @type {Record<string, import("./connected.js").Kind>} */
const KINDS = { open: "page", choose: "model", explore: "model", resume: "model", refresh: "list" };

/**
 * @template {ViewProps} P
 * @typedef {object} Instance
 * @property {import("./types.js").View<P>} view
 * @property {HTMLElement} root
 * @property {StreamlitComponent} component  the latest, whose setters the callbacks use
 * @property {P} props  the latest
 */

/**
 * @template {ViewProps} P
 * @param {import("./types.js").Mount<P>} mount
 * @param {string} [baseUrl]  what addresses in the props are relative to, unless the data say it
 * @returns {(component: StreamlitComponent) => () => void}
 */
export function connect(mount, baseUrl = document.baseURI) {
  /** @type {WeakMap<HTMLElement | ShadowRoot, Instance<P>>} */
  const instances = new WeakMap();
  /** What is not shown yet: timers by the element of the view. @type {WeakMap<HTMLElement | ShadowRoot, number>} */
  const held = new WeakMap();

  return (component) => {
    const { parentElement } = component;
    const props = /** @type {P} */ ({ baseUrl, ...component.data });
    // What belongs to no page, as the list of models, has no part in what the session keeps.
    const due = props.session === undefined ? null : serverSession.meet(props);
    // In a task of its own: what a component says while it is mounted can be lost.
    if (due) setTimeout(() => setTrigger(...due));
    /**
     * Streamlit gives each call setters of its own.
     *
     * @param {keyof typeof KINDS} name
     * @param {string | true | import("./own/facts.js").Facts | {absent: string}} value
     */
    const setTrigger = (name, value) =>
      whenConnected(KINDS[name], () => {
        serverSession.send(name, value);
        (instances.get(parentElement)?.component ?? component).setTriggerValue(name, value);
      });
    const show = () => {
      // A frontend of another version, loaded before the server restarted, leaves its root behind.
      for (const child of [...parentElement.children]) if (child.hasAttribute(ROOT)) child.remove();
      const root = element("div", { attributes: { [ROOT]: true }, on: { keydown: keepFromStreamlit } });
      root.addEventListener("wheel", scrollPast, { passive: true });
      parentElement.append(root);
      /** @type {PointerEvent | null} */
      let press = null;
      root.addEventListener("pointerdown", (event) => (press = event), { capture: true });
      if (props.question) root.append(element("p", { class: "vx vx-question" }, ...withTerms(props.question)));
      const { manifest, view: name } = component.data;
      // Functions, not methods: views take them apart.
      const callbacks = {
        /** @param {string} key @param {unknown} value */
        commit: (key, value) => serverSession.commit(manifest.id, name, key, value),
        /** @param {import("./history.js").SavedCode} code */
        open: (code) => {
          ignoreSecondClick(press);
          // Kept in the page first: the server may just have begun anew, and know nothing yet.
          openCode(instances.get(parentElement)?.props ?? props, code);
          serverSession.commit(manifest.id, name, "code", code);
          setTrigger("open", MORPH);
        },
        /** @param {string} view */
        go: (view) => {
          ignoreSecondClick(press);
          setTrigger("open", view);
        },
        /** @param {string | import("./own/facts.js").Facts | {absent: string}} model */
        choose: (model) => setTrigger("choose", model),
        /** @param {import("./own/facts.js").Facts} facts */
        explore: (facts) => {
          ignoreSecondClick(press);
          setTrigger("explore", facts);
        },
        refresh: () => setTrigger("refresh", true),
      };
      instances.set(parentElement, { view: mount(root, props, callbacks), root, component, props });
    };
    clearTimeout(held.get(parentElement));
    const known = instances.get(parentElement);
    let timer = 0;
    if (known) {
      known.component = component;
      known.props = props;
      known.view.update(props);
    } else if (due?.[0] === "resume") {
      timer = window.setTimeout(show, HELD_MS);
      held.set(parentElement, timer);
    } else {
      show();
    }
    return () => {
      clearTimeout(timer);
      const instance = instances.get(parentElement);
      if (!instance || instance.component !== component) return;
      instances.delete(parentElement);
      instance.view.destroy();
      instance.root.remove();
    };
  };
}

/**
 * Streamlit has one-letter shortcuts (r reruns, c clears the cache) and ignores them while somebody types; but a
 * shadow root hides from it that the key went to an input.
 *
 * @param {KeyboardEvent} event
 */
function keepFromStreamlit(event) {
  if (event.target instanceof HTMLInputElement && !event.ctrlKey && !event.metaKey) event.stopPropagation();
}

/**
 * The wheel scrolls the page, and changes no number that the pointer happens to be over: for this one event a field
 * that has the focus cannot be written to, so the browser does not step it.
 *
 * @param {WheelEvent} event
 */
function scrollPast(event) {
  const field = event.target;
  if (!(field instanceof HTMLInputElement) || field.type !== "number" || field.readOnly) return;
  field.readOnly = true;
  setTimeout(() => (field.readOnly = false));
}
