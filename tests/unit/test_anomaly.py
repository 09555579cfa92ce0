"""Anomalies: scores against their definitions, AUC and histograms against cases computed by hand, other sets."""

from __future__ import annotations

import math
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from tests.mnist import idx_bytes
from train.evaluate import anomaly
from train.evaluate.other_sets import CHANGES, other_data_set
from train.evaluate.scores import SCORES, independent_nats, likeliest_class, scores
from vae_explorer.model.config import ModelConfig
from vae_explorer.model.vae import VAE

from .subjects import shipped_subject, untrained_subject

CPU = torch.device("cpu")


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def network(config: ModelConfig) -> VAE:
    torch.manual_seed(0)
    return VAE(config).eval().requires_grad_(False)


def pictures(count: int = 30) -> Tensor:
    return torch.rand(count, 1, 28, 28, generator=seeded(1))


def test_auc_of_cases_by_hand() -> None:
    usual = torch.tensor([1.0, 2.0, 3.0]).double()
    assert anomaly.auc(usual, torch.tensor([2.5, 4.0]).double()) == pytest.approx(5 / 6)
    assert anomaly.auc(usual, usual + 10) == 1
    assert anomaly.auc(usual, usual - 10) == 0
    assert anomaly.auc(usual, torch.full((5,), 2.0).double()) == pytest.approx(0.5)
    assert anomaly.auc(torch.tensor([1.0, 2.0]).double(), torch.tensor([2.0]).double()) == pytest.approx(0.75)


def test_a_histogram_counts_everything_once() -> None:
    values = torch.tensor([-5.0, 0.0, 0.24, 0.25, 0.99, 1.0, 1e8]).double()
    assert anomaly.histogram(values, 0, 1, bins=4) == (3, 1, 0, 3)


def test_scores_are_the_terms_of_the_elbo() -> None:
    model, images = network(ModelConfig("mlp", latent_dim=3, hidden=5)), pictures()
    found = scores(model, images, 500.0, seeded())
    assert found.keys() == SCORES.keys()
    assert all(score.shape == (30,) and score.dtype == torch.float64 for score in found.values())
    torch.testing.assert_close(found["elbo"], found["reconstruction"] + found["kl"])
    torch.testing.assert_close(found["typicality"], (found["elbo"] - 500).abs())
    torch.testing.assert_close(found["saving"], found["elbo"] - independent_nats(images, "bce"))
    assert bool((found["bound"] < found["elbo"]).all())
    many = [model.elbo(images, None, torch.randn(30, 3, generator=seeded(2))).mean() for _ in range(20)]
    elbo = float(torch.stack([terms.negative_elbo for terms in many]).mean())
    assert float(found["elbo"].mean()) == pytest.approx(elbo, rel=0.01)
    own = scores(model, images, None, seeded())["typicality"]
    torch.testing.assert_close(own, (found["elbo"] - found["elbo"].mean()).abs())


def test_what_a_picture_costs_without_shapes() -> None:
    images = torch.zeros(3, 1, 28, 28)
    images[1, :, ::2, ::2] = 1  # a quarter of the pixels
    images[2] = 0.5
    entropy = -0.25 * math.log(0.25) - 0.75 * math.log(0.75)
    expected = torch.tensor([0.0, 784 * entropy, 784 * math.log(2)]).double()
    torch.testing.assert_close(independent_nats(images, "bce"), expected, rtol=1e-4, atol=1e-2)
    constant = 784 * math.log(0.1 * math.sqrt(2 * math.pi))
    assert float(independent_nats(images, "mse")[2]) == pytest.approx(constant, rel=1e-4)
    assert float(independent_nats(images, "mse")[1]) == pytest.approx(constant + 784 * 0.1875 / 0.02, rel=1e-4)


def test_an_autoencoder_has_no_score_of_a_kl() -> None:
    model = network(ModelConfig("mlp", latent_dim=3, hidden=5, deterministic=True))
    found = scores(model, pictures(), None, seeded())
    assert found.keys() == {"reconstruction", "typicality", "saving"}
    torch.testing.assert_close(
        found["reconstruction"].float(), model.elbo(pictures()).reconstruction, rtol=1e-5, atol=1e-3
    )


