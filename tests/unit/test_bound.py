"""The importance-weighted bound against cases whose answer is known, and what binarising digits does to it."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.distributions import Normal

from train.data.data_set import to_device
from train.data.load import load_data
from train.evaluate.bound import (
    binarised,
    binarised_metrics,
    bound_metrics,
    bounds,
    importance_weighted_bound,
    negative_elbo,
    pictures_for,
)
from vae_explorer import load
from vae_explorer.model.config import PIXELS, ModelConfig
from vae_explorer.model.vae import VAE, kl_nats, reconstruction_nats

# x = 2 z + noise of deviation 0.7, z ~ N(0, 1): x ~ N(0, 4.49), and the true posterior is known.
SLOPE, NOISE = 2.0, 0.7
X = torch.tensor([-3.0, -0.5, 0.0, 1.0, 2.5])
EXACT = -Normal(0.0, math.sqrt(SLOPE**2 + NOISE**2)).log_prob(X).double()


def negative_log_likelihood(z: Tensor) -> Tensor:
    draws = len(z) // len(X)
    return -Normal(SLOPE * z[:, 0], NOISE).log_prob(X.repeat(draws))


def posterior(widened: float = 1.0, moved: float = 0.0) -> tuple[Tensor, Tensor]:
    """The true posterior's mean and log variance, `(5, 1)`, made worse on request."""
    variance = 1 / (1 + SLOPE**2 / NOISE**2)
    mu = variance * SLOPE / NOISE**2 * X + moved
    return mu[:, None], torch.full((5, 1), math.log(variance * widened))


def seeded() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def test_the_bound_is_exact_with_the_true_posterior() -> None:
    for samples in (1, 7, 100):
        found = importance_weighted_bound(*posterior(), negative_log_likelihood, samples, seeded())
        torch.testing.assert_close(found, EXACT, rtol=1e-5, atol=1e-5)


def test_the_bound_of_one_sample_is_the_negative_elbo() -> None:
    mu, log_var = (part.repeat(20_000, 1) for part in posterior(widened=2.0, moved=0.3))
    one = importance_weighted_bound(mu, log_var, negative_log_likelihood, 1, seeded()).view(-1, len(X))
    elbo = negative_elbo(mu[: len(X)], log_var[: len(X)], negative_log_likelihood, seeded(), samples=20_000)
    error = one.std(dim=0) / math.sqrt(len(one))
    assert bool(((one.mean(dim=0) - elbo).abs() < 6 * error).all())
    assert bool((elbo > EXACT + 0.1).all())


def test_more_samples_tighten_the_bound_to_the_exact_value() -> None:
    mu, log_var = posterior(widened=2.0, moved=0.3)
    many = mu.repeat(1000, 1), log_var.repeat(1000, 1)
    means = [float(importance_weighted_bound(*many, negative_log_likelihood, k, seeded()).mean()) for k in (1, 5, 50)]
    assert means[0] > means[1] > means[2] > float(EXACT.mean()) - 0.01
    nearly = importance_weighted_bound(mu, log_var, negative_log_likelihood, 50_000, seeded(), chunk=1000)
    torch.testing.assert_close(nearly, EXACT, rtol=0, atol=0.02)


def test_the_bound_survives_likelihoods_beyond_the_range_of_exp() -> None:
    found = importance_weighted_bound(*posterior(), lambda z: negative_log_likelihood(z) + 5000, 30, seeded())
    torch.testing.assert_close(found, EXACT + 5000, rtol=1e-5, atol=1e-2)


@pytest.mark.parametrize("classes", [0, 10])
def test_bound_metrics_of_a_network(classes: int) -> None:
    torch.manual_seed(0)
    model = VAE(ModelConfig("mlp", latent_dim=3, hidden=8, classes=classes))
    images, labels = torch.rand(40, 1, 28, 28), torch.arange(40) % 10
    found = bound_metrics(model, images, labels, at_most=20, samples=15, say=lambda line: None)
    bound, gain = found["test_importance_weighted_bound"], found["test_importance_weighted_gain"]
    assert (bound["pictures"], bound["samples"]) == (20, 15)
    assert gain["value"] > 0
    elbo = bound["value"] + gain["value"]
    with torch.no_grad():
        terms = [model.elbo(images[::2], labels[::2]).negative_elbo.mean() for _ in range(50)]
    assert elbo == pytest.approx(float(torch.stack(terms).mean()), abs=1.5)
    assert found == bound_metrics(model, images, labels, at_most=20, samples=15, say=lambda line: None)


def test_how_many_samples_are_decoded_at_once_changes_nothing() -> None:
    one, some, all_at_once = (
        importance_weighted_bound(*posterior(2.0, 0.3), negative_log_likelihood, 20, seeded(), chunk)
        for chunk in (1, 7, 20)
    )
    torch.testing.assert_close(one, some, rtol=1e-6, atol=0)
    torch.testing.assert_close(one, all_at_once, rtol=1e-6, atol=0)


