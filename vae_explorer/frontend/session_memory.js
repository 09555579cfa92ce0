/**
 * What the page remembers of a model while views come and go, and while the server is away. It goes with the tab; the
 * server hears nothing of it.
 *
 * @typedef {import("./types.js").Manifest} Manifest
 * @typedef {import("./types.js").ViewProps} ViewProps
 */

/**
 * @template {Pick<ViewProps, "manifest">} P
 * @template T
 * @param {(props: P) => T} make  called once per model
 * @param {(manifest: Manifest) => string | number} [version]
 *   what has to stay the same in a model for the value to make sense; the number of latent dimensions by default
 * @returns {(props: P) => T}  returns the same object each time; a view changes it
 */
export function remembered(make, version = ({ latent_dim: dim }) => dim) {
  /** @type {Map<string, T>} */
  const values = new Map();
  return (props) => {
    const { manifest } = props;
    const key = JSON.stringify([manifest.id, version(manifest)]);
    let value = values.get(key);
    if (value === undefined) {
      value = make(props);
      values.set(key, value);
    }
    return value;
  };
}

/**
 * The same for what a link sets: where the server has followed one to this page, the value is made anew. Then `make` is
 * told so.
 *
 * A session that begins in a page that is open counts anew, and knows less than the page: there the value stays.
 *
 * @template {Pick<ViewProps, "manifest" | "session" | "settingsRev">} P
 * @template T
 * @param {(props: P, isAnew: boolean) => T} make
 * @param {(manifest: Manifest) => string | number} [version]
 * @returns {(props: P) => T}
 */
export function rememberedUntilLink(make, version) {
  const found = remembered((/** @type {P} */ props) => {
    return { session: props.session, rev: props.settingsRev, value: make(props, false) };
  }, version);
  return (props) => {
    const known = found(props);
    const { session, settingsRev } = props;
    if (known.session === session && known.rev !== settingsRev) known.value = make(props, true);
    known.session = session;
    known.rev = settingsRev;
    return known.value;
  };
}
