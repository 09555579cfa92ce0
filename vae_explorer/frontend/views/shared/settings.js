/**
 * The settings of a page as the visitor left them, for the next time that its view is mounted.
 *
 * The server keeps them too, and they are in the props. But it hears of a change later than the page, perhaps after a
 * click on another page: what was set in this page counts more than what the props say.
 *
 * @typedef {import("../../types.js").ViewProps} ViewProps
 * @typedef {Record<string, import("../../types.js").Setting>} Settings
 */

import { remembered, rememberedUntilLink } from "../../session_memory.js";

/** @type {(props: ViewProps) => Settings} those of all pages that a link holds */
const inLinks = remembered(() => ({}));

/** To be made once per view. */
export function settingsMemory() {
  /** @type {(props: ViewProps) => Settings} */
  const own = rememberedUntilLink((props, isAnew) => {
    // What a link has set here counts more than what was set before it.
    if (isAnew) for (const name of Object.keys(props)) delete inLinks(props)[name];
    return {};
  });
  return {
    /**
     * @template {ViewProps} P
     * @param {P} props
     * @returns {P}  with the settings as they were left
     */
    applyTo(props) {
      const mine = own(props);
      return { ...props, ...mine, link: { ...props.link, ...inLinks(props) } };
    },

    /**
     * @param {ViewProps} props
     * @param {Settings} settings
     */
    keep(props, settings) {
      Object.assign(own(props), settings);
      const shared = Object.entries(settings).filter(([name]) => name in props.link);
      Object.assign(inLinks(props), Object.fromEntries(shared));
    },
  };
}
