/**
 * A view shows one model; when the props name another, a new view replaces it.
 *
 * @typedef {import("../../types.js").ViewProps} ViewProps
 * @typedef {import("../../types.js").Callbacks} Callbacks
 * @typedef {import("../../types.js").PageCallbacks} PageCallbacks
 */

import { AddressBar } from "./address_bar.js";
import { settingsMemory } from "./settings.js";

/**
 * @template {ViewProps} P
 * @param {new (root: HTMLElement, props: P, callbacks: PageCallbacks) => {update?: (props: P) => void, link: () => string, destroy: () => void}} View
 * @param {(one: P, other: P) => boolean} [isSame]  whether the view that shows one can go on to show the other
 * @returns {import("../../types.js").Mount<P>}
 */
export function perModel(View, isSame = isSameModel) {
  const settings = settingsMemory();
  return (root, props, callbacks) => {
    let shown = settings.applyTo(props);
    /** @type {Callbacks["open"]} */
    const open = (code) => {
      address.leave(); // before the code of this page is another one
      callbacks.open(code);
    };
    /** @type {Callbacks["go"]} */
    const go = (name) => {
      address.leave();
      callbacks.go(name);
    };
    /** @type {Callbacks["explore"]} */
    const explore = (facts) => {
      address.leave();
      callbacks.explore(facts);
    };
    const moved = () => address.follow();
    /** @type {Callbacks["commit"]} */
    const commit = (name, value) => {
      if (name === "settings") settings.keep(shown, /** @type {import("./settings.js").Settings} */ (value));
      callbacks.commit(name, value);
      address.request();
    };
    const address = new AddressBar(() => view.link());
    let view = new View(root, shown, { commit, open, go, explore, moved });
    return {
      update(props) {
        const next = settings.applyTo(props);
        const same = isSame(shown, next);
        shown = next;
        if (same) {
          view.update?.(next);
        } else {
          view.destroy();
          view = new View(root, next, { commit, open, go, explore, moved });
        }
      },
      destroy() {
        address.destroy();
        view.destroy();
      },
    };
  };
}

/**
 * For views without `update`: the visitor's settings live in the view and Python only stores them; a new `rev` means
 * that Python has set them itself.
 *
 * @param {ViewProps} one
 * @param {ViewProps} other
 */
export function isSameRevision(one, other) {
  return one.rev === other.rev && isSameModel(one, other);
}

/**
 * A model folder may have been rewritten under the same name: then its files have other addresses.
 *
 * @param {ViewProps} one
 * @param {ViewProps} other
 */
function isSameModel(one, other) {
  return one.manifest.id === other.manifest.id && addresses(one) === addresses(other);
}

/** @param {ViewProps} props */
function addresses({ manifest }) {
  const files = [...Object.values(manifest.files), ...manifest.samplers.map(({ file }) => file)];
  return files.map((file) => file?.url).join();
}
