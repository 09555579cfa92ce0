// Input on the map: mouse, finger, pen and keyboard become "inspect this" and "open this".

/**
 * What the pointer is at: the point of a test picture, or a position between the points, whose `index` is -1.
 * @typedef {{index: number, position: [number, number]}} Target data coordinates
 */

/**
 * @typedef {object} InputCallbacks
 * @property {(x: number, y: number, reach: number) => Target | null} find what is near a position in the stage, in pixels
 * @property {() => Target | null} current what is being inspected
 * @property {() => boolean} pinned whether that was chosen by a key, a tap or a number, and not just pointed at
 * @property {(target: Target | null, how: "hover" | "tap" | "key") => void} inspect
 * @property {(target: Target) => void} open
 * @property {(dx: number, dy: number) => Target | null} neighbour the next point in a direction (y up)
 * @property {(factor: number) => void} zoom
 * @property {() => void} reset shows the whole map
 */

const MOUSE_REACH = 12;
const FINGER_REACH = 22;
const CLICK_SLACK = 5; // how far the pointer may move in a click, pixels

/** @type {Record<string, [number, number]>} */
const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
/** @type {Record<string, number>} */
const ZOOMS = { "+": 1.4, "=": 1.4, "-": 1 / 1.4 };

/**
 * @param {HTMLElement} stage takes pointers and keys
 * @param {InputCallbacks} callbacks
 * @returns {() => void} stops listening
 */
export function listen(stage, callbacks) {
  const listening = new AbortController();
  const { signal } = listening;
  /** @type {{x: number, y: number, mouse: boolean, moved: boolean} | null} a button or a finger is down */
  let press = null;

  /** @param {PointerEvent} event @param {number} reach */
  const under = (event, reach) => {
    const box = stage.getBoundingClientRect();
    // Inside the border: there the chart begins.
    return callbacks.find(
      event.clientX - box.left - stage.clientLeft,
      event.clientY - box.top - stage.clientTop,
      reach,
    );
  };

  // A pinned card stays until the mouse is on another point: it has a button, which the mouse has to reach.
  /** @param {Target | null} target */
  const hover = (target) => {
    if (!callbacks.pinned() || (target && target.index >= 0)) callbacks.inspect(target, "hover");
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
      if (!event.isPrimary && press) press.moved = true; // two fingers move the map, and tap nothing
      if (!event.isPrimary || event.button !== 0 || onControl(event)) return;
      press = { x: event.clientX, y: event.clientY, mouse: event.pointerType === "mouse", moved: false };
    },
    // Plotly stops the propagation of some of these.
    { signal, capture: true },
  );
  // While a button is down Plotly covers the whole page: only the window gets the other events.
  window.addEventListener(
    "pointermove",
    (event) => {
      if (!press || press.moved || !event.isPrimary) return;
      press.moved = Math.hypot(event.clientX - press.x, event.clientY - press.y) > CLICK_SLACK;
      if (press.moved && press.mouse) callbacks.inspect(null, "hover");
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
      const target = under(event, mouse ? MOUSE_REACH : FINGER_REACH);
      const again = target !== null && target.index >= 0 && target.index === callbacks.current()?.index;
      if (target && (mouse || again)) callbacks.open(target);
      else if (!mouse) callbacks.inspect(target, "tap");
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
      const current = callbacks.current();
      if (direction) {
        const next = callbacks.neighbour(...direction);
        if (next) callbacks.inspect(next, "key");
      } else if (event.key === "Enter" && current) callbacks.open(current);
      else if (event.key === "Escape") callbacks.inspect(null, "key");
      else if (zoom) callbacks.zoom(zoom);
      else if (event.key === "0") callbacks.reset();
      else return;
      event.preventDefault();
    },
    { signal },
  );
  return () => listening.abort();
}

/** Whether an event belongs to a control that lies over the points. @param {Event} event */
function onControl(event) {
  return event.target instanceof Element && event.target.closest(".vx-map-tools, .vx-map-card, [role=alert]") !== null;
}
