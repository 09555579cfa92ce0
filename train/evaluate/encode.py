"""A data set through the encoder, batch by batch: posteriors, and the terms of the ELBO."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vae_explorer.model.vae import VAE, ElboTerms, kl_nats

from ..seeds import normal, seeded

BATCH = 1000
SEED = 1312_6114  # of the noise of z, the same for every model and epoch


@dataclass(frozen=True)
class Encoded:
    """Posteriors of N images, `mu` and `log_var` `(N, D)`, and the terms of -ELBO of each image, `(N,)`."""

    mu: Tensor
    log_var: Tensor
    terms: ElboTerms


def batches(images: Tensor, labels: Tensor, size: int = BATCH) -> Iterator[tuple[Tensor, Tensor]]:
    """Pairs of rows of both, `size` at a time."""
    return zip(images.split(size), labels.split(size), strict=True)


def spread(images: Tensor, labels: Tensor, at_most: int) -> tuple[Tensor, Tensor]:
    """At most so many rows of both, spread evenly over all: every tenth of 10,000 for 1,000."""
    count = min(at_most, len(images))
    rows = torch.arange(count, device=images.device) * len(images) // count
    return images[rows], labels[rows]


@torch.no_grad()
def elbo_terms(model: VAE, images: Tensor, labels: Tensor) -> ElboTerms:
    """The terms of -ELBO of each image, `(N,)` float32 on the device, with one sample of z; its noise is fixed."""
    noise, dim = seeded("cpu", SEED), model.config.latent_dim
    found = [
        model.elbo(x, label, normal(len(x), dim, random=noise, device=x.device)) for x, label in batches(images, labels)
    ]
    return ElboTerms(torch.cat([terms.reconstruction for terms in found]), torch.cat([terms.kl for terms in found]))


@torch.no_grad()
def encode_codes(model: VAE, images: Tensor, labels: Tensor, size: int = BATCH) -> tuple[Tensor, Tensor]:
    """`mu` and `log_var`, each `(N, D)`, of `(N, 1, 28, 28)` images, `size` at a time."""
    pairs = [model.encode(x, label) for x, label in batches(images, labels, size)]
    return torch.cat([mu for mu, _ in pairs]), torch.cat([log_var for _, log_var in pairs])


def encode_all(model: VAE, images: Tensor, labels: Tensor) -> Encoded:
    """Posteriors and terms of -ELBO of `(N, 1, 28, 28)` images."""
    return Encoded(*encode_codes(model, images, labels), elbo_terms(model, images, labels))


@torch.no_grad()
def kl_per_dimension(model: VAE, images: Tensor, labels: Tensor) -> Tensor:
    """KL(q(z|x) || N(0, I)) of each dimension, the mean over the images: `(D,)` float64 on the CPU, nats."""
    kl = torch.cat([kl_nats(*model.encode(x, label)) for x, label in batches(images, labels)])
    return kl.cpu().double().mean(dim=0)


def codes_to_fit(
    model: VAE, images: Tensor, labels: Tensor
) -> tuple[NDArray[np.floating[Any]], NDArray[np.uint8] | None]:
    """Codes `(N, D)` of training images and the classes to sort them by, as `samplers` take them.

    The codes of a conditional model are not sorted: its decoder is given the class beside the code.
    """
    mu, _ = encode_codes(model, images, labels)
    sorted_by = None if model.config.classes else labels.cpu().numpy().astype(np.uint8)
    return mu.cpu().numpy(), sorted_by
