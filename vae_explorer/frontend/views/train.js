/**
 * The Train view: a VAE is trained in a worker of this browser, and one sees its latent space form.
 *
 * @typedef {import("../types.js").TrainProps} TrainProps
 * @typedef {import("../types.js").PageCallbacks} PageCallbacks
 * @typedef {import("../training/settings.js").RunSettings} RunSettings
 */

import { currentCode } from "../current_code.js";
import { element, errorBox, oncePerFrame } from "../dom.js";
import { shareLink } from "../link.js";
import { ownDrawings, setOf } from "../own/drawings.js";
import { OWN } from "../own/facts.js";
import { rememberedUntilLink } from "../session_memory.js";
import { fromText, toText } from "../training/settings.js";
import { CopyLink } from "./shared/copy_link.js";
import { isSameRevision, perModel } from "./shared/per_model.js";
import { Controls } from "./train/controls.js";
import { LivePanel } from "./train/live_panel.js";
import { MapPanel } from "./train/map_panel.js";
import { OwnDrawings } from "./train/own_drawings.js";
import { TrainingSession } from "./train/session.js";
import { SettingsPanel } from "./train/settings_panel.js";
import { Takeaway } from "./train/takeaway.js";
import { Timeline } from "./train/timeline.js";

const TEXT = {
  retry: "Try again",
  beginAgain: "Begin again",
  backToGood: "Back to the last good state",
  trainedHere: "It is trained in this tab alone: a reload forgets it.",
  withoutDrawings: "your own drawings are not in it",
};

/** What a link says of the run, once. @type {(props: TrainProps) => {text: string}} */
const linked = rememberedUntilLink((props) => ({ text: props.run }));

/** There is one run in a tab. It outlives the view: whoever comes back to the page finds it. @type {{session: TrainingSession | null}} */
const tab = { session: null };

class Train {
  #props;
  #callbacks;
  #session;
  #frame = oncePerFrame(() => this.#show());

  /**
   * @param {HTMLElement} root
   * @param {TrainProps} props
   * @param {PageCallbacks} callbacks
   */
  constructor(root, props, callbacks) {
    this.#props = props;
    this.#callbacks = callbacks;
    this.#session = sessionOf(props);
    const session = this.#session;
    this.controls = new Controls(session);
    this.map = new MapPanel(session);
    this.timeline = new Timeline(session, new URL(props.gifUrl, props.baseUrl).href, () => [
      "training",
      toText(session.used),
    ]);
    this.live = new LivePanel(props.reference);
    const onSet = (/** @type {Partial<RunSettings>} */ change) => {
      session.set(change);
      this.#commit();
    };
    this.settings = new SettingsPanel({
      onSet,
      onBeta: (beta) => session.setBeta(beta),
      onRestart: () => {
        session.restart();
        // The button that was pressed goes, and on a phone what one wants to watch is far from it.
        this.controls.root.scrollIntoView({ block: "nearest" });
        this.controls.start.focus();
      },
    });
    this.own = new OwnDrawings(ownDrawings(), setOf(props.manifest.data) !== null, {
      onSet,
      onDraw: () => callbacks.go("encode"),
    });
    this.takeaway = new Takeaway(session, callbacks.explore);
    this.copyLink = new CopyLink(
      () => this.#linkForOthers(),
      () => (session.drawingsNow.key ? TEXT.withoutDrawings : ""),
    );
    this.trouble = element("div", { class: "vx-train-trouble" });
    this.root = element(
      "div",
      { class: "vx vx-train" },
      element(
        "div",
        { class: "vx-train-grid" },
        element(
          "section",
          { class: "vx-train-run" },
          this.controls.root,
          this.controls.readings,
          this.trouble,
          this.map.root,
          this.timeline.root,
        ),
        this.live.root,
        element("div", { class: "vx-train-side" }, this.settings.root, this.own.root, this.settings.notice),
        element(
          "div",
          { class: "vx-train-onward" },
          element("p", { class: "vx-note", text: TEXT.trainedHere }),
          element(
            "div",
            { class: "vx-train-takeaway" },
            ...this.takeaway.buttons,
            this.copyLink.root,
            this.takeaway.status,
          ),
        ),
      ),
    );
    root.append(this.root);
    this.live.begin(this.root);
    session.arrive(this.#frame.request);
    this.#show();
  }

  /** @param {TrainProps} props */
  update(props) {
    this.#props = props;
    const before = linked(props);
    if (before.text) {
      this.#session.set(fromText(before.text));
      before.text = "";
    }
    this.live.begin(this.root); // the theme may be another one
    this.#show();
  }

  destroy() {
    this.#frame.cancel();
    this.timeline.stop();
    this.#session.leave(this.#frame.request);
    this.takeaway.destroy();
    this.copyLink.destroy();
    this.root.remove();
  }

  link() {
    const { z, label } = currentCode(this.#props);
    return shareLink(this.#props, z, label, { run: toText(this.#session.settings) });
  }

  /** It is about the run: a model that only this browser keeps is nothing to others. */
  #linkForOthers() {
    const { manifest, reference } = this.#props;
    if (!manifest.id.startsWith(OWN) || !reference) return this.link();
    const ofReference = { ...this.#props, manifest: { ...manifest, id: reference.id }, link: {} };
    return shareLink(ofReference, [], null, { run: toText(this.#session.settings) });
  }

  #commit() {
    this.#callbacks.commit("settings", { run: toText(this.#session.settings) });
  }

  #show() {
    const session = this.#session;
    this.controls.show();
    this.timeline.show();
    this.takeaway.show();
    this.settings.show(session.settings, session.pending);
    this.own.show(session.settings);
    this.map.show();
    this.live.show(session);
    this.#showTrouble();
  }

  #showTrouble() {
    const { fault, state, frame } = this.#session;
    const text = fault ?? (state.kind === "stopped" ? state.message : "");
    if ((this.trouble.dataset.said ?? "") === text) return;
    this.trouble.dataset.said = text;
    this.trouble.replaceChildren();
    if (!text) return;
    const [label, act] = fault
      ? [frame?.step ? TEXT.beginAgain : TEXT.retry, () => this.#session.retry()]
      : [TEXT.backToGood, () => this.#session.backToGood()];
    this.trouble.append(errorBox(new Error(text), label, act));
  }
}

/** @param {TrainProps} props */
function sessionOf(props) {
  const link = linked(props);
  if (!tab.session)
    tab.session = new TrainingSession(fromText(link.text), props.trainingSets, props.baseUrl, ownDrawings());
  else if (link.text) tab.session.set(fromText(link.text));
  link.text = "";
  return tab.session;
}

export const mount = perModel(Train, isSameRevision);
