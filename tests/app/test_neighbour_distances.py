"""How far codes usually lie from others: what the words beside Morph's picture are based on."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from tests.unit.test_model_folder import small_folder
from vae_explorer import paths
from vae_explorer.catalog.latent_dims import used_dims
from vae_explorer.catalog.neighbour_distances import POSTERIOR, PRIOR, neighbour_distances
from vae_explorer.model.config import ModelConfig
from vae_explorer.samplers import mixture
from vae_explorer.storage import model_folder
from vae_explorer.storage.model_folder import ModelFolder

SHIPPED = sorted(path.parent.name for path in paths.shipped_models().glob("*/model.json"))

# Beyond this percentile a page calls a code unusual; frontend/views/morph/typicality.js has the same.
USUAL = 97


def share_unusual(folder: ModelFolder, z: NDArray[np.float64], labels: NDArray[np.uint8], *, own: bool) -> float:
    """The share of codes `(N, D)` beyond the limit; `own`: code i is compared with all pictures but picture i."""
    used = used_dims(folder)
    mu = folder.codes["mu"][:, used]
    rows = neighbour_distances(folder)[POSTERIOR]
    unusual = []
    for row, percentiles in enumerate(rows):
        members = np.flatnonzero(folder.codes["label"] == row) if len(rows) > 1 else np.arange(len(mu))
        mine = np.flatnonzero(labels == row) if len(rows) > 1 else np.arange(len(z))
        distances, nearest = cKDTree(mu[members]).query(z[mine][:, used], k=2)
        is_own = (members[nearest[:, 0]] == mine) if own else np.zeros(len(mine), bool)
        unusual.append(np.where(is_own, distances[:, 1], distances[:, 0]) > percentiles[USUAL])
    return float(np.concatenate(unusual).mean())


@pytest.mark.parametrize("name", SHIPPED)
def test_at_most_a_twentieth_of_real_codes_is_unusual(name: str) -> None:
    folder = model_folder.read(paths.shipped_models() / name)
    random = np.random.default_rng(7)
    mu, labels = folder.codes["mu"].astype(np.float64), folder.codes["label"]
    deviations = 0 if folder.config.deterministic else np.exp(folder.codes["log_var"].astype(np.float64) / 2)
    samples = mu + deviations * random.standard_normal(mu.shape)
    assert 0.005 < share_unusual(folder, samples, labels, own=True) <= 0.05
    drawn = mixture.draw(folder.codes, 2000, mu.shape[1], random).astype(np.float64)
    if not folder.config.classes:  # a draw has no class
        assert share_unusual(folder, drawn, labels[:2000], own=False) <= 0.05
    # What is far from everything is told from it, in the dimensions that the model uses and in no others.
    far = np.full((1, mu.shape[1]), 3.0 * abs(mu).max())
    assert share_unusual(folder, far, labels[:1], own=False) == 1
    off = samples.copy()
    off[:, [dim for dim in range(mu.shape[1]) if dim not in used_dims(folder)]] = 9.0
    assert share_unusual(folder, off, labels, own=True) <= 0.05


def test_prior_that_lies_off_the_data() -> None:
    """A tenth of `mlp-20`'s own random pictures is hardly any digit; its prior is where no picture's code is."""

    def beyond(name: str) -> float:
        found = neighbour_distances(model_folder.read(paths.shipped_models() / name))
        return float((found[PRIOR][0] > found[POSTERIOR][0, USUAL]).mean())

    assert beyond("mlp-20") > 0.2
    assert beyond("conv-2") < 0.1


def test_a_row_for_each_class_of_a_conditional_decoder() -> None:
    folder = small_folder(ModelConfig("mlp", latent_dim=2, hidden=5, classes=10), count=400)
    label = folder.codes["label"].copy()
    label[label == 3] = 4
    label[np.flatnonzero(label == 5)[1:]] = 4
    found = neighbour_distances(replace(folder, codes=folder.codes | {"label": label}))
    assert {name: rows.shape for name, rows in found.items()} == {POSTERIOR: (10, 101), PRIOR: (10, 101)}
    for rows in found.values():
        assert np.isnan(rows[[3, 5]]).all(), "none, and one, have nothing to compare with"
        others = np.delete(rows, [3, 5], axis=0)
        assert np.isfinite(others).all()
        assert (np.diff(others, axis=1) >= 0).all()


def test_plain_autoencoder_has_no_prior() -> None:
    folder = small_folder(ModelConfig("mlp", latent_dim=2, hidden=5, deterministic=True))
    found = neighbour_distances(folder)
    assert set(found) == {POSTERIOR}
    own = cKDTree(folder.codes["mu"]).query(folder.codes["mu"], k=2)[0][:, 1]
    assert found[POSTERIOR][0] == pytest.approx(np.percentile(own, range(101)), abs=1e-4)


def test_variance_that_overflows() -> None:
    folder = small_folder()
    wild = replace(folder, codes=folder.codes | {"log_var": np.full_like(folder.codes["log_var"], 1000.0)})
    assert all(np.isfinite(rows).all() for rows in neighbour_distances(wild).values())


def test_many_codes_take_little_memory() -> None:
    """A folder may hold a million: distances to all of them from a thousand samples would take gigabytes."""
    folder = small_folder(ModelConfig("mlp", latent_dim=2, hidden=5))
    count = 300_000
    random = np.random.default_rng(0)
    codes = {name: random.standard_normal((count, 2)).astype(np.float32) for name in ("mu", "log_var")}
    many = replace(folder, codes=folder.codes | codes | {"label": np.zeros(count, np.uint8)})
    tracemalloc.start()
    try:
        neighbour_distances(many)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 150_000_000
