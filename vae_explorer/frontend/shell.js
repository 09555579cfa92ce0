/**
 * The thin shell that makes a Streamlit component (version 2) of a view.
 *
 * Streamlit calls the component's function anew, without cleaning up, whenever its data or the theme changes, and
 * calls every clean-up that it was given, some of them late. So there is one view per parent element: later calls
 * update it, and only the clean-up of the latest call destroys it.
 *
 * @typedef {import("./types.js").StreamlitComponent} StreamlitComponent
 */

import { Commits } from "./commits.js";
import { element } from "./dom.js";

const ROOT = "data-vx-root";

/**
 * @template P
 * @typedef {object} Instance
 * @property {import("./types.js").View<P>} view
 * @property {HTMLElement} root
 * @property {Commits} commits
 * @property {StreamlitComponent} component  the latest, whose setters the callbacks use
 */

/**
 * @template P
 * @param {import("./types.js").Mount<P>} mount
 * @param {string} [baseUrl]  what addresses in the props are relative to, unless the data say it
 * @returns {(component: StreamlitComponent) => () => void}
 */
export function connect(mount, baseUrl = document.baseURI) {
  /** @type {WeakMap<HTMLElement | ShadowRoot, Instance<P>>} */
  const instances = new WeakMap();

  return (component) => {
    const { parentElement } = component;
    const props = /** @type {P} */ ({ baseUrl, ...component.data });
    const known = instances.get(parentElement);
    if (known) {
      known.component = component;
      known.view.update(props);
      known.commits.answered();
    } else {
      // A frontend of another version, loaded before the server restarted, leaves its root behind.
      for (const child of [...parentElement.children]) if (child.hasAttribute(ROOT)) child.remove();
      const root = element("div", { attributes: { [ROOT]: true }, on: { keydown: keepFromStreamlit } });
      parentElement.append(root);
      // Streamlit gives each call setters of its own.
      const commits = new Commits(() => instances.get(parentElement)?.component ?? component);
      // Functions, not methods: views take them apart.
      const callbacks = {
        /** @param {string} name @param {unknown} value */
        commit: (name, value) => commits.commit(name, value),
        /** @param {string} name @param {unknown} value */
        send: (name, value) => commits.send(name, value),
      };
      instances.set(parentElement, { view: mount(root, props, callbacks), root, commits, component });
    }
    return () => {
      const instance = instances.get(parentElement);
      if (!instance || instance.component !== component) return;
      instances.delete(parentElement);
      instance.commits.destroy();
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
