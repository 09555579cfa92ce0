/**
 * What a visitor sees first: the code moves by itself for a moment, so that it is seen that it can be moved.
 *
 * Once in a browser, not for those who prefer reduced motion, and only until anything is touched; the code ends where it
 * was.
 */

const LASTS_MS = 3600;
const RADIUS = 0.7;
const TOUCHES = ["pointerdown", "keydown", "wheel"];

const SEEN = "vae-explorer-welcomed";

/** Where the browser keeps nothing, the page remembers. */
let wasSeen = false;

function isDue() {
  if (wasSeen || matchMedia("(prefers-reduced-motion: reduce)").matches) return false;
  wasSeen = true;
  try {
    if (localStorage.getItem(SEEN)) return false;
    localStorage.setItem(SEEN, "1");
  } catch {
    // It is seen once more after a reload then.
  }
  return true;
}

export class Welcome {
  #used;
  #onMove;
  #onEnd;
  #frame = 0;
  #begun = 0;
  /** @type {Float64Array | null} */
  #start = null;

  /**
   * @param {number[]} used  dimensions, the first of which move
   * @param {(z: Float64Array) => void} onMove
   * @param {() => void} onEnd
   */
  constructor(used, onMove, onEnd) {
    this.#used = used;
    this.#onMove = onMove;
    this.#onEnd = onEnd;
  }

  /** @param {Float64Array} z  where to begin and to end @returns {boolean} whether it does */
  start(z) {
    if (!isDue()) return false;
    this.#start = z.slice();
    this.#begun = performance.now();
    for (const touch of TOUCHES) document.addEventListener(touch, this.#stop, { capture: true, passive: true });
    this.#frame = requestAnimationFrame(this.#step);
    return true;
  }

  destroy() {
    cancelAnimationFrame(this.#frame);
    for (const touch of TOUCHES) document.removeEventListener(touch, this.#stop, { capture: true });
    this.#start = null;
  }

  #stop = () => {
    const start = this.#start;
    this.destroy();
    if (start) this.#onMove(start);
    this.#onEnd();
  };

  /** Once round a circle that goes through the start; along one dimension to both sides, where there are many. */
  #step = (/** @type {number} */ now) => {
    if (!this.#start) return;
    const passed = (now - this.#begun) / LASTS_MS;
    if (passed >= 1) {
      this.#onMove(this.#start);
      this.#start = null; // the word at the ring stays until something is touched
      return;
    }
    const angle = Math.PI * (1 - Math.cos(Math.PI * passed)); // 0…2π, slow at both ends
    const z = this.#start.slice();
    const [first, second] = this.#used;
    z[first] += RADIUS * Math.sin(angle) * (z.length > 2 ? 2 : 1);
    if (z.length === 2) z[second] += RADIUS * (Math.cos(angle) - 1);
    this.#onMove(z);
    this.#frame = requestAnimationFrame(this.#step);
  };
}