def blind_model(classes: int = 0) -> tuple[VAE, float]:
    """A decoder that paints every pixel even grey, whatever z is: -log p(x) is 784 ln 2. And the KL of its encoder."""
    torch.manual_seed(0)
    model = VAE(ModelConfig("mlp", latent_dim=2, hidden=4, classes=classes)).requires_grad_(False)
    for part in (model.encoder, model.decoder):
        for parameter in part.parameters():
            parameter.zero_()
    model.encoder[-1].bias.copy_(torch.tensor([1.0, -0.5, math.log(0.5), 0.0]))
    return model, float(kl_nats(*model.encode(torch.zeros(1, 1, 28, 28), torch.tensor([0]))).sum())


@pytest.mark.parametrize("classes", [0, 3])
def test_the_bounds_of_a_decoder_that_takes_no_notice_of_z(classes: int) -> None:
    model, kl = blind_model(classes)
    images, labels = torch.rand(20, 1, 28, 28), torch.arange(20) % 3
    bound, elbo = bounds(model, images, labels, 2000, lambda line: None, "")
    exact = PIXELS * math.log(2)
    torch.testing.assert_close(elbo, torch.full_like(elbo, exact + kl), rtol=1e-6, atol=0)
    assert float(bound.mean()) == pytest.approx(exact, abs=0.03)
    assert kl > 0.7


def test_what_is_said_while_bounds_are_computed() -> None:
    said: list[str] = []
    bounds(blind_model()[0], torch.rand(25, 1, 28, 28), torch.zeros(25).long(), 2, said.append, "the bound")
    assert said[0] == "the bound: 3 of 25 pictures"
    assert said[-1] == "the bound: 25 of 25 pictures"


def digits(data_dir: Path, count: int) -> tuple[Tensor, Tensor]:
    images, labels = to_device(load_data("mnist", data_dir).test, torch.device("cpu"))
    return images[:count], labels[:count]


def test_binarised_digits_are_their_grey_on_average(data_dir: Path) -> None:
    images, _ = digits(data_dir, 500)
    state = torch.get_rng_state()
    found = binarised(images)
    assert torch.equal(torch.get_rng_state(), state)
    assert set(found.unique().tolist()) == {0.0, 1.0}
    assert found.shape == images.shape
    sure = (images == 0) | (images == 1)
    assert torch.equal(found[sure], images[sure])
    # As far apart as so many coins are: within four standard deviations.
    deviation = float((images * (1 - images)).sum().sqrt())
    assert abs(float((found - images).sum())) < 4 * deviation
    assert torch.equal(found, binarised(images))


def test_grey_digits_have_the_higher_bound_and_the_same_elbo_as_binarised_ones(data_dir: Path) -> None:
    """With the same posterior, that of the grey digit: what the module says of both."""
    images, labels = digits(data_dir, 20)
    model = load("mlp-20")
    with torch.no_grad():
        mu, log_var = model.encode(images, labels)

        def both(pictures: Tensor) -> tuple[Tensor, Tensor]:
            def likelihood(z: Tensor) -> Tensor:
                draws = len(z) // len(pictures)
                return reconstruction_nats(model.decode_logits(z), pictures.repeat(draws, 1, 1, 1), "bce")

            bound = importance_weighted_bound(mu, log_var, likelihood, 100, seeded())
            return bound, negative_elbo(mu, log_var, likelihood, seeded())

        random = torch.Generator().manual_seed(1)
        some = [both(torch.bernoulli(images, generator=random)) for _ in range(20)]
        grey, grey_elbo = both(images)
    bound, elbo = (torch.stack(parts) for parts in zip(*some, strict=True))  # (20, N) each
    error = float(elbo.mean(dim=1).std()) / math.sqrt(len(some))
    assert float(elbo.mean()) == pytest.approx(float(grey_elbo.mean()), abs=4 * error)
    assert error < 0.5
    assert float(grey.mean()) > float(bound.mean()) + 1


def test_metrics_of_binarised_digits(data_dir: Path) -> None:
    images, labels = digits(data_dir, 50)
    model = load("mlp-20")
    found = binarised_metrics(model, images, labels, at_most=10, samples=50, say=lambda line: None)
    value = {name.removeprefix("test_binarised_"): entry["value"] for name, entry in found.items()}
    assert value["negative_elbo"] == pytest.approx(value["reconstruction"] + value["kl"])
    assert 70 < value["importance_weighted_bound"] < value["negative_elbo"] < 120
    counts = {name: entry["pictures"] for name, entry in found.items()}
    assert counts.pop("test_binarised_importance_weighted_bound") == 10
    assert set(counts.values()) == {50}
    again = binarised_metrics(model, images, labels, at_most=10, samples=50, say=lambda line: None)
    assert found == again


def test_a_gaussian_likelihood_says_nothing_of_binarised_digits() -> None:
    model = VAE(ModelConfig("mlp", latent_dim=2, hidden=4, likelihood="mse"))
    assert binarised_metrics(model, torch.rand(4, 1, 28, 28), torch.zeros(4).long(), 4, 2, lambda line: None) == {}


def test_a_gpu_takes_all_test_pictures_and_a_cpu_a_thousand() -> None:
    assert pictures_for(torch.device("cuda", 0), 10_000) == 10_000
    assert pictures_for(torch.device("cpu"), 10_000) == 1000
    assert pictures_for(torch.device("cpu"), 300) == 300
