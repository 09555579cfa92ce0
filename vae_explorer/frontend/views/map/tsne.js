// t-SNE with the visitor's own settings, and downloads of the codes.

import { button, buttonGroup, element } from "../../dom.js";
import { isOwnFile } from "../../own/page_files.js";
import { rememberedUntilLink } from "../../session_memory.js";
import { formatCount } from "../../text.js";
import { placedCaption } from "./caption.js";
import { tsneMaps } from "./tsne_maps.js";

/** @typedef {import("../../types.js").Manifest} Manifest */
/** @typedef {import("../../types.js").MapProps} MapProps */
/** @typedef {import("./tsne_maps.js").Job} Job */
/** @typedef {import("./tsne_maps.js").TsneMap} TsneMap */
/** @typedef {import("./tsne_maps.js").TsneSettings} TsneSettings */

const ORDINALS = new Intl.PluralRules("en", { type: "ordinal" });
const SUFFIXES = /** @type {Record<string, string>} */ ({ one: "st", two: "nd", few: "rd", other: "th" });

const TEXT = {
  title: "Compute your own t-SNE",
  perplexity: "Perplexity",
  perplexityHint: "Roughly how many neighbours each dot stays close to",
  seed: "Seed",
  seedHint: "The same settings and seed give the same map",
  compute: "Compute",
  cancel: "Cancel",
  note: "Try 5 and 100: what stays comes from the codes, what changes comes from t-SNE. It takes about a minute; carry on meanwhile.",
  asking: "Asking the server…",
  /** @param {number} place */
  waiting: (place) => `${place}${SUFFIXES[ORDINALS.select(place)]} in line on this server`,
  neighbours: "Finding each dot’s neighbours…",
  running: "Laying out:",
  /** @param {number} iteration @param {number} iterations */
  step: (iteration, iterations) => `step ${formatCount(iteration)} of ${formatCount(iterations)}`,
  shown: "t-SNE shown",
  own: "The model’s",
  /** @param {TsneSettings} settings */
  name: ({ perplexity, seed }) => `${perplexity} · seed ${seed}`,
  /** @param {TsneSettings} settings */
  done: ({ perplexity, seed }) => `Done: perplexity ${perplexity}, seed ${seed}.`,
  /** @param {TsneSettings} settings */
  about: ({ perplexity, seed }) =>
    `t-SNE with perplexity ${perplexity} and seed ${seed} keeps close neighbours close. Distances between ` +
    "clusters, and their sizes, mean little.",
  download: "Download",
  downloadHint: "Code, class, losses, and the coordinates on every map, with the t-SNE shown, one row per dot",
};

const TABLES = "vx/tables";

/** Whether what a link says has been asked for. @type {(props: MapProps) => {isFollowed: boolean}} */
const linked = rememberedUntilLink(
  () => ({ isFollowed: false }),
  ({ files }) => files.codes.url,
);

/**
 * @typedef {object} TsneCallbacks
 * @property {(points: Float32Array | null, caption: string) => void} setTsne
 *   another t-SNE (N, 2) of the same codes, with its caption; null is the model's own
 * @property {() => void} showTsne  switch the map to t-SNE
 */

/**
 * @param {HTMLElement} host
 * @param {MapProps} props
 * @param {TsneCallbacks} callbacks
 */
export function mountTsne(host, props, callbacks) {
  const panel = new TsnePanel(props, callbacks);
  host.append(panel.root);
  return panel;
}

class TsnePanel {
  /** @type {TsneMap | null} the one that the map shows */
  #shown = null;
  /** @type {Job | null} */
  #job = null;

