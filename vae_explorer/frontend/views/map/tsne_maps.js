/**
 * t-SNE maps with the visitor's own settings: the server computes them one after another, this polls their progress.
 *
 * Remembered per session and codes, so that a computation goes on while the visitor is on another page.
 *
 * @typedef {import("../../types.js").Manifest} Manifest
 * @typedef {import("../../types.js").FileRef} FileRef
 * @typedef {{perplexity: number, seed: number}} TsneSettings
 * @typedef {{settings: TsneSettings, points: Float32Array, digest: string}} TsneMap  points (N, 2)
 *
 * @typedef {object} Job
 * @property {TsneSettings} settings
 * @property {string} token       "" until the server has answered
 * @property {"asking" | "waiting" | "running"} state
 * @property {number} place       in the queue; the map being computed is at 1
 * @property {number} iteration   of `iterations`
 * @property {number} iterations
 */

import { digestOf, fetchChecked } from "../../files.js";
import { FormatError, parseSafetensors } from "../../network/safetensors.js";
import { remembered } from "../../session_memory.js";

const TEXT = {
  unreachable: "The server does not answer. Check that the app is still running, then try again.",
  dropped: "The server gave up on this map because it had not heard from this page for a while. Start it again.",
  /** @param {number} status */
  odd: (status) => `The server answered ${status}, with nothing that could be read. Reload the page.`,
  size: "The map received is not a map of these codes. Try again.",
};

const ADDRESS = "vx/tsne";
const POLL_MS = 1000;

/** @type {(props: import("../../types.js").ViewProps) => TsneMaps} */
export const tsneMaps = remembered(
  ({ manifest, baseUrl }) => new TsneMaps(manifest, baseUrl),
  ({ files }) => files.codes.url, // its address holds a hash: a map is of exactly these codes
);

class TsneMaps {
  /** @type {TsneMap[]} in order of arrival */
  maps = [];
  /** @type {TsneMap | null} the one to show; null for the model's own */
  chosen = null;
  /** @type {Job | null} */
  job = null;
  /** @type {string | null} why the last one failed */
  problem = null;
  /** @type {Set<() => void>} called after every change */
  listeners = new Set();
  #polling = new AbortController();

  /**
   * @param {Manifest} manifest
   * @param {string} baseUrl
   */
  constructor(manifest, baseUrl) {
    this.baseUrl = baseUrl;
    this.count = manifest.data.count;
    this.codes = digestOf(manifest.files.codes);
    addEventListener("pagehide", () => this.cancel());
  }

  /** @param {TsneMap | null} map one of `maps`, or null for the model's own */
  choose(map) {
    this.chosen = map;
    this.#notify();
  }

  /**
   * Shows the map that a link names, as if its settings had been typed; settings out of range are ignored.
   *
   * @param {string} link    "30,7", perplexity and seed; "" for the model's own
   * @param {number} least    perplexity
   * @param {number} largest  perplexity
   */
  follow(link, least, largest) {
    if (!link && this.chosen) this.choose(null);
    const [, perplexity, seed] = (/^(\d{1,9}),(\d{1,10})$/.exec(link) ?? []).map(Number);
    if (perplexity >= least && perplexity <= largest && seed < 2 ** 32) this.ask({ perplexity, seed });
  }

  /** @param {TsneSettings} settings */
  async ask(settings) {
    this.cancel();
    const known = this.maps.find(({ settings: { perplexity, seed } }) => {
      return perplexity === settings.perplexity && seed === settings.seed;
    });
    if (known) return this.choose(known);
    /** @type {Job} */
    const job = { settings, token: "", state: "asking", place: 0, iteration: 0, iterations: 1 };
    this.job = job;
    this.problem = null;
    this.#notify();
    try {
      const body = JSON.stringify({ codes: this.codes, ...settings });
      let answer = await this.#call("", { method: "POST", headers: { "Content-Type": "application/json" }, body });
      job.token = answer.token ?? "";
      while (this.job === job && (await this.#follow(job, answer))) {
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
        if (this.job === job) answer = await this.#call(`/jobs/${job.token}`, { signal: this.#polling.signal });
      }
      if (this.job !== job) this.#release(job); // it was cancelled before the server had sent a token
    } catch (error) {
      if (this.job !== job) return;
      this.job = null;
      this.problem = error instanceof Error ? error.message : String(error);
      this.#notify();
    }
  }

  /** Cancels the running request. */
  cancel() {
    if (!this.job) return;
    const job = this.job;
    this.job = null;
    // A poll on its way would find the job gone.
    this.#polling.abort();
    this.#polling = new AbortController();
    this.#release(job);
    this.#notify();
  }

  /**
   * @param {Job} job
   * @param {any} answer
   * @returns {Promise<boolean>}  whether to poll again
   */
  async #follow(job, answer) {
    if (answer.state === "failed") throw new Error(answer.message);
    if (answer.state !== "done") {
      Object.assign(job, {
        state: answer.state,
        place: answer.place,
        iteration: answer.iteration,
        iterations: answer.iterations,
      });
      this.#notify();
      return true;
    }
    /** @type {FileRef} */
    const file = answer.map;
    const { tsne } = parseSafetensors(await fetchChecked(file, this.baseUrl)).tensors;
    if (!(tsne?.data instanceof Float32Array) || tsne.data.length !== 2 * this.count) throw new FormatError(TEXT.size);
    if (this.job !== job) return false;
    const map = { settings: job.settings, points: tsne.data, digest: digestOf(file) };
    this.maps.push(map);
    this.job = null;
    this.chosen = map;
    this.#notify();
    return false;
  }

  /** @param {Job} job */
  #release(job) {
    if (!job.token) return;
    // With keepalive, because the page may be closing. If it does not arrive, the server notices that polling has stopped.
    this.#call(`/jobs/${job.token}`, { method: "DELETE", keepalive: true }).catch(() => {});
    job.token = "";
  }

  /**
   * @param {string} path
   * @param {RequestInit} [options]
   * @returns {Promise<any>}
   */
  async #call(path, options) {
    const response = await fetch(new URL(ADDRESS + path, this.baseUrl), { cache: "no-store", ...options }).catch(() => {
      throw new Error(TEXT.unreachable);
    });
    if (response.status === 204) return null;
    if (response.status === 404 && path) throw new Error(TEXT.dropped);
    const answer = await response.json().catch(() => {
      throw new Error(TEXT.odd(response.status));
    });
    if (!response.ok) throw new Error(answer.message);
    return answer;
  }

  #notify() {
    for (const listener of [...this.listeners]) listener();
  }
}
