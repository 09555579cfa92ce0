/** Bytes that files are put together from. */

/**
 * @param {ArrayLike<number>[]} parts  bytes
 * @returns {Uint8Array<ArrayBuffer>}  one behind the other
 */
export function joined(parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
