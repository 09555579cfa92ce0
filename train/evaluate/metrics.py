"""Metrics of a model on the test images, with units, for `model.json`.

Every run ends with `model_metrics`; the others take longer and are left to the command `evaluate`. Its bounds are in
`bound`, what codes say of pictures in `aggregate`, random samples in `sample_metrics`.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from sklearn.metrics import silhouette_score
from sklearn.neighbors import KNeighborsClassifier
from torch import Tensor

from vae_explorer.model.layers import decoder_layers, multiply_adds
from vae_explorer.model.vae import VAE

from .encode import Encoded, batches

# A dimension is active if the posterior mean moves with the image: variance above 0.01 over the test set
# (Burda, Grosse and Salakhutdinov, "Importance Weighted Autoencoders", 2016, section 5.1).
ACTIVE_VARIANCE = 0.01

NEIGHBOURS = 10

Metrics = dict[str, dict[str, Any]]


@torch.no_grad()
def model_metrics(model: VAE, images: Tensor, labels: Tensor, encoded: Encoded) -> Metrics:
    """Metrics of a model on the test images, by name, each with value, unit and number of images.

    A deterministic model has no posterior, and so neither a KL nor an ELBO.

    Args:
        images, labels: `(N, 1, 28, 28)` float32 in 0…1 and `(N,)` int64.
        encoded: what `encode_all` makes of them.
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


def mean_metric(values: Tensor, unit: str, **about: int | float) -> dict[str, Any]:
    """The mean of one number of each picture, `(N,)` float, with the standard error of that mean.

    The error says how far other pictures of the kind would move the mean; noise of the estimate itself is in it.
    """
    of_each = values.cpu().double()
    error = float(of_each.std()) / math.sqrt(len(of_each))
    return {"value": float(of_each.mean()), "unit": unit, "pictures": len(of_each), **about, "standard_error": error}


def neighbour_metrics(codes: Tensor, labels: Tensor, test_codes: Tensor, test_labels: Tensor) -> Metrics:
    """How often the nearest training codes predict the class of a test code: what a code says about it.

    Args:
        codes, labels: of training pictures, `(N, D)` float32 and `(N,)` int64.
        test_codes, test_labels: of test pictures, `(M, D)` and `(M,)`.
    """
    share = neighbour_accuracy(codes, labels, test_codes, test_labels, NEIGHBOURS)
    about = {"unit": f"share of test pictures, {NEIGHBOURS} nearest training codes", "neighbours": NEIGHBOURS}
    return {"neighbour_accuracy": {"value": share, **about, "pictures": len(test_codes), "codes": len(codes)}}


def neighbour_accuracy(
    codes: Tensor, labels: Tensor, test_codes: Tensor, test_labels: Tensor, neighbours: int
) -> float:
    """The share of test codes `(M, D)`, 0 to 1, whose class is the most frequent among the nearest `codes` `(N, D)`."""
    classifier = KNeighborsClassifier(min(neighbours, len(codes))).fit(codes.cpu().numpy(), labels.cpu().numpy())
    return float(classifier.score(test_codes.cpu().numpy(), test_labels.cpu().numpy()))


def separability_metrics(codes: Tensor, labels: Tensor) -> Metrics:
    """How far apart the classes of codes `(N, 2)` lie, for a plane that is looked at: their mean silhouette.

    The silhouette of a code is (b - a) / max(a, b), with a its mean distance to the codes of its class and b that to
    those of the nearest other class: 1 for classes far apart, below 0 for a code amid another class. Rousseeuw,
    "Silhouettes", Journal of Computational and Applied Mathematics, 1987.

    In more dimensions distances say little; one class has no other, and a class of one code no distances.
    """
    if codes.shape[1] != 2 or not 1 < len(labels.unique()) < len(labels):
        return {}
    value = float(silhouette_score(codes.cpu().numpy(), labels.cpu().numpy()))
    return {"class_silhouette": {"value": value, "unit": "-1 to 1, of classes on the plane", "pictures": len(codes)}}


def headline(metrics: Metrics) -> str:
    """The most important metric of a model in words; an autoencoder without a KL has no ELBO."""
    known = (("test_negative_elbo", "test -ELBO"), ("test_reconstruction", "test reconstruction"))
    name, words = next((name, words) for name, words in known if name in metrics)
    return f"{words} {metrics[name]['value']:.2f} {metrics[name]['unit']}"
