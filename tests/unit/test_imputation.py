"""Missing pixels: what is erased, that nothing else is touched, and figures against cases computed by hand."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
import torch
from torch import Tensor

from train.evaluate import imputation, pseudo_gibbs
from train.evaluate.masks import PRESETS
from train.evaluate.pseudo_gibbs import Candidates
from vae_explorer.model.config import ModelConfig
from vae_explorer.model.vae import VAE
from vae_explorer.notebook import LoadedVAE

from .subjects import shipped_subject
from .test_model_folder import small_folder

CONFIGS = {
    "vae": ModelConfig("mlp", latent_dim=3, hidden=5),
    "convolutional": ModelConfig("conv", 2, 8, 4),
    "Gaussian": ModelConfig("mlp", latent_dim=3, hidden=5, likelihood="mse"),
    "conditional": ModelConfig("mlp", latent_dim=3, hidden=5, classes=10),
    "autoencoder": ModelConfig("mlp", latent_dim=3, hidden=5, deterministic=True),
}


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def network(config: ModelConfig) -> VAE:
    torch.manual_seed(0)
    return VAE(config).eval().requires_grad_(False)


def pictures(count: int = 6) -> Tensor:
    return torch.rand(count, 1, 28, 28, generator=seeded(1))


def test_presets_erase_what_their_names_say() -> None:
    masks = {name: mask(200, seeded()) for name, mask in PRESETS.items()}
    assert all(mask.shape == (200, 1, 28, 28) and mask.dtype == torch.bool for mask in masks.values())
    corner = {name: mask[7, 0] for name, mask in masks.items()}
    assert corner["left-half"][:, :14].all()
    assert not corner["left-half"][:, 14:].any()
    assert corner["bottom-half"][14:].all()
    assert not corner["bottom-half"][:14].any()
    assert corner["centre"][7:21, 7:21].all()
    assert corner["centre"].sum() == 14 * 14
    assert corner["every-second-row"][1::2].all()
    assert not corner["every-second-row"][::2].any()
    for share in (30, 60, 90):
        mask = masks[f"random-{share}"]
        assert float(mask.float().mean()) == pytest.approx(share / 100, abs=0.01)
        assert not torch.equal(mask[0], mask[1])
        assert torch.equal(mask, PRESETS[f"random-{share}"](200, seeded()))


@pytest.mark.parametrize("kind", CONFIGS)
@pytest.mark.parametrize("preset", ["left-half", "random-60"])
def test_visible_pixels_are_never_touched(kind: str, preset: str) -> None:
    model, images = network(CONFIGS[kind]), pictures()
    missing, labels = PRESETS[preset](len(images), seeded()), torch.arange(6)
    # Whatever lies under what is missing must not matter.
    hidden = torch.where(missing, torch.full_like(images, torch.nan), images)
    steps = list(islice(pseudo_gibbs.chain(model, hidden, missing, pictures(), labels, seeded()), 3))
    for step in steps:
        assert torch.equal(step.filled[~missing], images[~missing])
        assert 0 <= float(step.filled.min()) <= float(step.filled.max()) <= 1
        assert not torch.equal(step.filled[missing], images[missing])
    among = pseudo_gibbs.candidates(LoadedVAE(small_folder(CONFIGS[kind])), count=30)
    filled = pseudo_gibbs.fill(model, hidden, missing, among, seeded(), chains=4, steps=3, kept=2)
    assert torch.equal(filled[~missing], images[~missing])
    assert 0 <= float(filled.min()) <= float(filled.max()) <= 1
    assert torch.equal(filled, pseudo_gibbs.fill(model, hidden, missing, among, seeded(), chains=4, steps=3, kept=2))


def test_steps_of_a_plain_autoencoder_are_not_random() -> None:
    model, images = network(CONFIGS["autoencoder"]), pictures()
    missing, labels = PRESETS["centre"](6, seeded()), torch.zeros(6, dtype=torch.int64)
    found = [
        list(islice(pseudo_gibbs.chain(model, images, missing, images, labels, seeded(seed)), 4))[-1].filled
        for seed in (1, 2)
    ]
    assert torch.equal(found[0], found[1])


@pytest.mark.parametrize("likelihood", ["bce", "mse"])
def test_the_likelihood_of_what_is_visible(likelihood: str) -> None:
    logits, images = torch.randn(5, 784, generator=seeded()), pictures()
    visible = ~PRESETS["random-30"](6, seeded())
    found = pseudo_gibbs.each_visible_log_likelihood(logits, images, visible, likelihood)  # (6, 5)
    for code, row in zip(logits, found.T, strict=True):
        one = pseudo_gibbs.visible_log_likelihood(code.expand(6, -1), images, visible, likelihood)
        rest = found[:, 0] - pseudo_gibbs.visible_log_likelihood(logits[:1].expand(6, -1), images, visible, likelihood)
        torch.testing.assert_close(row, one + rest, rtol=1e-4, atol=0.02)
    if likelihood == "bce":
        probability, x = logits[0].sigmoid().double(), images[0].flatten().double()
        each = (x * probability.log() + (1 - x) * (1 - probability).log()) * visible[0].flatten()
        assert float(found[0, 0]) == pytest.approx(float(each.sum()), rel=1e-4)


def test_a_chain_starts_from_the_code_that_explains_what_is_visible() -> None:
    class Repeats(VAE):
        """Decodes whatever was encoded to what it was: a chain stays where it started."""

        def encode(self, x: Tensor, label: Tensor | None = None) -> tuple[Tensor, Tensor]:
            return x.flatten(1), torch.full_like(x.flatten(1), -torch.inf)

        def decode_logits(self, z: Tensor, label: Tensor | None = None) -> Tensor:
            return torch.logit(z, eps=1e-6)

    images = (pictures() > 0.5).float()
    missing = PRESETS["left-half"](6, seeded())
    codes = torch.cat([images, 1 - images]).flatten(1)
    among = Candidates(torch.logit(codes, eps=1e-3), torch.zeros(12, dtype=torch.int64))
    hidden = torch.where(missing, torch.nan, images)
    filled = pseudo_gibbs.fill(Repeats(ModelConfig("mlp", 3, hidden=5)), hidden, missing, among, seeded(), chains=1)
    torch.testing.assert_close(filled, images, rtol=0, atol=2e-3)


def test_the_nearest_by_what_is_visible(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imputation, "NEAREST_BATCH", 7)
    train, images = torch.rand(40, 1, 28, 28, generator=seeded()), pictures()
    missing = PRESETS["random-90"](6, seeded())
    found = imputation.nearest(train, torch.where(missing, torch.nan, images), missing)
    for image, gap, picture in zip(images, missing, found, strict=True):
        distances = torch.stack([((each - image)[~gap] ** 2).sum() for each in train])
        assert torch.equal(picture, train[int(distances.argmin())])


def test_the_squared_error_is_that_of_missing_pixels() -> None:
    images = torch.zeros(2, 1, 28, 28)
    missing = torch.zeros_like(images, dtype=torch.bool)
    missing[0, 0, 0, :4] = True
    filled = images.clone()
    filled[0, 0, 0, :2] = 0.5
    filled[0, 0, 5, 5] = 1.0  # visible: none of its business
    assert imputation.squared_error(filled, images, missing) == pytest.approx(0.5**2 * 2 / 4)


def test_the_table_of_a_good_model(data_dir: Path) -> None:
    """The shipped one, on real digits that it was not trained on."""
    shipped = shipped_subject("mlp-20", data_dir)
    table = imputation.imputation(shipped, pictures=40)
    assert [row.preset for row in table.rows] == list(PRESETS)
    assert table.pictures == 40
    assert table.whole_right_class is not None
    assert table.whole_right_class > 0.9
    for row in table.rows:
        assert row.fills.keys() == {"model", "pseudo-gibbs", "mean", "nearest"}
        assert row.fills["model"].squared_error < row.fills["mean"].squared_error
        assert row.fills["model"].squared_error < row.fills["nearest"].squared_error
    assert table == imputation.imputation(shipped, pictures=40)
    alone = imputation.imputation(replace(shipped, classifier=None), pictures=10)
    assert alone.whole_right_class is None
    assert alone.rows[0].fills["model"].right_class is None
