/**
 * Where a picture lies among the model's pictures, by what it costs.
 *
 * @typedef {import("../../model.js").Codes} Codes
 */

/** What each of the model's pictures costs, in ascending order. */
export class Rank {
  #costs;

  /** @param {Codes} codes  whose KL is 0 in a plain autoencoder */
  constructor({ kl, reconstruction }) {
    this.#costs = reconstruction.map((value, i) => value + kl[i]).sort();
  }

  /**
   * @param {number} cost  nats
   * @returns {number}  0…1, the share of the pictures that cost less
   */
  shareBelow(cost) {
    let low = 0;
    let high = this.#costs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#costs[middle] < cost) low = middle + 1;
      else high = middle;
    }
    return low / this.#costs.length;
  }
}

/** The same, with the costs fetched when they are first asked for. */
export class Ranking {
  #model;
  #onLoad;
  /** @type {Rank | null} */
  #rank = null;
  #isLoading = false;
  #isDestroyed = false;

  /**
   * @param {import("../../model.js").Model} model
   * @param {() => void} onLoad  to ask again
   */
  constructor(model, onLoad) {
    this.#model = model;
    this.#onLoad = onLoad;
  }

  destroy() {
    this.#isDestroyed = true;
  }

  /**
   * @param {number} cost  nats
   * @param {(share: number) => void} onShare  called at once if the costs are there
   */
  of(cost, onShare) {
    if (this.#rank) onShare(this.#rank.shareBelow(cost));
    else this.#load();
  }

  async #load() {
    if (this.#isLoading) return;
    this.#isLoading = true;
    try {
      this.#rank = new Rank(await this.#model.codes());
      if (!this.#isDestroyed) this.#onLoad();
    } catch {
      // The map says that the codes could not be loaded; the next picture tries again.
    }
    this.#isLoading = false;
  }
}
