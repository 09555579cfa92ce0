/**
 * The code in hand, per session and model, for as long as the tab lives.
 *
 * A view is taken down and put up again whenever Streamlit moves things about, and the server hears of a code
 * only when a hand lets go: what lies between the two is kept here.
 *
 * @typedef {import("./types.js").ViewProps} ViewProps
 * @typedef {{z: Float64Array, label: number | null, rev: number}} Code
 */

/** @type {Map<string, Code>} */
const codes = new Map();

/**
 * The code of this session and model. What the props say is taken over when it is the first word about this
 * model, or when `rev` says that it is new; else the code in hand stays as it is.
 *
 * The same object is returned each time; a view writes into it.
 *
 * @param {ViewProps} props
 * @returns {Code}
 */
export function currentCode(props) {
  const { manifest, session, rev } = props;
  const key = JSON.stringify([session, manifest.id]);
  let code = codes.get(key);
  if (!code || code.z.length !== manifest.latent_dim) {
    code = { z: new Float64Array(manifest.latent_dim), label: null, rev: NaN };
    codes.set(key, code);
  }
  if (code.rev !== rev) {
    code.rev = rev;
    code.z.forEach((_, i, z) => (z[i] = finite(props.z?.[i])));
    code.label = manifest.classes ? (props.label ?? 0) : null;
  }
  return code;
}

/**
 * @param {number | undefined} value
 * @returns {number}
 */
function finite(value) {
  return value !== undefined && Number.isFinite(value) ? value : 0;
}
