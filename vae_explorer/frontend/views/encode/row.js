/**
 * The row of stages, from left to right: x, encoder, mu and sigma, z, decoder, x-hat, loss. Each has its symbol, its shape
 * and its colour, and what is in it now.
 *
 * @typedef {import("../../types.js").Manifest} Manifest
 * @typedef {import("../shared/computation.js").Passed} Passed
 * @typedef {import("./palette.js").Colours} Colours
 * @typedef {import("./lights.js").Lights} Lights
 * @typedef {ReturnType<typeof import("../shared/figures.js").addedUp>} Sum
 */

import { element, setText } from "../../dom.js";
import { PIXELS } from "../../picture/size.js";
import { Painter, pictureContext } from "../../paint.js";
import { unusedDims } from "../shared/axes.js";
import { figure } from "../shared/figures.js";
import { formula, mi, mo, mtext, xHat } from "./mathml.js";
import { ProfileChart } from "./profile_chart.js";

const PICTURE_SHAPE = "1 × 28 × 28";

const TEXT = {
  row: "From the picture to the loss",
  x: "picture",
  input: "The picture that the encoder sees",
  encoder: "encoder",
  posterior: "posterior",
  codeOnly: "code",
  posteriorChart: "mu and sigma of each dimension, most informative first",
  muChart: "The code, dimension by dimension",
  sample: "sample",
  mean: "mean",
  code: "= μ",
  codeChart: "z in each dimension, most informative first",
  decoder: "decoder",
  output: "reconstruction",
  picture: "Reconstruction",
  loss: "loss",
  nats: "nats",
  /** @param {number} dim */
  twice: (dim) => `2 × ${dim}`,
  waiting: "Choose or draw a picture: the row waits for it.",
  loading: "Loading both networks…",
};

export class Row {
  #manifest;
  #painter = new Painter();
  #frames = 0;
  #charts;

  /**
   * @param {Manifest} manifest
   * @param {Lights} lights
   */
  constructor(manifest, lights) {
    this.#manifest = manifest;
    const { latent_dim: dim, deterministic, used, limit } = manifest;
    const order = [...used, ...unusedDims(manifest)];
    this.input = element("canvas", { attributes: { role: "img", "aria-label": TEXT.input } });
    this.output = element("canvas", { attributes: { role: "img", "aria-label": TEXT.picture, "data-frames": 0 } });
    this.inputContext = pictureContext(this.input);
    this.outputContext = pictureContext(this.output);
    const posterior = new ProfileChart(order, limit, "posterior", deterministic ? TEXT.muChart : TEXT.posteriorChart);
    const code = new ProfileChart(order, limit, "code", TEXT.codeChart);
    this.#charts = [posterior, code];
    this.draw = element("span", { text: TEXT.code });
    this.reconstruction = element("span", { class: "vx-enc-term vx-enc-of-loss" });
    this.kl = element("span", { class: "vx-enc-term vx-enc-of-posterior", attributes: { hidden: deterministic } });
    this.sum = element("strong", { class: "vx-reading" });
    this.bar = element("div", { class: "vx-enc-sum", attributes: { "aria-hidden": "true" } });
    const muSigma = deterministic ? formula(mi("μ")) : formula(mi("μ"), mo(","), mi("σ"));
    const noLoss = deterministic ? mtext("loss") : mtext("−ELBO");
    this.lossSymbol = noLoss;
    const ends = (/** @type {string} */ text) => element("span", { text });
    const stages = [
      stage("x", formula(mi("x")), ends(TEXT.x), picture(this.input), PICTURE_SHAPE),
      stage("encoder", null, ends(TEXT.encoder), funnel("in"), `${PIXELS} → ${deterministic ? dim : TEXT.twice(dim)}`),
      stage(
        "posterior",
        muSigma,
        ends(deterministic ? TEXT.codeOnly : TEXT.posterior),
        posterior.canvas,
        deterministic ? String(dim) : TEXT.twice(dim),
      ),
      stage("z", formula(mi("z")), this.draw, code.canvas, String(dim)),
      stage("decoder", null, ends(TEXT.decoder), funnel("out"), `${dim} → ${PIXELS}`),
      stage("xhat", formula(xHat()), ends(TEXT.output), picture(this.output), PICTURE_SHAPE),
      stage(
        "loss",
        formula(noLoss),
        ends(TEXT.nats),
        element("div", { class: "vx-enc-loss-face" }, this.sum, this.bar, this.reconstruction, this.kl),
        "1",
      ),
    ];
    const also = {
      loss: ["reconstruction", "kl", "beta"],
      posterior: ["kl", "encoder"],
      z: [],
      xhat: ["decoder", "reconstruction"],
    };
    for (const { name, node } of stages) lights.add(node, name, also[/** @type {keyof typeof also} */ (name)] ?? []);
    this.list = element(
      "ol",
      { class: "vx-enc-row", attributes: { "aria-label": TEXT.row, "aria-busy": "true" } },
      ...stages.map(({ node }) => node),
    );
    this.status = element("p", { class: "vx-note vx-enc-status", text: TEXT.loading, attributes: { role: "status" } });
    this.root = element("div", { class: "vx-enc-row-box" }, this.list, this.status);
  }

  /** No picture yet, or not any more. */
  wait() {
    this.list.setAttribute("aria-busy", "false");
    this.status.hidden = false;
    this.status.textContent = TEXT.waiting;
  }

  /**
   * @param {Passed} passed
   * @param {Sum} sum
   * @param {Colours} colours
   */
  show(passed, sum, colours) {
    const { deterministic } = this.#manifest;
    this.status.hidden = true;
    this.#painter.paint(this.inputContext, passed.x);
    this.#painter.paint(this.outputContext, passed.xHat);
    for (const chart of this.#charts) chart.show(passed, colours);
    setText(this.draw, deterministic ? TEXT.code : passed.eps ? TEXT.sample : TEXT.mean);
    setText(this.reconstruction, figure(sum.reconstruction));
    setText(this.kl, `+ ${figure(sum.kl)}`);
    setText(this.sum, figure(sum.reconstruction + (deterministic ? 0 : sum.kl)));
    this.bar.hidden = sum.reconstruction < 0; // there are no shares of a whole
    const whole = Math.max(sum.reconstruction, 0) + sum.kl;
    const share = whole > 0 && Number.isFinite(whole) ? Math.max(sum.reconstruction, 0) / whole : 1;
    this.bar.style.setProperty("--vx-share", share.toFixed(3));
    this.output.dataset.frames = String(++this.#frames);
    if (this.list.ariaBusy !== "false") this.list.setAttribute("aria-busy", "false");
  }
}

/**
 * @param {string} name
 * @param {Element | null} symbol
 * @param {HTMLElement} title
 * @param {HTMLElement} face
 * @param {string} shape
 */
function stage(name, symbol, title, face, shape) {
  const head = element("button", { class: "vx-enc-name", attributes: { type: "button" } });
  if (symbol) head.append(symbol, " ");
  head.append(title);
  const node = element(
    "li",
    { class: `vx-enc-stage vx-enc-${name}` },
    head,
    element("div", { class: "vx-enc-face" }, face),
    element("span", { class: "vx-enc-shape vx-note", text: shape }),
  );
  return { name, node };
}

/** @param {HTMLCanvasElement} canvas */
function picture(canvas) {
  return element("div", { class: "vx-picture" }, canvas);
}

/** @param {"in" | "out"} way */
function funnel(way) {
  return element("div", { class: `vx-enc-funnel vx-enc-funnel-${way}`, attributes: { "aria-hidden": "true" } });
}
