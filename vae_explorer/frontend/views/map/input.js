// Hands on the map: mouse, finger, pen and keyboard become "look at this" and "open this".

/**
 * What a hand points at: a test picture's point, or a place between the points, whose `index` is -1.
 * @typedef {{index: number, place: [number, number]}} Looked data coordinates
 */

/**
 * @typedef {object} MapHands
 * @property {(x: number, y: number, reach: number) => Looked | null} find what is near a place in the stage; pixels
 * @property {() => Looked | null} current what is being looked at
 * @property {() => boolean} pinned whether that was looked up, by a key or a number, and not just pointed at
 * @property {(looked: Looked | null, how: "hover" | "tap" | "key") => void} look
 * @property {(looked: Looked) => void} open
 * @property {(dx: number, dy: number) => Looked | null} neighbour the next point in a direction (y up)
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
    // Inside the border: there the chart begins.
    return hands.find(event.clientX - box.left - stage.clientLeft, event.clientY - box.top - stage.clientTop, reach);
  };

  // What was looked up stays until the mouse is on another point: its card has a button, and the way there is long.
  /** @param {Looked | null} looked */
  const hover = (looked) => {
    if (!hands.pinned() || (looked && looked.index >= 0)) hands.look(looked, "hover");
  };

  stage.addEventListener(
    "pointermove",
    (event) => {
      if (event.pointerType !== "mouse" || press) return;
      hover(onControl(event) ? null : under(event, MOUSE_REACH));
    },
    { signal },
  );
  stage.addEventListener(
    "pointerleave",
    (event) => {
      if (event.pointerType === "mouse" && !press) hover(null);
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
      if (press.moved && press.mouse) hands.look(null, "hover");
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
      const looked = under(event, mouse ? MOUSE_REACH : FINGER_REACH);
      const again = looked !== null && looked.index >= 0 && looked.index === hands.current()?.index;
      if (looked && (mouse || again)) hands.open(looked);
      else if (!mouse) hands.look(looked, "tap");
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
      const current = hands.current();
      if (direction) {
        const next = hands.neighbour(...direction);
        if (next) hands.look(next, "key");
      } else if (event.key === "Enter" && current) hands.open(current);
      else if (event.key === "Escape") hands.look(null, "key");
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
  return event.target instanceof Element && event.target.closest(".vx-map-tools, .vx-map-card, [role=alert]") !== null;
}
