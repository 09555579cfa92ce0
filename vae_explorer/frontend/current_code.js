/**
 * The current code of a model, which all views share.
 *
 * Streamlit may destroy a view and mount it again at any time, and the server receives a code only on release: what
 * has changed in between is kept here.
 *
 * @typedef {import("./types.js").ViewProps} ViewProps
 * @typedef {{z: Float64Array, label: number | null, rev: number, session: string | null}} Code
 */

import { remembered } from "./session_memory.js";
import { workspaceOf } from "./workspace.js";

/** @type {(props: ViewProps) => Code} */
const rememberedCode = remembered(({ manifest }) => ({
  z: new Float64Array(manifest.latent_dim),
  label: null,
  rev: NaN,
  session: null,
}));

/**
 * The code in the props replaces the current one the first time, and whenever its `rev` is new. A session that begins
 * in a page that is open counts anew, and knows less than the page.
 *
 * @param {ViewProps} props
 * @returns {Code}  the same object each time; a view writes to it
 */
export function currentCode(props) {
  const { manifest, rev, session } = props;
  const code = rememberedCode(props);
  const isBehind = code.session !== null && code.session !== session;
  code.session = session;
  if (isBehind) code.rev = rev;
  if (code.rev !== rev) {
    code.rev = rev;
    code.z.set(code.z.map((_, i) => finite(props.z?.[i])));
    code.label = manifest.classes ? (props.label ?? 0) : null;
  }
  return code;
}

/**
 * Make a code the current one, for the views to come. The one before is what Undo leads to, seen or not.
 *
 * @param {ViewProps} props
 * @param {import("./history.js").SavedCode} opened
 */
export function openCode(props, { z, label }) {
  const code = currentCode(props);
  workspaceOf(props).history.record({ z: Array.from(code.z), label: code.label });
  code.z.set(z);
  code.label = label;
}

/**
 * @param {number | undefined} value
 * @returns {number}
 */
function finite(value) {
  return value !== undefined && Number.isFinite(value) ? value : 0;
}
