"""What a model is worth on the test pictures, as figures with units for `model.json`.

`figures` are those that every run ends with; `bound_figures` and `neighbour_figures` take minutes, and are left to
`python -m train evaluate`. What random samples are worth is in `train.evaluate.sample_metrics`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.neighbors import KNeighborsClassifier
from torch import Tensor

from vae_explorer.model.layers import decoder_layers, multiply_adds
from vae_explorer.model.vae import VAE, kl_nats, reconstruction_nats

from ..fit.loop import EVALUATION_BATCH, EVALUATION_SEED, test_terms

# A dimension is active where the posterior mean moves with the image: variance above 0.01 over the test set
# (Burda, Grosse and Salakhutdinov, "Importance Weighted Autoencoders", 2016, section 5.1).
ACTIVE_VARIANCE = 0.01

BOUND_SAMPLES = 500
BOUND_PICTURES = 1_000
NEIGHBOURS = 10

Figures = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Encoded:
    """Posteriors and losses of N pictures: `mu`, `log_var` `(N, D)`; `reconstruction`, `kl` `(N,)`, nats."""

    mu: Tensor
    log_var: Tensor
    reconstruction: Tensor
    kl: Tensor


@torch.no_grad()
def encode_codes(model: VAE, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """`mu` and `log_var`, each `(N, D)`, of `(N, 1, 28, 28)` images, in batches."""
    pairs = [model.encode(x, label) for x, label in _batches(images, labels)]
    return torch.cat([mu for mu, _ in pairs]), torch.cat([log_var for _, log_var in pairs])


def codes_to_fit(
    model: VAE, images: Tensor, labels: Tensor
) -> tuple[NDArray[np.floating[Any]], NDArray[np.uint8] | None]:
    """Codes `(N, D)` of training pictures and what sorts them, as `samplers` take them.

    A conditional model is told the class beside the code, so its codes are not sorted by class.
    """
    mu, _ = encode_codes(model, images, labels)
    sorted_by = None if model.config.classes else labels.cpu().numpy().astype(np.uint8)
    return mu.cpu().numpy(), sorted_by


@torch.no_grad()
def encode_all(model: VAE, images: Tensor, labels: Tensor) -> Encoded:
    """Encode `(N, 1, 28, 28)` images; the losses are those of one sample of z, its noise fixed."""
    reconstruction, kl = test_terms(model, images, labels)
    return Encoded(*encode_codes(model, images, labels), reconstruction, kl)


@torch.no_grad()
def figures(model: VAE, images: Tensor, labels: Tensor, encoded: Encoded) -> Figures:
    """The figures of a model on the test pictures, by name, each with value, unit and number of pictures.

    A deterministic model has no posterior, and so neither a KL nor an ELBO.
    """
    means = torch.cat([model.decode(z, label) for z, label in _batches(encoded.mu, labels)])
    reconstruction, kl = float(encoded.reconstruction.mean()), float(encoded.kl.mean())
    values: dict[str, tuple[float, str]] = {
        "test_negative_elbo": (reconstruction + kl, "nats per image"),
        "test_reconstruction": (reconstruction, "nats per image"),
        "test_kl": (kl, "nats per image"),
        "test_squared_error": (float((means - images).square().mean()), "per pixel, of the mean code's picture"),
        "active_units": (int((encoded.mu.var(dim=0) > ACTIVE_VARIANCE).sum()), "dimensions"),
    }
    if model.config.deterministic:
        del values["test_negative_elbo"], values["test_kl"]
    about = {name: {"value": value, "unit": unit, "pictures": len(images)} for name, (value, unit) in values.items()}
    cost = multiply_adds(decoder_layers(model.config))
    return about | {"decoder_multiply_adds": {"value": cost, "unit": "multiply-adds per image"}}


@torch.no_grad()
def bound_figures(
    model: VAE,
    images: Tensor,
    labels: Tensor,
    pictures: int = BOUND_PICTURES,
    samples: int = BOUND_SAMPLES,
    say: Callable[[str], None] = print,
) -> Figures:
    """The importance-weighted bound on every n-th test picture, about `pictures` of them, and what it gains.

    Pictures differ far more from each other than the two bounds of one picture do: the gain, -ELBO less this
    bound on the same pictures, is the sharper figure.
    """
    step = max(1, len(images) // pictures)
    chosen, labels = images[::step], labels[::step]
    random = torch.Generator(images.device).manual_seed(EVALUATION_SEED)
    bounds, elbos = [], []
    batch = max(1, EVALUATION_BATCH // 10)
    for done, (x, label) in enumerate(_batches(chosen, labels, batch)):
        mu, log_var = model.encode(x, label)

        def miss(z: Tensor, x: Tensor = x, label: Tensor = label) -> Tensor:
            draws = len(z) // len(x)
            logits = model.decode_logits(z, label.repeat(draws))
            return reconstruction_nats(logits, x.repeat(draws, 1, 1, 1), model.config.likelihood)

        bounds.append(importance_weighted_bound(mu, log_var, miss, samples, random))
        elbos.append(negative_elbo(mu, log_var, miss, random))
        if done % 5 == 4:
            say(f"importance-weighted bound: {min((done + 1) * batch, len(chosen)):,} of {len(chosen):,} pictures")
    bound, elbo = torch.cat(bounds), torch.cat(elbos)  # (N,)

    def figure(values: Tensor) -> dict[str, Any]:
        error = float(values.std()) / math.sqrt(len(values))
        about = {"unit": "nats per image", "pictures": len(chosen), "samples": samples, "standard_error": error}
        return {"value": float(values.mean()), **about}

    return {"test_importance_weighted_bound": figure(bound), "test_importance_weighted_gain": figure(elbo - bound)}


def importance_weighted_bound(
    mu: Tensor,
    log_var: Tensor,
    negative_log_likelihood: Callable[[Tensor], Tensor],
    samples: int,
    random: torch.Generator,
    chunk: int = 10,
) -> Tensor:
    """-log 1/K Σ p(x|z) p(z) / q(z|x) over K samples z of q: `(B,)` float64, nats per image.

    An upper bound on -log p(x) in the mean, the tighter the more samples: Burda, Grosse and Salakhutdinov,
    "Importance Weighted Autoencoders", 2016, equation 8.

    Args:
        mu, log_var: `(B, D)`, the posterior of each picture.
        negative_log_likelihood: from `(n B, D)` codes, those of all B pictures n times over, to `(n B,)` nats.
        chunk: how many samples of each picture are decoded at a time.
    """
    total = torch.full((len(mu),), -torch.inf, dtype=torch.float64, device=mu.device)
    for start in range(0, samples, chunk):
        draws = min(chunk, samples - start)
        eps = torch.randn(draws, *mu.shape, generator=random, device=mu.device)
        z = mu + torch.exp(0.5 * log_var) * eps  # (n, B, D)
        miss = negative_log_likelihood(z.flatten(0, 1)).view(draws, -1).cpu().double()
        # log p(z) - log q(z|x); the constants of the two Gaussians cancel.
        ratio = 0.5 * (eps.square() + log_var - z.square()).cpu().double().sum(dim=2)  # (n, B)
        total = torch.logaddexp(total, (ratio - miss).logsumexp(dim=0))
    return math.log(samples) - total


def negative_elbo(
    mu: Tensor,
    log_var: Tensor,
    negative_log_likelihood: Callable[[Tensor], Tensor],
    random: torch.Generator,
    samples: int = 10,
) -> Tensor:
    """-ELBO with the KL in closed form and the likelihood's mean over some samples: `(B,)` float64, nats."""
    eps = torch.randn(samples, *mu.shape, generator=random, device=mu.device)
    z = mu + torch.exp(0.5 * log_var) * eps
    miss = negative_log_likelihood(z.flatten(0, 1)).view(samples, -1).cpu().double().mean(dim=0)
    return miss + kl_nats(mu, log_var).cpu().double().sum(dim=1)