  /**
   * @param {MapProps} props
   * @param {TsneCallbacks} callbacks
   */
  constructor(props, callbacks) {
    const { manifest, baseUrl, tsne } = props;
    this.manifest = manifest;
    this.baseUrl = baseUrl;
    this.callbacks = callbacks;
    this.maps = tsneMaps(props);
    const { least_perplexity: least, largest_perplexity: largest } = manifest.tsne;
    const link = linked(props);
    if (!link.isFollowed) this.maps.follow(tsne, least, largest);
    link.isFollowed = true;

    const last = this.maps.job?.settings ?? this.maps.chosen?.settings;
    this.perplexity = numberField(
      TEXT.perplexity,
      TEXT.perplexityHint,
      least,
      largest,
      last?.perplexity ?? Math.min(30, largest),
    );
    this.seed = numberField(TEXT.seed, TEXT.seedHint, 0, 2 ** 32 - 1, last?.seed ?? 0);
    this.form = element(
      "form",
      { class: "vx-tsne-form", on: { submit: (event) => this.#onSubmit(event) } },
      this.perplexity.root,
      this.seed.root,
      element("button", { class: "vx-button", text: TEXT.compute, attributes: { type: "submit" } }),
    );
    this.bar = element("progress", {
      class: "vx-tsne-bar",
      attributes: { "aria-label": TEXT.title, max: 1, value: 0 },
    });
    this.status = element("span", { class: "vx-note", attributes: { role: "status" } });
    this.step = element("span", { class: "vx-note vx-reading" });
    this.cancel = button(TEXT.cancel, () => this.maps.cancel());
    this.working = element(
      "div",
      { class: "vx-tsne-working" },
      this.bar,
      element("p", {}, this.status, " ", this.step),
      this.cancel,
    );
    this.problem = element("p", { class: "vx-alert", attributes: { role: "alert" } });
    this.note = element("p", { class: "vx-note", text: TEXT.note });
    this.choices = element("div");
    this.details = element(
      "details",
      { class: "vx-tsne", attributes: { open: this.maps.job !== null || this.maps.maps.length > 0 } },
      element("summary", { class: "vx-caption", text: TEXT.title }),
      element("div", { class: "vx-tsne-body" }, this.choices, this.form, this.working, this.problem, this.note),
    );
    this.details.hidden = largest < least; // too few codes for any t-SNE, or the model has none to replace
    this.csv = element("a", { class: "vx-button", text: "CSV", attributes: { download: true } });
    this.npz = element("a", { class: "vx-button", text: "NPZ", attributes: { download: true } });
    const downloads = element(
      "div",
      {
        class: "vx-tsne-download",
        attributes: { role: "group", "aria-label": TEXT.download, title: TEXT.downloadHint },
      },
      element("span", { class: "vx-caption", text: TEXT.download }),
      this.csv,
      this.npz,
    );
    downloads.hidden = isOwnFile(manifest.files.codes); // the server makes the tables, and has not got these codes
    this.root = element("div", { class: "vx-tsne-slot" }, this.details, downloads);
    this.maps.listeners.add(this.#show);
    this.#show();
  }

  destroy() {
    this.maps.listeners.delete(this.#show);
    this.root.remove();
  }

  /** What a link says about the map shown, or soon to be shown: nothing if it is the model's own. @returns {{tsne?: string}} */
  ownSettings() {
    const of = this.maps.job ?? this.maps.chosen;
    return of ? { tsne: `${of.settings.perplexity},${of.settings.seed}` } : {};
  }

  /** Whether the map that the visitor has asked for is still to come. */
  get isComing() {
    return this.maps.job !== null;
  }

  /** @param {SubmitEvent} event  fires only if both fields are valid */
  #onSubmit(event) {
    event.preventDefault();
    this.callbacks.showTsne();
    this.maps.ask({ perplexity: this.perplexity.input.valueAsNumber, seed: this.seed.input.valueAsNumber });
  }

  #show = () => {
    const { job, problem, maps, chosen } = this.maps;
    this.form.hidden = job !== null;
    this.note.hidden = job !== null || maps.length > 0;
    this.bar.hidden = this.cancel.hidden = job === null;
    this.problem.hidden = problem === null;
    if (this.problem.textContent !== (problem ?? "")) this.problem.textContent = problem ?? "";
    if (job) {
      this.bar.max = job.iterations;
      this.bar.value = job.iteration;
    }
    this.step.textContent = job?.iteration ? TEXT.step(job.iteration, job.iterations) : "";
    const ended = this.#job !== null && job === null;
    this.#job = job;
    const finished = ended && chosen && !problem && maps.at(-1) === chosen ? TEXT.done(chosen.settings) : "";
    const status = job ? progressText(job) : finished;
    if (this.status.textContent !== status) this.status.textContent = status; // a live region announces every change
    this.working.hidden = !status;
    this.#showChoices(maps, chosen);
    this.#showLinks(chosen);
    if (chosen === this.#shown) return;
    this.#shown = chosen;
    this.callbacks.setTsne(chosen?.points ?? null, chosen ? this.#caption(chosen) : "");
  };

  /** @param {TsneMap} map */
  #caption({ settings }) {
    const { tsne, data } = this.manifest;
    return [TEXT.about(settings), placedCaption(tsne.landmarks, data.count)].filter(Boolean).join(" ");
  }

  /** @param {TsneMap[]} maps @param {TsneMap | null} chosen */
  #showChoices(maps, chosen) {
    const focused = this.choices.contains(/** @type {Node} */ (this.#active()));
    const buttons = [null, ...maps].map((map) =>
      button(
        map ? TEXT.name(map.settings) : TEXT.own,
        () => {
          this.callbacks.showTsne();
          this.maps.choose(map);
        },
        { attributes: { "aria-pressed": String(map === chosen) } },
      ),
    );
    this.choices.replaceChildren(...(maps.length ? [buttonGroup(TEXT.shown, buttons)] : []));
    if (focused) buttons[chosen ? maps.indexOf(chosen) + 1 : 0].focus();
  }

  #active() {
    const root = /** @type {Document | ShadowRoot} */ (this.root.getRootNode());
    return root.activeElement;
  }

  /** @param {TsneMap | null} chosen */
  #showLinks(chosen) {
    const codes = this.maps.codes;
    const name = this.manifest.name.replace(/[^A-Za-z0-9._-]+/g, "-").slice(0, 80);
    const suffix = chosen ? `-perplexity-${chosen.settings.perplexity}-seed-${chosen.settings.seed}` : "";
    for (const [link, kind] of /** @type {const} */ ([
      [this.csv, "csv"],
      [this.npz, "npz"],
    ])) {
      link.href = new URL(
        `${TABLES}/${codes}/${chosen?.digest ?? "model"}/${name}${suffix}.${kind}`,
        this.baseUrl,
      ).href;
    }
  }
}

/** @param {Job} job */
function progressText({ state, place, iteration }) {
  if (state === "asking") return TEXT.asking;
  if (state === "waiting") return TEXT.waiting(place);
  return iteration ? TEXT.running : TEXT.neighbours;
}

/**
 * @param {string} name
 * @param {string} hint
 * @param {number} least
 * @param {number} largest
 * @param {number} value
 */
function numberField(name, hint, least, largest, value) {
  const input = element("input", {
    class: "vx-field",
    attributes: { type: "number", required: true, min: least, max: largest, step: 1, value, inputmode: "numeric" },
  });
  return { input, root: element("label", { attributes: { title: hint } }, name, input) };
}
