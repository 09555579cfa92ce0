import assert from "node:assert/strict";
import { test } from "node:test";

import { settingsMemory } from "../../vae_explorer/frontend/views/shared/settings.js";

const LINK = { size: 8, projection: "pca" };
const props = (session = "one") => ({
  session,
  manifest: { id: "own/a", latent_dim: 2 },
  link: LINK,
  size: 8,
  label: 0,
});

test("what was set counts more than the props, in this view and in the links of the others", () => {
  const [samples, map] = [settingsMemory(), settingsMemory()];
  samples.keep(props(), { size: 4, label: 3 });
  map.keep(props(), { projection: "tsne" });
  assert.deepEqual(samples.applyTo(props()), { ...props(), size: 4, label: 3, link: { size: 4, projection: "tsne" } });
  assert.deepEqual(map.applyTo(props()), { ...props(), projection: "tsne", link: { size: 4, projection: "tsne" } });
});

test("a session that begins in the same page finds the settings as they were left", () => {
  const samples = settingsMemory();
  samples.keep(props("two"), { size: 16 });
  const found = samples.applyTo(props("three"));
  assert.equal(found.size, 16);
  assert.equal(found.link.size, 16);
});
