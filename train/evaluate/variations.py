"""Pictures made of labelled ones by a VAE, as more of the same class: from their posteriors, or between two of them."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from vae_explorer.model.vae import VAE, reparameterize

from ..seeds import normal, uniform
from .encode import BATCH, batches, encode_codes

TEMPERATURE = 2.0

# From codes `mu` and `log_var` `(N, D)`, labels `(N,)`, how many, and a generator to new codes and the index of the
# labelled picture that each was made of.
Make = Callable[[Tensor, Tensor, Tensor, int, torch.Generator], tuple[Tensor, Tensor]]


def from_posterior(
    mu: Tensor, log_var: Tensor, labels: Tensor, count: int, random: torch.Generator
) -> tuple[Tensor, Tensor]:
    """z = mu + `TEMPERATURE` sigma eps of a labelled picture's posterior, each picture equally often or once more."""
    source = torch.arange(count, device=mu.device) % len(mu)
    eps = normal(count, mu.shape[1], random=random, device=mu.device)
    return reparameterize(mu[source], log_var[source], TEMPERATURE * eps), source


def between(mu: Tensor, log_var: Tensor, labels: Tensor, count: int, random: torch.Generator) -> tuple[Tensor, Tensor]:
    """A code evenly at random on the line between those of two labelled pictures of one class."""
    source = torch.arange(count, device=mu.device) % len(mu)
    same = labels[source][:, None] == labels  # (count, N)
    other = torch.multinomial(same.float().to(random.device), 1, generator=random).squeeze(1).to(mu.device)
    share = uniform(count, 1, random=random, device=mu.device)
    return mu[source].lerp(mu[other], share), source


KINDS: dict[str, Make] = {"posterior": from_posterior, "between": between}


def kinds_of(model: VAE) -> dict[str, Make]:
    """The kinds that a model can make: a plain autoencoder has no posterior."""
    return {name: make for name, make in KINDS.items() if name != "posterior" or not model.config.deterministic}


def variations(
    model: VAE, images: Tensor, labels: Tensor, make: Make, count: int, random: torch.Generator
) -> tuple[Tensor, Tensor]:
    """`count` variations of labelled pictures `(N, 1, 28, 28)`, decoded means of the same kind, and their labels."""
    codes, source = make(*encode_codes(model, images, labels), labels, count, random)
    made = labels[source]
    return torch.cat([model.decode(z, label) for z, label in batches(codes, made, BATCH)]), made
