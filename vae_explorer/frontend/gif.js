/**
 * The server's route that makes a GIF of frames that the page sends.
 *
 * @typedef {object} GifShape
 * @property {number} width    of a frame, pixels
 * @property {number} height
 * @property {number} scale    how many times larger it is in the file
 * @property {number} delay    milliseconds for each frame
 * @property {string[]} [colours]  `#rrggbb`; a byte is the number of one of them. Without any it is a grey value.
 */

const TEXT = {
  unreachable: "The GIF could not be made: the server does not answer. Is the app still running?",
  /** @param {number} status */
  refused: (status) => `The GIF could not be made: the server answered ${status}. Reload the page and try again.`,
};

/**
 * @param {BufferSource} frames  one after another, each row by row, a byte for each pixel
 * @param {GifShape} shape
 * @param {string} url  of the route
 * @returns {Promise<Blob>}
 * @throws {Error} the message is written for the visitor
 */
export async function gifFrom(frames, { width, height, scale, delay, colours = [] }, url) {
  const palette = colours.length ? `&colours=${colours.map((colour) => colour.slice(1)).join("")}` : "";
  /** @type {Response} */
  let answer;
  try {
    answer = await fetch(`${url}?width=${width}&height=${height}&scale=${scale}&delay=${delay}${palette}`, {
      method: "POST",
      body: frames,
      headers: { "Content-Type": "application/octet-stream" },
    });
  } catch {
    throw new Error(TEXT.unreachable);
  }
  if (answer.ok) return answer.blob();
  const plain = answer.headers.get("content-type")?.startsWith("text/plain");
  throw new Error((plain && (await answer.text())) || TEXT.refused(answer.status));
}
