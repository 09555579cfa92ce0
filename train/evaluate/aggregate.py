"""What codes say of pictures, and how the codes of all pictures together differ from the prior.

The mean KL of the posteriors is the sum of two numbers that mean different things ("ELBO surgery"):

    E_x KL(q(z|x) || p(z)) = I(x; z) + KL(q(z) || p(z)),    I(x; z) = E_x KL(q(z|x) || q(z)),

where q(z) = E_x q(z|x) is the aggregate posterior. The first says how much of a picture its code tells, the second what
random samples from the prior miss: Hoffman and Johnson, "ELBO surgery: yet another way to carve up the variational
evidence lower bound", NIPS workshop on advances in approximate Bayesian inference, 2016.

Here x is one of N test pictures, and q(z) the mixture of all their posteriors, a picture's own among them. With it, the
mean of log q(z|x) - log q(z) over z from q(z|x) is unbiased for those N pictures, and never above log N: N codes tell
no more than which of the N it was. It takes pictures that nobody has seen for none, so that of all digits it is a lower
bound, and the KL of the aggregate posterior an upper one. (Without a picture's own posterior it would be the other way
round, and have no ceiling: Poole et al., "On Variational Bounds of Mutual Information", ICML 2019.)

A class-conditional model is told the class y besides. There q(z|y) takes the place of q(z), the mixture over the
pictures of a class, and I(x; z | y) that of I(x; z): what the code tells beyond the class. A plain autoencoder has none
of these: its codes are points, and a point tells which picture it was with certainty.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from vae_explorer.model.vae import VAE, kl_nats

from ..seeds import seeded
from .encode import SEED, Encoded, spread
from .metrics import Metrics, mean_metric

MOST_PICTURES = 10_000  # every posterior is compared with every code
SAMPLES = 4  # of z, for each picture: pictures differ far more than samples do
ROWS = 500  # codes that are compared at once
# An estimate this near its ceiling says how many pictures there are, and of a code no more than that: on average, all
# other posteriors together have a lower density there than the picture's own.
REACHED = math.log(2)


def aggregate_metrics(model: VAE, encoded: Encoded, labels: Tensor) -> Metrics:
    """The two terms of the mean KL of `encoded`, with the highest that the first can be; `labels` is `(N,)` int64.

    Their sum is the mean KL in closed form of these pictures. The standard errors are of other pictures of the kind.
    """
    mu, log_var = spread(encoded.mu, encoded.log_var, MOST_PICTURES)
    classes, _ = spread(labels, labels, MOST_PICTURES)
    given = classes if model.config.classes else torch.zeros_like(classes)
    information = code_information(mu, log_var, given, SAMPLES, seeded("cpu", SEED, stream=3))
    kl = kl_nats(mu, log_var).cpu().double().sum(dim=1)
    if model.config.classes:
        prefix, quantity, other = "test_conditional", "I(x; z | y)", "KL(q(z|y) || p(z))"
    else:
        prefix, quantity, other = "test", "I(x; z)", "KL(q(z) || p(z))"
    told = mean_metric(information, f"nats per image, {quantity}", samples=SAMPLES, ceiling=ceiling(given))
    missed = mean_metric(kl - information, f"nats, {other}", samples=SAMPLES)
    return {f"{prefix}_mutual_information": told, f"{prefix}_aggregate_kl": missed}


def code_information(mu: Tensor, log_var: Tensor, given: Tensor, samples: int, random: torch.Generator) -> Tensor:
    """log q(z|x) - log q(z|given) of each picture, the mean over samples of its posterior: `(N,)` float64 on the CPU.

    Its mean is the mutual information of pictures and codes, in nats, where `given` is known.

    Args:
        mu, log_var: `(N, D)`, the posterior of each picture.
        given: `(N,)` integers; q(z|given) is the mixture over pictures that have the same. All equal for plain q(z).
        samples: of z, for each picture.
        random: a generator on the CPU.
    """
    # Float64: posteriors are narrow, and their density is a difference of large numbers.
    mu, log_var, given = mu.cpu().double(), log_var.cpu().double(), given.cpu()
    information = torch.zeros(len(mu), dtype=torch.float64)
    for _ in range(samples):
        eps = torch.randn(mu.shape, generator=random, dtype=torch.float64)
        z = mu + torch.exp(0.5 * log_var) * eps
        own = -0.5 * (eps.square() + log_var).sum(dim=1)  # (N,), without the constant that all Gaussians share
        for value in given.unique():
            members = (given == value).nonzero()[:, 0]
            mixture = _log_mixture(z[members], mu[members], log_var[members])
            information[members] += (own[members] - mixture) / samples
    return information


def ceiling(given: Tensor) -> float:
    """The most that the mean of `code_information` can be: log N, with N the pictures for which the same is `given`."""
    counts = given.unique(return_counts=True)[1].double().cpu()
    return float((counts * counts.log()).sum() / counts.sum())


def ceiling_in_words(value: float, ceiling: float) -> str:
    """Of an information that its pictures cannot raise above a ceiling, in nats; also whether it is about there."""
    reached = value > ceiling - REACHED
    return f"at most {ceiling:.3g}" + (", which it reaches: of more pictures it may be more" if reached else "")


def _log_mixture(z: Tensor, mu: Tensor, log_var: Tensor) -> Tensor:
    """The log density of the even mixture of M Gaussians `(M, D)` at codes `(n, D)`, `(n,)`, without their constant.

    (z - mu)² / variance is expanded, so that all distances come from one matrix product.
    """
    precision = torch.exp(-log_var)
    constant = (mu.square() * precision + log_var).sum(dim=1)  # (M,)
    factors = torch.cat([precision, -2 * mu * precision], dim=1).T  # (2 D, M)
    parts = [
        torch.logsumexp(-0.5 * (torch.cat([rows.square(), rows], dim=1) @ factors + constant), dim=1)
        for rows in z.split(ROWS)
    ]
    return torch.cat(parts) - math.log(len(mu))
