"""ELBO terms against closed forms and torch.distributions; networks against their lists of layers."""

from __future__ import annotations

import math
from typing import get_args

import pytest
import torch
from torch import nn
from torch.distributions import Bernoulli, Normal, kl_divergence
from torch.nn import functional

from vae_explorer.model.config import Family, ModelConfig
from vae_explorer.model.layers import decoder_layers, encoder_layers, multiply_adds, parameter_shapes
from vae_explorer.model.vae import MSE_SIGMA, VAE, ElboTerms, kl_nats, reconstruction_nats

# Of each family one that is not conditional and one that is.
CONFIGS = [
    ModelConfig(architecture, latent_dim=20, hidden=hidden, channels=channels, classes=classes)
    for architecture in get_args(Family)
    for hidden, channels, classes in ((128, 16, 0), (32, 4, 10))
]
# Its encoder has convolutions, its decoder none.
UNEVEN = ModelConfig("conv", latent_dim=2, hidden=16, channels=2, encoder_convs=1, decoder_dense=3)


def test_kl_is_that_of_torch_distributions() -> None:
    mu, log_var = torch.randn(64, 20), torch.randn(64, 20)
    expected = kl_divergence(Normal(mu, torch.exp(0.5 * log_var)), Normal(0.0, 1.0))
    torch.testing.assert_close(kl_nats(mu, log_var), expected, rtol=1e-5, atol=1e-5)


def test_kl_closed_forms() -> None:
    zero = torch.zeros(1, 3)
    assert kl_nats(zero, zero).sum() == 0
    assert kl_nats(torch.full((1, 3), 2.0), zero).sum().item() == pytest.approx(3 * 2.0)
    narrow = kl_nats(zero, torch.full((1, 3), math.log(0.25)))
    assert narrow[0, 0].item() == pytest.approx(0.5 * (0.25 - 1 + math.log(4)), rel=1e-6)


def test_bce_is_the_negative_log_likelihood_of_black_and_white_pixels() -> None:
    logits, x = torch.randn(8, 784), (torch.rand(8, 1, 28, 28) > 0.5).float()
    expected = -Bernoulli(logits=logits).log_prob(x.flatten(1)).sum(dim=1)
    torch.testing.assert_close(reconstruction_nats(logits, x, "bce"), expected)


def test_bce_of_grey_pixels_is_the_cross_entropy() -> None:
    logits, x = torch.randn(4, 784), torch.rand(4, 1, 28, 28)
    p = torch.sigmoid(logits.double())
    t = x.flatten(1).double()
    expected = -(t * p.log() + (1 - t) * (1 - p).log()).sum(dim=1)
    torch.testing.assert_close(reconstruction_nats(logits, x, "bce").double(), expected, rtol=1e-5, atol=1e-3)


def test_mse_is_the_negative_log_density_of_a_gaussian() -> None:
    logits, x = torch.randn(8, 784), torch.rand(8, 1, 28, 28)
    expected = -Normal(torch.sigmoid(logits), MSE_SIGMA).log_prob(x.flatten(1)).sum(dim=1)
    torch.testing.assert_close(reconstruction_nats(logits, x, "mse"), expected, rtol=1e-4, atol=1e-2)


def test_the_loss_weighs_the_kl_by_beta() -> None:
    model, x = VAE(CONFIGS[0]), torch.rand(16, 1, 28, 28)
    terms = model.elbo(x, eps=torch.randn(16, 20))
    assert terms.reconstruction.shape == terms.kl.shape == (16,)
    torch.testing.assert_close(terms.weighted(4.0), terms.reconstruction + 4.0 * terms.kl)
    torch.testing.assert_close(terms.weighted(1.0), terms.negative_elbo)


def test_means_of_the_terms_are_added_up_in_float64() -> None:
    terms = ElboTerms(torch.full((3000,), 0.1), torch.full((3000,), 0.2)).mean()
    assert terms.negative_elbo.dtype == torch.float64
    assert terms.negative_elbo.shape == ()
    assert terms.weighted(2.0).item() == pytest.approx(
        float(torch.tensor(0.1)) + 2 * float(torch.tensor(0.2)), rel=1e-9
    )


