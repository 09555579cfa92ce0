"""Metrics of a model on the test images, with units, for `model.json`.

Every run ends with `model_metrics`; `bound_metrics` and `neighbour_metrics` take minutes and are left to the command
`evaluate`. Those of random samples are in `sample_metrics`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from sklearn.neighbors import KNeighborsClassifier
from torch import Tensor

from vae_explorer.model.layers import decoder_layers, multiply_adds
from vae_explorer.model.vae import VAE, ElboTerms, kl_nats, reconstruction_nats, reparameterize

from ..seeds import normal
from .encode import BATCH, SEED, Encoded, batches

# A dimension is active if the posterior mean moves with the image: variance above 0.01 over the test set
# (Burda, Grosse and Salakhutdinov, "Importance Weighted Autoencoders", 2016, section 5.1).
ACTIVE_VARIANCE = 0.01

BOUND_BATCH = BATCH // 10  # each image is decoded ten times at once
NEIGHBOURS = 10

Metrics = dict[str, dict[str, Any]]
# From codes `(n B, D)`, those of B images n times over, to -log p(x|z), `(n B,)` nats.
NegativeLogLikelihood = Callable[[Tensor], Tensor]


@torch.no_grad()
def model_metrics(model: VAE, images: Tensor, labels: Tensor, encoded: Encoded) -> Metrics:
    """Metrics of a model on the test images, by name, each with value, unit and number of images.

    A deterministic model has no posterior, and so neither a KL nor an ELBO.
    """
    means = torch.cat([model.decode(z, label) for z, label in batches(encoded.mu, labels)])
    terms = encoded.terms.mean()
    values: dict[str, tuple[float, str]] = {
        "test_negative_elbo": (float(terms.negative_elbo), "nats per image"),
        "test_reconstruction": (float(terms.reconstruction), "nats per image"),
        "test_kl": (float(terms.kl), "nats per image"),
        "test_squared_error": (float((means - images).square().mean()), "per pixel, of the mean code's picture"),
        "active_units": (int((encoded.mu.var(dim=0) > ACTIVE_VARIANCE).sum()), "dimensions"),
    }
    if model.config.deterministic:
        del values["test_negative_elbo"], values["test_kl"]
    about = {name: {"value": value, "unit": unit, "pictures": len(images)} for name, (value, unit) in values.items()}
    cost = multiply_adds(decoder_layers(model.config))
    return about | {"decoder_multiply_adds": {"value": cost, "unit": "multiply-adds per image"}}


@torch.no_grad()
def bound_metrics(
    model: VAE,
    images: Tensor,
    labels: Tensor,
    at_most: int,
    samples: int,
    say: Callable[[str], None] = print,
) -> Metrics:
    """The importance-weighted bound on every n-th test image, about `at_most` of them, and its gain over -ELBO.

    Images differ far more from each other than the two bounds of one image do, so the gain, -ELBO minus this bound on
    the same images, is the more precise number.
    """
    step = max(1, len(images) // at_most)
    chosen, labels = images[::step], labels[::step]
    random = torch.Generator().manual_seed(SEED)
    bounds, elbos = [], []
    for done, (x, label) in enumerate(batches(chosen, labels, BOUND_BATCH)):
        mu, log_var = model.encode(x, label)

        def negative_log_likelihood(z: Tensor, x: Tensor = x, label: Tensor = label) -> Tensor:
            draws = len(z) // len(x)
            logits = model.decode_logits(z, label.repeat(draws))
            return reconstruction_nats(logits, x.repeat(draws, 1, 1, 1), model.config.likelihood)

        bounds.append(importance_weighted_bound(mu, log_var, negative_log_likelihood, samples, random))
        elbos.append(negative_elbo(mu, log_var, negative_log_likelihood, random))
        if done % 5 == 4:
            count = min((done + 1) * BOUND_BATCH, len(chosen))
            say(f"importance-weighted bound: {count:,} of {len(chosen):,} images")
    bound, elbo = torch.cat(bounds), torch.cat(elbos)  # (N,)

    def metric(values: Tensor) -> dict[str, Any]:
        error = float(values.std()) / math.sqrt(len(values))
        about = {"unit": "nats per image", "pictures": len(chosen), "samples": samples, "standard_error": error}
        return {"value": float(values.mean()), **about}

    return {"test_importance_weighted_bound": metric(bound), "test_importance_weighted_gain": metric(elbo - bound)}


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
        mu, log_var: `(B, D)`, the posterior of each image.
        samples: K.
        random: a generator; on the CPU it draws the same for every device.
        chunk: how many samples of each image are decoded at a time.
    """
    # Sums over many samples are float64 and on the CPU: some devices have no float64.
    total = torch.full((len(mu),), -torch.inf, dtype=torch.float64)
    for start in range(0, samples, chunk):
        eps = normal(min(chunk, samples - start), *mu.shape, random=random, device=mu.device)
        z = reparameterize(mu, log_var, eps)  # (n, B, D)
        # log p(z) - log q(z|x); the constants of the two Gaussians cancel.
        log_ratio = 0.5 * (eps.square() + log_var - z.square()).cpu().double().sum(dim=2)  # (n, B)
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
    """-ELBO with the KL in closed form and the mean likelihood of some samples: `(B,)` float64 on the CPU, nats."""
    eps = normal(samples, *mu.shape, random=random, device=mu.device)
    reconstruction = _each(negative_log_likelihood, reparameterize(mu, log_var, eps)).mean(dim=0)
    return ElboTerms(reconstruction, kl_nats(mu, log_var).cpu().double().sum(dim=1)).negative_elbo


def _each(negative_log_likelihood: NegativeLogLikelihood, z: Tensor) -> Tensor:
    """-log p(x|z) of codes `(n, B, D)`: `(n, B)` float64 on the CPU, nats."""
    return negative_log_likelihood(z.flatten(0, 1)).cpu().double().view(z.shape[:2])


def neighbour_metrics(codes: Tensor, labels: Tensor, test_codes: Tensor, test_labels: Tensor) -> Metrics:
    """How often the nearest training codes `(N, D)` predict the class of a test code: what a code says about it."""
    share = neighbour_accuracy(codes, labels, test_codes, test_labels, NEIGHBOURS)
    about = {"unit": f"share of test pictures, {NEIGHBOURS} nearest training codes", "neighbours": NEIGHBOURS}
    return {"neighbour_accuracy": {"value": share, **about, "pictures": len(test_codes), "codes": len(codes)}}


def neighbour_accuracy(
    codes: Tensor, labels: Tensor, test_codes: Tensor, test_labels: Tensor, neighbours: int
) -> float:
    """The share of test codes `(M, D)` whose class is the most frequent among their nearest `codes` `(N, D)`."""
    classifier = KNeighborsClassifier(min(neighbours, len(codes))).fit(codes.cpu().numpy(), labels.cpu().numpy())
    return float(classifier.score(test_codes.cpu().numpy(), test_labels.cpu().numpy()))


def headline(metrics: Metrics) -> str:
    """The most important metric of a model in words; an autoencoder without a KL has no ELBO."""
    known = (("test_negative_elbo", "test -ELBO"), ("test_reconstruction", "test reconstruction"))
    name, words = next((name, words) for name, words in known if name in metrics)
    return f"{words} {metrics[name]['value']:.2f} {metrics[name]['unit']}"
