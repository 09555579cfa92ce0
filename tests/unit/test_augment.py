"""Augmented training images: what is left alone, what changes, and when it ends."""

from __future__ import annotations

import torch

from train.data.augment import random_maps, warp
from train.fit.config import TrainConfig

CPU = torch.device("cpu")


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def cross() -> torch.Tensor:
    """`(1, 1, 28, 28)`: an upright cross through the centre, which no small turn or scale moves."""
    x = torch.zeros(1, 1, 28, 28)
    x[:, :, 13:15, 4:24] = 1
    x[:, :, 4:24, 13:15] = 1
    return x


def test_share_of_zero_changes_nothing() -> None:
    x = torch.rand(50, 1, 28, 28, generator=generator())
    assert torch.allclose(warp(x, random_maps(50, 0.0, generator(), CPU)), x, atol=1e-5)


def test_share_says_how_many_are_changed() -> None:
    x = cross().expand(2000, -1, -1, -1)
    moved = (warp(x, random_maps(2000, 0.3, generator(), CPU)) - x).abs().amax(dim=(1, 2, 3)) > 0.05
    assert 0.25 < float(moved.float().mean()) < 0.35


def test_pictures_keep_their_centre_and_their_ink() -> None:
    x = cross().expand(500, -1, -1, -1)
    y = warp(x, random_maps(500, 1.0, generator(), CPU))[:, 0]
    assert float(y.min()) >= 0
    assert float(y.max()) <= 1
    place = torch.arange(28.0) - 13.5
    ink = y.sum(dim=(1, 2))
    assert float((y.sum(dim=1) @ place / ink).abs().max()) < 0.05
    assert float((y.sum(dim=2) @ place / ink).abs().max()) < 0.05
    assert float((ink / x[0].sum() - 1).abs().max()) < 0.12


def test_strokes_one_pixel_wide_stay_sharp() -> None:
    x = torch.zeros(1, 1, 28, 28)
    x[..., 14] = 1
    moves = torch.arange(20) / 20 * 2 / 28  # in twentieths of a pixel, in units of half the image
    maps = torch.tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]).repeat(20, 1, 1)
    maps[:, 0, 2] = moves
    energy = warp(x.expand(20, -1, -1, -1), maps).square().sum(dim=(1, 2, 3)) / 28
    assert float(energy.mean()) > 0.8


def test_last_quarter_of_the_epochs_shows_the_data_as_they_are() -> None:
    config = TrainConfig(epochs=8, augment=0.5)
    assert [config.augment_in(epoch) for epoch in range(8)] == [0.5] * 6 + [0.0] * 2
    always = TrainConfig(epochs=8, augment=0.5, augment_until=1.0)
    assert [always.augment_in(epoch) for epoch in range(8)] == [0.5] * 8
