/**
 * What a visitor has set on the Interpolate page, per session and model, for as long as the tab lives; and the same
 * as a text for links.
 *
 * @typedef {import("../../types.js").InterpolateProps} InterpolateProps
 * @typedef {import("../../types.js").Manifest} Manifest
 *
 * @typedef {object} Journey  codes are remembered as where they come from, see code_sources.js
 * @property {string} tab            the part of the page that is open
 * @property {string[]} stops        of the way
 * @property {number} stop           the one that the picker changes
 * @property {boolean} closed        from the last stop on to the first
 * @property {number | null} label   the class that a conditional decoder is told along the way; null: the first stop's
 * @property {number} place          of the scrubber, 0 at the first stop, 1 at the second…
 * @property {string[]} terms        A, B and C; empty until the test set's labels are known
 * @property {number} term           the one that the picker changes
 * @property {number | null} sumLabel  the class for A - B + C; null: that of A
 */

export const FEWEST_STOPS = 2;
export const MOST_STOPS = 6;
const TERMS = 3;
const CLOSED = "closed";

/** @type {Map<string, Journey>} */
const journeys = new Map();

/**
 * The same object is returned each time; the view writes into it.
 *
 * @param {InterpolateProps} props
 * @returns {Journey}
 */
export function journeyOf({ manifest, session, way }) {
  const key = JSON.stringify([session, manifest.id, manifest.latent_dim]);
  let journey = journeys.get(key);
  if (!journey) {
    journey = readJourney(way, manifest);
    journeys.set(key, journey);
  }
  return journey;
}

/**
 * Two test pictures, for who has chosen none yet.
 *
 * @param {Manifest} manifest
 * @returns {string[]}
 */
export function firstStops({ data }) {
  return ["t0", data.count > 1 ? "t1" : "r1"];
}

/**
 * What `readJourney` makes the same journey of: `ways!t0~t1~r5!closed!!0.5`.
 *
 * @param {Journey} journey
 * @returns {string}
 */
export function journeyText({ tab, stops, closed, label, place, terms, sumLabel }) {
  const fields = [tab, stops.join("~"), closed ? CLOSED : "", label ?? "", place, terms.join("~"), sumLabel ?? ""];
  return fields.join("!").replace(/!+$/, "");
}

/**
 * @param {string} text  what a link holds; may be anybody's
 * @param {Manifest} manifest
 * @returns {Journey}
 */
function readJourney(text, manifest) {
  const [tab = "", stops = "", closed = "", label = "", place = "", terms = "", sumLabel = ""] = text.split("!");
  /** @param {string} value */
  const classOf = (value) => (/^\d{1,3}$/.test(value) && Number(value) < manifest.classes ? Number(value) : null);
  const linkedStops = stops ? stops.split("~").slice(0, MOST_STOPS) : [];
  const linkedTerms = terms ? terms.split("~") : [];
  return {
    tab,
    stops: linkedStops.length >= FEWEST_STOPS ? linkedStops : firstStops(manifest),
    stop: 0,
    closed: closed === CLOSED,
    label: classOf(label),
    place: place && Number.isFinite(Number(place)) ? Number(place) : 0.5,
    terms: linkedTerms.length === TERMS ? linkedTerms : [],
    term: 0,
    sumLabel: classOf(sumLabel),
  };
}