def neighbour_figures(codes: Tensor, labels: Tensor, test_codes: Tensor, test_labels: Tensor) -> Figures:
    """How often the nearest training codes `(N, D)` name the class of a test code: what the code knows of it."""
    share = neighbour_accuracy(codes, labels, test_codes, test_labels, NEIGHBOURS)
    about = {"unit": f"share of test pictures, {NEIGHBOURS} nearest training codes", "neighbours": NEIGHBOURS}
    return {"neighbour_accuracy": {"value": share, **about, "pictures": len(test_codes), "codes": len(codes)}}


def neighbour_accuracy(
    codes: Tensor, labels: Tensor, test_codes: Tensor, test_labels: Tensor, neighbours: int
) -> float:
    """The share of test codes `(M, D)` whose class most of their nearest `codes` `(N, D)` have."""
    classifier = KNeighborsClassifier(min(neighbours, len(codes))).fit(codes.cpu().numpy(), labels.cpu().numpy())
    return float(classifier.score(test_codes.cpu().numpy(), test_labels.cpu().numpy()))


def _batches(first: Tensor, second: Tensor, size: int = EVALUATION_BATCH) -> zip[tuple[Tensor, Tensor]]:
    return zip(first.split(size), second.split(size), strict=True)


def headline(metrics: dict[str, dict[str, Any]]) -> str:
    """The first figure of a model in words; an autoencoder without a KL has no ELBO."""
    known = (("test_negative_elbo", "test -ELBO"), ("test_reconstruction", "test reconstruction"))
    name, words = next((name, words) for name, words in known if name in metrics)
    return f"{words} {metrics[name]['value']:.2f} {metrics[name]['unit']}"