def test_reparameterize_has_the_posterior_s_mean_and_deviation() -> None:
    model = VAE(ModelConfig(latent_dim=1, hidden=4))
    z = model.reparameterize(torch.full((100_000, 1), 1.5), torch.full((100_000, 1), math.log(0.25)))
    assert z.mean().item() == pytest.approx(1.5, abs=0.01)
    assert z.std().item() == pytest.approx(0.5, abs=0.01)
    eps = torch.ones(3, 1)
    assert torch.equal(model.reparameterize(torch.zeros(3, 1), torch.zeros(3, 1), eps), eps)


def test_a_deterministic_model_takes_the_mean_and_has_no_kl() -> None:
    model, x = VAE(ModelConfig(latent_dim=2, hidden=8, deterministic=True)), torch.rand(4, 1, 28, 28)
    mu, log_var = model.encode(x)
    assert torch.equal(model.reparameterize(mu, log_var), mu)
    assert torch.equal(model.elbo(x).kl, torch.zeros(4))


@pytest.mark.parametrize(
    "config", [*CONFIGS, UNEVEN], ids=[*(f"{c.architecture}-{c.classes}" for c in CONFIGS), "uneven"]
)
def test_shapes_range_and_parameters(config: ModelConfig) -> None:
    model, x = VAE(config), torch.rand(3, 1, 28, 28)
    label = torch.tensor([0, 3, 9]) if config.classes else None
    mu, log_var = model.encode(x, label)
    assert mu.shape == log_var.shape == (3, config.latent_dim)
    means = model.decode(mu, label)
    assert means.shape == (3, 1, 28, 28)
    assert means.dtype == torch.float32
    assert means.min() >= 0
    assert means.max() <= 1
    assert {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()} == parameter_shapes(config)


def test_a_decoder_may_be_dense_where_the_encoder_is_not() -> None:
    encoder, decoder = ([layer.op for layer in layers(UNEVEN)] for layers in (encoder_layers, decoder_layers))
    assert encoder.count("conv") == 4
    assert decoder == ["linear", "silu"] * 3 + ["linear"]


def test_a_conditional_model_asks_for_its_class() -> None:
    model = VAE(CONFIGS[1])
    with pytest.raises(ValueError, match="conditional"):
        model.encode(torch.rand(2, 1, 28, 28))
    z = torch.zeros(2, 20)
    pictures = model.decode(z, torch.tensor([1, 7]))
    assert not torch.equal(pictures[0], pictures[1])


def test_plain_architecture_is_the_textbook_s() -> None:
    """The same numbers as the module that every tutorial writes, with the same weights."""
    model = VAE(ModelConfig("mlp", latent_dim=20, hidden=400))
    first, last = nn.Linear(784, 400), nn.Linear(400, 40)
    first.load_state_dict({"weight": model.encoder[0].weight, "bias": model.encoder[0].bias})
    last.load_state_dict({"weight": model.encoder[2].weight, "bias": model.encoder[2].bias})
    x = torch.rand(5, 1, 28, 28)
    mu, log_var = model.encode(x)
    torch.testing.assert_close(torch.cat([mu, log_var], dim=1), last(functional.relu(first(x.view(-1, 784)))))


def test_multiply_adds_count_what_torch_counts() -> None:
    from torch.utils.flop_counter import FlopCounterMode

    for config in (*CONFIGS[::2], UNEVEN):
        model = VAE(config)
        with FlopCounterMode(display=False) as counter:
            model.decode(torch.zeros(1, config.latent_dim))
        assert multiply_adds(decoder_layers(config)) == counter.get_total_flops() // 2
        with FlopCounterMode(display=False) as counter:
            model.encode(torch.zeros(1, 1, 28, 28))
        assert multiply_adds(encoder_layers(config), 28) == counter.get_total_flops() // 2


def test_decoders_stay_small_enough_for_a_browser() -> None:
    assert multiply_adds(decoder_layers(ModelConfig("conv", 20, 128, 16))) <= 4_000_000