def test_a_conditional_model_finds_the_class_itself() -> None:
    model, images = network(ModelConfig("mlp", latent_dim=3, hidden=5, classes=10)), pictures(8)
    with torch.no_grad():
        model.decoder[0].weight[:, 3:] *= 20  # so that classes differ
    found = likeliest_class(model, images, seeded())
    eps = torch.randn(8, 3, generator=seeded())
    for image, noise, label in zip(images, eps, found, strict=True):
        costs = [float(model.elbo(image[None], torch.tensor([each]), noise[None]).negative_elbo) for each in range(10)]
        assert costs[int(label)] == pytest.approx(min(costs), abs=0.01)
    assert all(torch.isfinite(score).all() for score in scores(model, images, None, seeded()).values())


def test_a_model_that_overflows_has_scores() -> None:
    model = network(ModelConfig("mlp", latent_dim=3, hidden=5))
    model.encoder[-1].bias[3:] = 500.0  # log variances
    found = scores(model, pictures(), None, seeded())
    assert all(torch.isfinite(score).all() for score in found.values())


def test_other_sets_are_what_their_names_say() -> None:
    images = pictures(4)
    found = {name: change(images, seeded()) for name, change in CHANGES.items()}
    assert all(other.shape == images.shape for other in found.values())
    assert torch.equal(found["mirrored"].flip(3), images)
    assert torch.equal(found["turned"].rot90(-1, (2, 3)), images)
    assert torch.equal(found["half"][..., 14:], images[..., 14:])
    assert not found["half"][..., :14].any()
    assert not found["blank"].any()
    shuffled = found["shuffled"].flatten(1)
    assert torch.equal(shuffled.sort().values, images.flatten(1).sort().values)
    assert not torch.equal(shuffled, images.flatten(1))
    assert images.equal(pictures(4)), "the test pictures themselves stay as they are"


def test_another_data_set_is_taken_if_it_is_there(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "data"
    assert other_data_set("mnist", folder, 10, CPU) is None
    assert "fashion-mnist is not in" in capsys.readouterr().out
    assert not folder.exists()
    shutil.copytree(data_dir / "MNIST", folder / "MNIST")
    found = other_data_set("fashion-mnist", folder, 10, CPU)
    assert found is not None
    assert (found[0], found[1].shape) == ("digits", (10, 1, 28, 28))
    shutil.copytree(data_dir / "MNIST", folder / "FashionMNIST")
    test = np.full((500, 28, 28), 255, np.uint8)
    (folder / "FashionMNIST" / "raw" / "t10k-images-idx3-ubyte").write_bytes(idx_bytes(test))
    found = other_data_set("leaves", folder, 1000, CPU)
    assert found is not None
    assert (found[0], found[1].shape, float(found[1].min())) == ("clothes", (500, 1, 28, 28), 1.0)


def test_one_score_tells_noise_and_a_blank_page_from_digits(data_dir: Path) -> None:
    """The shipped model: what -ELBO takes for very usual, the other scores do not."""
    found = anomaly.anomaly(shipped_subject("mlp-20", data_dir), pictures=60)
    auc = {row.name: row.auc for row in found.sets}
    assert auc.keys() == CHANGES.keys()
    assert auc["blank"]["elbo"] < 0.1
    for name in ("noise", "blank", "shuffled"):
        assert auc[name]["saving"] > 0.99
    assert all(sum(score.histogram) == 60 for score in found.scores)
    assert all(sum(counts) == 60 for row in found.sets for counts in row.histograms.values())
    assert found == anomaly.anomaly(shipped_subject("mlp-20", data_dir), pictures=60)


def test_every_kind_of_model_has_a_table(data_dir: Path) -> None:
    for config in (
        ModelConfig("mlp", latent_dim=3, hidden=5, deterministic=True),
        ModelConfig("mlp", latent_dim=3, hidden=5, classes=10),
        ModelConfig("mlp", latent_dim=3, hidden=5, likelihood="mse"),
    ):
        subject = untrained_subject(config, data_dir)
        found = anomaly.anomaly(replace(subject, classifier=None), pictures=10)
        names = {score.score for score in found.scores}
        assert all(row.auc.keys() == row.histograms.keys() == names for row in found.sets)
