import assert from "node:assert/strict";
import { test } from "node:test";
import { shareLink } from "../../vae_explorer/frontend/link.js";

test("a link leaves out what is as it is at first", () => {
  Object.assign(globalThis, { location: new URL("https://class.example.org/train") });
  const props = /** @type {import("../../vae_explorer/frontend/types.js").ViewProps} */ (
    /** @type {unknown} */ ({
      baseUrl: "https://class.example.org/",
      networkUrl: null,
      manifest: { id: "shipped/conv-2" },
      link: { seed: 1, inset: "codes" },
      linkDefaults: { seed: 1, inset: "" },
    })
  );
  const link = (/** @type {string} */ run) => shareLink(props, [0, 0], null, { run });
  assert.equal(link("z20,c17"), "https://class.example.org/train?model=shipped/conv-2&inset=codes&run=z20,c17");
  assert.equal(link(""), "https://class.example.org/train?model=shipped/conv-2&inset=codes");
});
