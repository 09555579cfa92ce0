"""Mutual information and the KL of the aggregate posterior, against cases whose answer is known."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor
from torch.distributions import Categorical, Independent, MixtureSameFamily, Normal, kl_divergence

from train.evaluate.aggregate import aggregate_metrics, ceiling, ceiling_in_words, code_information
from train.evaluate.encode import Encoded, encode_all, spread
from vae_explorer.model.config import ModelConfig
from vae_explorer.model.vae import VAE, ElboTerms, kl_nats


def information(mu: Tensor, log_var: Tensor, given: Tensor | None = None, samples: int = 1) -> Tensor:
    nothing = torch.zeros(len(mu), dtype=torch.int64)
    random = torch.Generator().manual_seed(0)
    return code_information(mu, log_var, nothing if given is None else given, samples, random)


def test_equal_posteriors_say_nothing() -> None:
    found = information(torch.full((700, 3), 1.5), torch.full((700, 3), -2.0))
    assert float(found.abs().max()) < 1e-12


def test_posteriors_far_apart_say_which_picture_it_was() -> None:
    mu = torch.arange(600.0)[:, None] * torch.tensor([1.0, -1.0])
    found = information(mu, torch.full((600, 2), -12.0))
    torch.testing.assert_close(found, torch.full_like(found, math.log(600)), rtol=0, atol=1e-4)


def test_a_given_class_is_not_counted() -> None:
    """Two heaps far apart, equal within: a code says which heap, and nothing where that is known."""
    given = torch.arange(100) % 2
    mu, log_var = 20.0 * given[:, None].float(), torch.zeros(100, 1)
    assert float(information(mu, log_var).mean()) == pytest.approx(math.log(2))
    assert float(information(mu, log_var, given).abs().max()) < 1e-12
    assert ceiling(torch.zeros(100).long()) == pytest.approx(math.log(100))
    assert ceiling(given) == pytest.approx(math.log(50))
    assert ceiling(torch.tensor([0, 0, 0, 1])) == pytest.approx(0.75 * math.log(3))


def test_gaussian_codes_have_the_information_of_a_gaussian_channel() -> None:
    """z = mu + noise, with mu ~ N(0, 1.5²) and noise of deviation 0.5: I = 1/2 ln(1 + 9), q(z) = N(0, 2.5)."""
    count, spread_of_mu, noise = 3000, 1.5, 0.5
    levels = (torch.arange(count, dtype=torch.float64) + 0.5) / count
    mu = spread_of_mu * Normal(0.0, 1.0).icdf(levels)[:, None]
    log_var = torch.full((count, 1), 2 * math.log(noise), dtype=torch.float64)
    found = information(mu, log_var, samples=3)
    exact = 0.5 * math.log(1 + (spread_of_mu / noise) ** 2)
    error = float(found.std()) / math.sqrt(count)
    assert float(found.mean()) == pytest.approx(exact, abs=4 * error)
    assert error < 0.02
    aggregate = Normal(0.0, math.sqrt(spread_of_mu**2 + noise**2))
    beyond = kl_nats(mu, log_var).sum(dim=1) - found
    assert float(beyond.mean()) == pytest.approx(float(kl_divergence(aggregate, Normal(0.0, 1.0))), abs=0.05)


@pytest.mark.parametrize("log_var", [0.0, -14.0])
def test_densities_are_those_of_a_mixture_of_gaussians(log_var: float) -> None:
    """Also for posteriors a thousandth as wide as the space, where float32 would not do."""
    random = torch.Generator().manual_seed(3)
    mu = torch.randn(40, 2, generator=random, dtype=torch.float64)
    log_vars = log_var + torch.randn(40, 2, generator=random, dtype=torch.float64)
    found = information(mu, log_vars)
    eps = torch.randn(mu.shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    z, sigma = mu + torch.exp(0.5 * log_vars) * eps, torch.exp(0.5 * log_vars)
    own = Independent(Normal(mu, sigma), 1)
    mixture = MixtureSameFamily(Categorical(torch.ones(40, dtype=torch.float64)), own)
    torch.testing.assert_close(found, own.log_prob(z) - mixture.log_prob(z), rtol=0, atol=1e-7)


@pytest.mark.parametrize("classes", [0, 10])
def test_both_terms_are_the_mean_kl_and_the_same_each_time(classes: int) -> None:
    torch.manual_seed(0)
    model = VAE(ModelConfig("mlp", latent_dim=3, hidden=8, classes=classes))
    images, labels = torch.rand(60, 1, 28, 28), torch.arange(60) % 10
    encoded = encode_all(model, images, labels)
    found = aggregate_metrics(model, encoded, labels)
    prefix = "test_conditional" if classes else "test"
    assert list(found) == [f"{prefix}_mutual_information", f"{prefix}_aggregate_kl"]
    told, missed = found.values()
    assert told["value"] + missed["value"] == pytest.approx(float(encoded.terms.kl.mean()), rel=1e-5)
    assert told["ceiling"] == pytest.approx(math.log(6 if classes else 60))
    assert 0 < told["value"] < told["ceiling"]
    assert told["pictures"] == missed["pictures"] == 60
    assert found == aggregate_metrics(model, encoded, labels)


def test_of_more_pictures_some_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("train.evaluate.aggregate.MOST_PICTURES", 20)
    model = VAE(ModelConfig("mlp", latent_dim=1, hidden=4))
    mu = torch.arange(100.0)[:, None]
    encoded = Encoded(mu, torch.full_like(mu, -9.0), ElboTerms(mu[:, 0], mu[:, 0]))
    told = aggregate_metrics(model, encoded, torch.zeros(100).long())["test_mutual_information"]
    assert told["pictures"] == 20
    assert told["value"] == pytest.approx(math.log(20))


def test_an_estimate_at_its_ceiling_says_so() -> None:
    assert ceiling_in_words(6.19, 9.21) == "at most 9.21"
    assert ceiling_in_words(9.12, 9.21).startswith("at most 9.21, which it reaches")


def test_pictures_are_spread_evenly_over_all() -> None:
    rows, labels = spread(torch.arange(500), torch.arange(500) % 10, 60)
    assert len(rows) == len(labels) == 60
    assert set(rows.diff().tolist()) == {8, 9}
    assert torch.equal(labels, rows % 10)
    tenths, _ = spread(torch.arange(10_000), torch.arange(10_000), 1000)
    assert torch.equal(tenths, torch.arange(0, 10_000, 10))
    few, _ = spread(torch.arange(5), torch.arange(5), 60)
    assert torch.equal(few, torch.arange(5))
