// What the address of the map and "Copy link" say of it, and going to the view that they said.

import { currentCode } from "../../current_code.js";
import { shareLink } from "../../link.js";
import { TSNE } from "./projections.js";
import { longSettings, shortSettings } from "./state.js";

/** @typedef {import("../../types.js").MapProps} MapProps */
/** @typedef {import("./scene.js").MapScene} MapScene */
/** @typedef {import("./state.js").MapState} MapState */
/** @typedef {{ownSettings: () => {tsne?: string}, isComing: boolean}} Tsne */

export class MapLink {
  /** Whether the view in the state is of a map that is not there yet. */
  #viewIsDue = true;

  /** @param {MapState} state */
  constructor(state) {
    this.state = state;
  }

  /** Goes to the view, unless it is that of the visitor's own t-SNE, which takes a while. @param {MapScene} scene @param {Tsne} tsne */
  follow(scene, tsne) {
    if (!this.#viewIsDue || (scene.projection.name === TSNE && tsne.isComing)) return;
    this.#viewIsDue = false;
    scene.showView();
  }

  /** Has the state say what is in view. @param {MapScene | null} scene null while the codes are loading */
  keepView(scene) {
    if (!this.#viewIsDue) scene?.keepView();
  }

  /** The visitor has gone to another projection. */
  forget() {
    this.#viewIsDue = false;
  }

  /**
   * @param {MapProps} props
   * @param {string} projection its name
   * @param {MapScene | null} scene
   * @param {Tsne | undefined} tsne undefined while the codes are loading
   */
  text(props, projection, scene, tsne) {
    if (tsne && !tsne.isComing) this.forget(); // it may have failed
    this.keepView(scene);
    const { z, label } = currentCode(props);
    // Until the panel is there, what has been asked for is what the link said.
    const own = tsne ? tsne.ownSettings() : { tsne: props.tsne || null };
    return shareLink(props, z, label, {
      projection,
      ...shortSettings(this.state),
      ...(projection === TSNE ? own : {}),
      ...longSettings(this.state),
    });
  }
}
