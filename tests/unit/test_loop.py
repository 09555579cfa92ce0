"""An epoch's record, against losses that are known."""

from __future__ import annotations

import pytest
import torch

from train.evaluate.encode import elbo_terms
from train.fit.config import TrainConfig
from train.fit.loop import Images, Trainer
from vae_explorer.model.config import ModelConfig
from vae_explorer.model.vae import VAE


def test_the_losses_of_an_epoch_are_those_that_the_step_lowers() -> None:
    torch.manual_seed(0)
    x, labels = torch.rand(40, 1, 28, 28), torch.zeros(40, dtype=torch.int64)
    model = VAE(ModelConfig("mlp", latent_dim=2, hidden=8))
    # A rate that changes nothing that a loss would show.
    config = TrainConfig(epochs=1, batch_size=15, beta=3.0, learning_rate=1e-12)
    epoch = Trainer(model, config, Images(x, labels, x, labels)).run_epoch()
    terms = elbo_terms(model, x, labels)
    assert epoch.test_negative_elbo == pytest.approx(float(terms.negative_elbo.mean()), rel=1e-6)
    assert epoch.test_negative_elbo == pytest.approx(epoch.test_reconstruction + epoch.test_kl, rel=1e-12)
    assert epoch.kl == pytest.approx(float(terms.kl.mean()), rel=1e-5)
    assert epoch.loss == pytest.approx(epoch.reconstruction + 3.0 * epoch.kl, rel=1e-12)
    assert epoch.loss == pytest.approx(float(terms.weighted(3.0).mean()), rel=0.01), "another draw of z"
