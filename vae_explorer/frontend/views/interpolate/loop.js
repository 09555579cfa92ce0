/**
 * A path as a loop to save: GIF, encoded by the server, or WebM, recorded by the browser.
 *
 * @typedef {object} Loop
 * @property {Float32Array[]} tracks  pictures side by side, each (frames, 784) in 0…1
 * @property {number} frames
 * @property {number} delay           milliseconds per frame
 */

import { gifFrom } from "../../gif.js";
import { PIXELS, SIDE } from "../../picture/size.js";
import { Painter, pictureContext } from "../../paint.js";

const TEXT = {
  recording: "The browser stopped recording. Try again, or save a GIF instead.",
};

const GAP = 2; // pixels between two pictures
const SCALES = [8, 5]; // of one picture, of two side by side
const WEBM = "video/webm";

/** Whether this browser can record a canvas. */
export function recordsWebm() {
  return (
    typeof MediaRecorder !== "undefined" &&
    "captureStream" in HTMLCanvasElement.prototype &&
    MediaRecorder.isTypeSupported(WEBM)
  );
}

/**
 * Positions of a loop without a jump: once around, or there and back.
 *
 * @param {number} segments
 * @param {boolean} closed
 * @param {number} steps  from stop to stop
 * @returns {number[]}
 */
export function loopPositions(segments, closed, steps) {
  const there = Array.from({ length: segments * steps + 1 }, (_, i) => i / steps);
  return closed ? there.slice(0, -1) : [...there, ...there.slice(1, -1).reverse()];
}

/**
 * @param {Loop} loop
 * @param {string} url  of the route that encodes
 * @returns {Promise<Blob>}
 * @throws {Error} the message is written for the visitor
 */
export async function gifOf({ tracks, frames, delay }, url) {
  const width = widthOf(tracks.length);
  const body = new Uint8ClampedArray(frames * width * SIDE); // rounds, as painting does
  for (let frame = 0; frame < frames; frame++) {
    tracks.forEach((pixels, track) => {
      for (let y = 0; y < SIDE; y++) {
        for (let x = 0; x < SIDE; x++) {
          const at = (frame * SIDE + y) * width + track * (SIDE + GAP) + x;
          body[at] = 255 * pixels[frame * PIXELS + y * SIDE + x];
        }
      }
    });
  }
  return gifFrom(body, { width, height: SIDE, scale: SCALES[tracks.length - 1], delay }, url);
}

/**
 * Plays the loop once onto a canvas and records it; takes as long as the loop.
 *
 * @param {Loop} loop
 * @param {AbortSignal} signal
 * @returns {Promise<Blob>}
 */
export async function webmOf({ tracks, frames, delay }, signal) {
  const scale = SCALES[tracks.length - 1];
  const canvas = document.createElement("canvas");
  canvas.width = widthOf(tracks.length) * scale;
  canvas.height = SIDE * scale;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { alpha: false }));
  context.imageSmoothingEnabled = false;
  const small = pictureContext(document.createElement("canvas"));
  const painter = new Painter();
  /** @param {number} frame */
  const draw = (frame) => {
    tracks.forEach((pixels, track) => {
      painter.paint(small, pixels, frame * PIXELS);
      context.drawImage(small.canvas, track * (SIDE + GAP) * scale, 0, SIDE * scale, SIDE * scale);
    });
  };
  draw(0);
  const recorder = new MediaRecorder(canvas.captureStream(), { mimeType: WEBM, videoBitsPerSecond: 4_000_000 });
  /** @type {Blob[]} */
  const parts = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const stopped = new Promise((resolve, reject) => {
    recorder.onstop = resolve;
    recorder.onerror = () => reject(new Error(TEXT.recording));
  });
  recorder.start();
  try {
    const start = performance.now();
    for (let frame = 0; frame <= frames; frame++) {
      draw(frame % frames);
      // By the clock, not by a fixed pause: timers fire late, and the delays would add up.
      await new Promise((resolve) => setTimeout(resolve, start + (frame + 1) * delay - performance.now()));
      signal.throwIfAborted();
    }
  } finally {
    recorder.stop();
  }
  await stopped;
  return new Blob(parts, { type: WEBM });
}

/** @param {number} tracks */
function widthOf(tracks) {
  return tracks * SIDE + (tracks - 1) * GAP;
}
