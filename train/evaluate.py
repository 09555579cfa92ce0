"""What a finished model is worth, as figures with units for `model.json`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from train.loop import EVALUATION_BATCH, test_terms
from vae_explorer.layers import decoder_layers, multiply_adds
from vae_explorer.network import VAE

# A dimension is active where the posterior mean moves with the image: variance above 0.01 over the test set
# (Burda, Grosse and Salakhutdinov, "Importance Weighted Autoencoders", 2016, section 5.1).
ACTIVE_VARIANCE = 0.01


@dataclass(frozen=True)
class Encoded:
    """Posteriors and losses of N pictures: `mu`, `log_var` `(N, D)`; `reconstruction`, `kl` `(N,)`, nats."""

    mu: Tensor
    log_var: Tensor
    reconstruction: Tensor
    kl: Tensor


@torch.no_grad()
def encode_all(model: VAE, images: Tensor, labels: Tensor) -> Encoded:
    """Encode `(N, 1, 28, 28)` images in batches; the losses are those of one sample of z, its noise fixed."""
    pairs = [
        model.encode(x, label)
        for x, label in zip(images.split(EVALUATION_BATCH), labels.split(EVALUATION_BATCH), strict=True)
    ]
    reconstruction, kl = test_terms(model, images, labels)
    return Encoded(torch.cat([mu for mu, _ in pairs]), torch.cat([var for _, var in pairs]), reconstruction, kl)


@torch.no_grad()
def figures(model: VAE, images: Tensor, labels: Tensor, encoded: Encoded) -> dict[str, dict[str, Any]]:
    """The figures of a model on the test pictures, by name, each with value, unit and number of pictures."""
    means = torch.cat(
        [
            model.decode(z, label)
            for z, label in zip(encoded.mu.split(EVALUATION_BATCH), labels.split(EVALUATION_BATCH), strict=True)
        ]
    )
    reconstruction, kl = float(encoded.reconstruction.mean()), float(encoded.kl.mean())
    values = {
        "test_negative_elbo": (reconstruction + kl, "nats per image"),
        "test_reconstruction": (reconstruction, "nats per image"),
        "test_kl": (kl, "nats per image"),
        "test_squared_error": (float((means - images).square().mean()), "per pixel, of the mean code's picture"),
        "active_units": (int((encoded.mu.var(dim=0) > ACTIVE_VARIANCE).sum()), "dimensions"),
    }
    about = {name: {"value": value, "unit": unit, "pictures": len(images)} for name, (value, unit) in values.items()}
    cost = multiply_adds(decoder_layers(model.config))
    return about | {"decoder_multiply_adds": {"value": cost, "unit": "multiply-adds per image"}}
