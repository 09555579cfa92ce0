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
