"""Missing pixels filled in by a VAE: pseudo-Gibbs sampling, from the best of many codes, weighted.

One step encodes the filled picture, samples z of that posterior, decodes it, and takes the missing pixels from there;
visible ones are never touched: Rezende, Mohamed and Wierstra, "Stochastic Backpropagation and Approximate Inference in
Deep Generative Models", 2014, appendix F. Missing pixels take the decoder's means, because encoders of grey pictures
know no binary noise.

A chain rarely finds its way from one digit to another, so it matters where it starts. `fill` starts each of some chains
from one of the codes that explain the visible pixels best, among many of the aggregate posterior, and weights the last
pictures of all chains by the likelihood of the visible pixels (importance resampling, without the resampling).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from vae_explorer.model.vae import MSE_SIGMA, VAE
from vae_explorer.notebook import LoadedVAE
from vae_explorer.samplers import registry
from vae_explorer.samplers.sampler import Sampler

from ..seeds import normal
from .encode import BATCH, batches, encode_codes

CANDIDATES = 2_000
CHAINS = 8
STEPS = 10
KEPT_STEPS = 8  # of each chain, the last
SEED = 2014
# Pictures through a network at a time: a processor's cache does not hold more, and they take twice as long.
AT_ONCE = 100


@dataclass(frozen=True)
class Step:
    """One step for B pictures.

    Attributes:
        filled: `(B, 1, 28, 28)` in 0…1, visible pixels as they were.
        log_likelihood: log p(visible pixels|z) up to a constant of the picture, `(B,)` nats.
    """

    filled: Tensor
    log_likelihood: Tensor


@dataclass(frozen=True)
class Candidates:
    """Codes to start from, decoded: `logits` `(K, 784)`, and the class that each was decoded as, `(K,)`."""

    logits: Tensor
    labels: Tensor


def chain(
    model: VAE, images: Tensor, missing: Tensor, start: Tensor, labels: Tensor, random: torch.Generator
) -> Iterator[Step]:
    """Pseudo-Gibbs sampling without an end. A plain autoencoder samples nothing: it encodes and decodes again.

    Args:
        images: `(B, 1, 28, 28)` float32 in 0…1; missing pixels may hold anything.
        missing: `(B, 1, 28, 28)` bool.
        start: `(B, 1, 28, 28)`, from which the missing pixels are taken at first.
        labels: `(B,)` int64, the class for a class-conditional model; others take no notice.
        random: a generator; on the CPU it draws the same for every device.
    """
    visible = ~missing
    filled = torch.where(visible, images, start)
    while True:
        mu, log_var = encode_codes(model, filled, labels, AT_ONCE)
        eps = normal(*mu.shape, random=random, device=mu.device)
        z = model.reparameterize(mu, log_var, eps)
        logits = torch.cat([model.decode_logits(code, label) for code, label in batches(z, labels, AT_ONCE)])
        filled = torch.where(visible, images, logits.sigmoid().view_as(images))
        log_likelihood = visible_log_likelihood(logits, images, visible, model.config.likelihood)
        yield Step(filled, log_likelihood)


def visible_log_likelihood(logits: Tensor, images: Tensor, visible: Tensor, likelihood: str) -> Tensor:
    """log p(visible pixels|z), `(B,)` nats, for `logits` `(B, 784)`; without the constant of a Gaussian."""
    target, shown = images.flatten(1), visible.flatten(1)
    if likelihood == "bce":
        nats = functional.binary_cross_entropy_with_logits(logits, target, reduction="none")
    else:
        nats = (logits.sigmoid() - target).square() / (2 * MSE_SIGMA**2)
    return -nats.where(shown, 0).sum(dim=1)


def each_visible_log_likelihood(logits: Tensor, images: Tensor, visible: Tensor, likelihood: str) -> Tensor:
    """The same for every picture with each of K codes, `(B, K)`, in two matrix products; `logits` is `(K, 784)`.

    For a Gaussian another constant of the picture is left out.
    """
    shown = visible.flatten(1).to(logits.dtype)
    inked = images.where(visible, 0).flatten(1)
    if likelihood == "bce":
        return inked @ functional.logsigmoid(logits).T + (shown - inked) @ functional.logsigmoid(-logits).T
    means = logits.sigmoid()
    return (inked @ means.T - 0.5 * shown @ means.square().T) / MSE_SIGMA**2


def candidates(model: LoadedVAE, count: int = CANDIDATES) -> Candidates:
    """Codes of `sampler_of` the model, and classes by turns."""
    drawn = sampler_of(model).draw(model.folder.codes, count, model.config.latent_dim, np.random.default_rng(SEED))
    z = torch.from_numpy(drawn).to(next(model.parameters()).device)
    labels = torch.arange(count, device=z.device) % max(1, model.config.classes)
    logits = [model.decode_logits(code, label) for code, label in batches(z, labels, BATCH)]
    return Candidates(torch.cat(logits), labels)


def sampler_of(model: LoadedVAE) -> Sampler:
    """The Gaussian mixture, whose codes are more like those of pictures; the prior where a folder has no mixture."""
    return registry.present_in(model.folder.codes)[-1]


def fill(
    model: VAE,
    images: Tensor,
    missing: Tensor,
    among: Candidates,
    random: torch.Generator,
    chains: int = CHAINS,
    steps: int = STEPS,
    kept: int = KEPT_STEPS,
) -> Tensor:
    """The pictures with their missing pixels filled in: the weighted mean of the last pictures of some chains.

    Arguments are those of `chain`; the result is `(B, 1, 28, 28)` in 0…1.
    """
    explained = each_visible_log_likelihood(among.logits, images, ~missing, model.config.likelihood)  # (B, K)
    best = explained.topk(min(chains, len(among.labels)), dim=1).indices.T.flatten()  # (C B,)
    count = len(best) // len(images)
    start = among.logits[best].sigmoid().view(-1, *images.shape[1:])
    found = chain(
        model, images.repeat(count, 1, 1, 1), missing.repeat(count, 1, 1, 1), start, among.labels[best], random
    )
    last = list(islice(found, steps))[-kept:]
    filled = torch.cat([step.filled for step in last]).view(-1, *images.shape)  # (kept C, B, 1, 28, 28)
    weights = torch.cat([step.log_likelihood for step in last]).view(-1, len(images)).softmax(dim=0)
    # Rounding must not change what was visible.
    return torch.where(missing, torch.einsum("kb,kbchw->bchw", weights, filled), images)
