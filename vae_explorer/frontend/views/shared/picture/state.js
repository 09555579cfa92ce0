/**
 * The picture that is on a page, and goes along to others.
 *
 * A test picture is named in links, as `t17`, or `t17/3` where the class given is another than its own; `d/3` is the class
 * given to a picture that is no test picture. What a visitor has drawn or brought stays in this page: the server is not
 * told of it. Links have it where no server sees it, see drawing_text.js.
 *
 * @typedef {import("../../../types.js").ViewProps} ViewProps
 * @typedef {import("../../../types.js").Manifest} Manifest
 *
 * @typedef {{kind: "drawing"} | {kind: "file", name: string} | {kind: "test", index: number, label: number}} Source
 * @typedef {{pixels: Float32Array, source: Source}} EncodedPicture  `pixels` (784) in 0…1
 *
 * @typedef {object} Shown
 * @property {EncodedPicture | null} picture
 * @property {number | null} label  the class given to a conditional model; null: the picture's own, or the model has none
 */

import { rememberedUntilLink } from "../../../session_memory.js";

/**
 * The picture as the visitor left it on a page, for the next time that the view is mounted.
 *
 * @template {ViewProps} P
 * @param {(props: P) => string} textOf  what the page's settings say of the picture
 * @returns {(props: P) => Shown}
 */
export function pictureMemory(textOf) {
  return rememberedUntilLink((/** @type {P} */ props) => ({
    picture: null,
    label: linkedPicture(textOf(props), props.manifest).label,
  }));
}

/** The picture that was last shown, whatever the model. @type {{picture: EncodedPicture | null, data: string}} */
const carried = { picture: null, data: "" };

/**
 * Whoever chooses another model finds the same picture there.
 *
 * @param {EncodedPicture | null} picture
 * @param {Manifest} manifest
 */
export function carry(picture, { data }) {
  carried.picture = picture;
  carried.data = data.name;
}

/**
 * @param {Manifest} manifest
 * @returns {EncodedPicture | null}  null if there is none, or one of another data set
 */
export function carriedPicture({ data }) {
  const { picture } = carried;
  return picture?.source.kind === "test" && carried.data !== data.name ? null : picture;
}

/**
 * @param {string} text  from a link
 * @param {Manifest} manifest
 * @returns {{index: number | null, label: number | null}}  null for what the text does not say
 */
export function linkedPicture(text, { classes, data }) {
  const [, number, label] = text.match(/^(?:t(\d{1,6})|d)(?:\/(\d{1,3}))?$/) ?? [];
  const index = number !== undefined && Number(number) < data.count ? Number(number) : null;
  return { index, label: label !== undefined && Number(label) < classes ? Number(label) : null };
}

/**
 * @param {Shown} shown
 * @returns {string}  that `linkedPicture` reads; "" if there is nothing to say
 */
export function pictureText({ picture, label }) {
  if (picture?.source.kind !== "test") return picture && label !== null ? `d/${label}` : "";
  const { index, label: own } = picture.source;
  return `t${index}${label === null || label === own ? "" : `/${label}`}`;
}
