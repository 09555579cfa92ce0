// Hands on the map: mouse, finger, pen and keyboard become "look at this point" and "open this point".

/**
 * @typedef {object} MapHands
 * @property {(x: number, y: number, reach: number) => number} find the point near a place in the stage, or -1; pixels
 * @property {() => number} current the point being looked at, or -1
 * @property {(index: number, how: "hover" | "tap" | "key") => void} look -1: at nothing
 * @property {(index: number) => void} open
 * @property {(dx: number, dy: number) => number} neighbour the next point in a direction (y up), or -1
 * @property {(factor: number) => void} zoom
 * @property {() => void} reset back to the whole map
 */

const MOUSE_REACH = 12;
const FINGER_REACH = 22;
const CLICK_SLACK = 5; // how far a hand may slip and still have clicked, pixels

/** @type {Record<string, [number, number]>} */
const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
/** @type {Record<string, number>} */
const ZOOMS = { "+": 1.4, "=": 1.4, "-": 1 / 1.4 };

/**
 * @param {HTMLElement} stage takes pointers and keys
 * @param {MapHands} hands
 * @returns {() => void} lets go
 */
export function listen(stage, hands) {
  const listening = new AbortController();
  const { signal } = listening;
  /** @type {{x: number, y: number, mouse: boolean, moved: boolean} | null} a button or a finger is down */
  let press = null;

  /** @param {PointerEvent} event @param {number} reach */
  const under = (event, reach) => {
    const box = stage.getBoundingClientRect();
    return hands.find(event.clientX - box.left, event.clientY - box.top, reach);
  };

  stage.addEventListener(
    "pointermove",
    (event) => {
      if (event.pointerType !== "mouse" || press) return;
      hands.look(onControl(event) ? -1 : under(event, MOUSE_REACH), "hover");
    },
    { signal },
  );
  stage.addEventListener(
    "pointerleave",
    (event) => {
      if (event.pointerType === "mouse" && !press) hands.look(-1, "hover");
    },
    { signal },
  );
  stage.addEventListener(
    "pointerdown",
    (event) => {
      if (!event.isPrimary || event.button !== 0 || onControl(event)) return;
      press = { x: event.clientX, y: event.clientY, mouse: event.pointerType === "mouse", moved: false };
    },
    // Plotly stops some of these further down.
    { signal, capture: true },
  );
  // While a button is down Plotly lays a cover over the whole page: only the window hears of the rest.
  window.addEventListener(
    "pointermove",
    (event) => {
      if (!press || press.moved || !event.isPrimary) return;
      press.moved = Math.hypot(event.clientX - press.x, event.clientY - press.y) > CLICK_SLACK;
      if (press.moved && press.mouse) hands.look(-1, "hover");
    },
    { signal, capture: true },
  );
  window.addEventListener(
    "pointerup",
    (event) => {
      if (!press || !event.isPrimary) return;
      const { mouse, moved } = press;
      press = null;
      if (moved) return;
      const index = under(event, mouse ? MOUSE_REACH : FINGER_REACH);
      if (mouse) {
        if (index >= 0) hands.open(index);
      } else if (index >= 0 && index === hands.current()) hands.open(index);
      else hands.look(index, "tap");
    },
    { signal, capture: true },
  );
  window.addEventListener("pointercancel", () => (press = null), { signal, capture: true });

  stage.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || onControl(event)) return;
      const direction = DIRECTIONS[event.key];
      const zoom = ZOOMS[event.key];
      if (direction) {
        const next = hands.neighbour(...direction);
        if (next >= 0) hands.look(next, "key");
      } else if (event.key === "Enter" && hands.current() >= 0) hands.open(hands.current());
      else if (event.key === "Escape") hands.look(-1, "key");
      else if (zoom) hands.zoom(zoom);
      else if (event.key === "0") hands.reset();
      else return;
      event.preventDefault();
    },
    { signal },
  );
  return () => listening.abort();
}

/** Whether an event belongs to a button lying over the points. @param {Event} event */
function onControl(event) {
  return event.target instanceof Element && event.target.closest(".modebar, .vx-map-card, [role=alert]") !== null;
}
