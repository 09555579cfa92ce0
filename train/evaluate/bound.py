"""The importance-weighted bound on -log p(x): of pictures as they are, and binarised at random as in published tables.

Published figures of MNIST are of digits whose pixels are on with a probability that is their grey (Salakhutdinov and
Murray, "On the Quantitative Analysis of Deep Belief Networks", 2008; Burda, Grosse and Salakhutdinov, "Importance
Weighted Autoencoders", 2016, section 5 and table 1; Davidson et al., "Hyperspherical Variational Auto-Encoders", 2018,
table 1), and the encoder sees the binarised digit. The cross entropy of a grey digit is the mean over all its binarised
ones, so that -ELBO of grey digits is that of binarised ones whose encoder sees the grey. Such an encoder cannot follow
the noise, which costs nats where there are many dimensions. The bound of grey digits is the higher one, too, for the
same samples of z: it is concave in the pixels (Jensen). So compare figures of binarised digits. An encoder that learned
from grey digits sees such noise for the first time; that costs some -ELBO, and the bound hardly anything.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from vae_explorer.model.vae import VAE, ElboTerms, kl_nats, reconstruction_nats, reparameterize

from ..seeds import normal, seeded, uniform
from .encode import SEED, batches, elbo_terms, spread
from .metrics import Metrics, mean_metric

PICTURES_ON_CPU = 1000  # a decoder of 4 million multiply-adds takes a quarter of an hour for them, on one thread
PARTS = 10  # in which the pictures are done; after each a line says so
CODES_ON_CPU = 500  # decoded at once: a processor's cache does not hold more
CODES_ON_GPU = 20_000

# From codes `(n B, D)`, those of B images n times over, to -log p(x|z), `(n B,)` nats.
NegativeLogLikelihood = Callable[[Tensor], Tensor]
Say = Callable[[str], None]


def pictures_for(device: torch.device, count: int) -> int:
    """Of how many of `count` test pictures the bound is computed unless told otherwise: of all where a GPU does it."""
    return min(count, PICTURES_ON_CPU) if device.type == "cpu" else count


def bound_metrics(model: VAE, images: Tensor, labels: Tensor, at_most: int, samples: int, say: Say) -> Metrics:
    """The importance-weighted bound on test images, at most `at_most` of them, and its gain over -ELBO.

    Images differ far more from each other than the two bounds of one image do, so the gain, -ELBO minus this bound on
    the same images, is the more precise number.

    Args:
        images, labels: `(N, 1, 28, 28)` float32 in 0…1, and `(N,)` int64 for a class-conditional model.
        samples: of z, for each image.
        say: what to do with a line on how far it is.
    """
    bound, elbo = bounds(model, *spread(images, labels, at_most), samples, say, "importance-weighted bound")
    return {
        "test_importance_weighted_bound": mean_metric(bound, "nats per image", samples=samples),
        "test_importance_weighted_gain": mean_metric(elbo - bound, "nats per image", samples=samples),
    }


def binarised_metrics(model: VAE, images: Tensor, labels: Tensor, at_most: int, samples: int, say: Say) -> Metrics:
    """What published tables have: -ELBO and its terms on all test images, binarised at random, and the bound on some.

    Arguments are those of `bound_metrics`. A likelihood that is Gaussian says nothing of pixels that are on or off.
    """
    if model.config.likelihood != "bce":
        return {}
    binary = binarised(images)
    terms = elbo_terms(model, binary, labels)
    bound, _ = bounds(model, *spread(binary, labels, at_most), samples, say, "the same, binarised")
    unit = "nats per image, binarised at random"
    return {
        "test_binarised_negative_elbo": mean_metric(terms.negative_elbo, unit, samples=1),
        "test_binarised_reconstruction": mean_metric(terms.reconstruction, unit, samples=1),
        "test_binarised_kl": mean_metric(terms.kl, unit),
        "test_binarised_importance_weighted_bound": mean_metric(bound, unit, samples=samples),
    }


def binarised(images: Tensor) -> Tensor:
    """Images `(N, 1, 28, 28)` in 0…1 with each pixel 1 with that probability, else 0; the same on every device."""
    chance = uniform(*images.shape, random=seeded("cpu", SEED, stream=1), device=images.device)
    return (chance < images).to(images.dtype)


@torch.no_grad()
def bounds(model: VAE, images: Tensor, labels: Tensor, samples: int, say: Say, what: str) -> tuple[Tensor, Tensor]:
    """The importance-weighted bound and -ELBO of each image, `(N,)` float64 on the CPU, nats.

    `what` is said with how many images are done; other arguments are those of `bound_metrics`.
    """
    random = seeded("cpu", SEED, stream=2)
    size = math.ceil(len(images) / PARTS)
    chunk = max(1, (CODES_ON_CPU if images.device.type == "cpu" else CODES_ON_GPU) // size)
    found: list[tuple[Tensor, Tensor]] = []
    done = 0
    for x, label in batches(images, labels, size):
        mu, log_var = model.encode(x, label)

        def negative_log_likelihood(z: Tensor, x: Tensor = x, label: Tensor = label) -> Tensor:
            draws = len(z) // len(x)
            logits = model.decode_logits(z, label.repeat(draws))
            return reconstruction_nats(logits, x.repeat(draws, 1, 1, 1), model.config.likelihood)

        bound = importance_weighted_bound(mu, log_var, negative_log_likelihood, samples, random, chunk)
        found.append((bound, negative_elbo(mu, log_var, negative_log_likelihood, random)))
        done += len(x)
        say(f"{what}: {done:,} of {len(images):,} pictures")
    bound, elbo = (torch.cat(parts) for parts in zip(*found, strict=True))
    return bound, elbo


def importance_weighted_bound(
    mu: Tensor,
    log_var: Tensor,
    negative_log_likelihood: NegativeLogLikelihood,
    samples: int,
    random: torch.Generator,
    chunk: int = 10,
) -> Tensor:
    """-log 1/K Σ p(x|z) p(z) / q(z|x) over K samples z of q: `(B,)` float64 on the CPU, nats per image.

    In the mean an upper bound on -log p(x), the tighter the more samples: Burda, Grosse and Salakhutdinov,
    "Importance Weighted Autoencoders", 2016, equation 8.

    Args:
        mu, log_var: `(B, D)` float32, the posterior of each image.
        samples: K.
        random: a generator, on any device; on the CPU the noise is the same wherever `mu` is.
        chunk: how many samples of each image are decoded at a time.
    """
    # Sums over many samples are float64 and on the CPU: some devices have no float64.
    total = torch.full((len(mu),), -torch.inf, dtype=torch.float64)
    for start in range(0, samples, chunk):
        eps = _noise(min(chunk, samples - start), mu, random)
        z = reparameterize(mu, log_var, eps)  # (n, B, D)
        # log p(z) - log q(z|x); the constants of the two Gaussians cancel.
        log_ratio = 0.5 * (eps.square() + log_var - z.square()).sum(dim=2).cpu().double()  # (n, B)
        log_likelihood = -_each(negative_log_likelihood, z)
        total = torch.logaddexp(total, (log_ratio + log_likelihood).logsumexp(dim=0))
    return math.log(samples) - total


def negative_elbo(
    mu: Tensor,
    log_var: Tensor,
    negative_log_likelihood: NegativeLogLikelihood,
    random: torch.Generator,
    samples: int = 10,
) -> Tensor:
    """-ELBO with the KL in closed form and the mean likelihood of some samples: `(B,)` float64 on the CPU, nats.

    Arguments are those of `importance_weighted_bound`.
    """
    z = reparameterize(mu, log_var, _noise(samples, mu, random))
    reconstruction = _each(negative_log_likelihood, z).mean(dim=0)
    return ElboTerms(reconstruction, kl_nats(mu, log_var).cpu().double().sum(dim=1)).negative_elbo


def _noise(samples: int, mu: Tensor, random: torch.Generator) -> Tensor:
    """Standard normal numbers, `(samples, B, D)` float32 on the device of `mu`, whichever way samples are grouped."""
    drawn = [normal(*mu.shape, random=random, device=random.device) for _ in range(samples)]
    return torch.stack(drawn).to(mu.device)  # moved at once: a GPU would wait for thousands of small copies


def _each(negative_log_likelihood: NegativeLogLikelihood, z: Tensor) -> Tensor:
    """-log p(x|z) of codes `(n, B, D)`: `(n, B)` float64 on the CPU, nats."""
    return negative_log_likelihood(z.flatten(0, 1)).cpu().double().view(z.shape[:2])
