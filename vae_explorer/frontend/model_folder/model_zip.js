import { zip } from "../zip.js";

/**
 * @param {string} name  of the folder in it
 * @param {import("./model_files.js").ModelFiles} files
 * @returns {Uint8Array<ArrayBuffer>}  a zip file to unpack in `models/`
 */
export function modelZip(name, files) {
  return zip(Array.from(files, ([file, body]) => [`${name}/${file}`, body]));
}
