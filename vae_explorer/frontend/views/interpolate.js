/**
 * The Interpolate view: the way between codes, straight and along the sphere.
 *
 * @typedef {import("../types.js").ViewProps} ViewProps
 */

import { element } from "../dom.js";

/** @type {import("../types.js").Mount<ViewProps>} */
export function mount(host) {
  const root = element("div", { class: "vx vx-interpolate" });
  host.append(root);
  return { update() {}, destroy: () => root.remove() };
}
