"""Metrics of random samples: how many a classifier recognises, how even their classes are, their Fréchet distance."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vae_explorer.notebook import LoadedVAE
from vae_explorer.samplers import registry

from .classifier import RECOGNISED, Classifier, Prediction
from .metrics import Metrics

SAMPLES = 10_000
SAMPLE_BATCH = 1000


def sample_metrics(
    model: LoadedVAE, classifier: Classifier, train: Tensor, test: Tensor, samples: int = SAMPLES
) -> Metrics:
    """Metrics of random samples from each sampler, and of the test images for comparison.

    `train` and `test` are images `(N, 1, 28, 28)` in 0…1. A conditional model gets classes drawn uniformly at random.
    Batch i of the samples has the seed i, so that the metrics are the same each time.
    """
    real = classifier.predict(test)
    lowest = frechet_distance(classifier.predict(train[: len(test)]).features, real.features)
    found: Metrics = {
        "test_recognised": _share(real.recognised, len(test)),
        "train_frechet_distance": _frechet(lowest, min(len(train), len(test))),
    }
    for sampler in (present.name for present in registry.present_in(model.folder.codes)):
        prediction, labels = _predict_samples(model, classifier, sampler, samples)
        shares = prediction.class_shares()
        found |= {
            f"{sampler}_recognised": _share(prediction.recognised, samples),
            f"{sampler}_class_balance": {
                "value": class_balance(shares),
                "unit": "entropy of the classifier's class shares over that of even ones, 0 to 1",
                "samples": samples,
            },
            f"{sampler}_smallest_class": {
                "value": float(shares.min()),
                "unit": f"share of samples; even would be {1 / len(shares):.3g}",
                "samples": samples,
            },
            f"{sampler}_frechet_distance": _frechet(frechet_distance(prediction.features, real.features), samples),
        }
        if model.config.classes == len(shares):
            right = prediction.probabilities.argmax(dim=1).cpu() == labels
            unit = "share of samples that the classifier names as they were asked for"
            found[f"{sampler}_as_asked"] = {"value": float(right.float().mean()), "unit": unit, "samples": samples}
    return found


def class_balance(shares: Tensor) -> float:
    """Entropy of class shares `(C,)` divided by log C: 1 if all are even, 0 if there is only one class."""
    present = shares[shares > 0]
    entropy = -float((present * present.log()).sum())
    return entropy / math.log(len(shares)) if len(shares) > 1 else 1.0


def frechet_distance(a: Tensor, b: Tensor) -> float:
    """Squared Fréchet distance between the Gaussians with mean and covariance of features `(N, F)` and `(M, F)`.

    |m_a - m_b|² + tr(S_a + S_b - 2 (S_a S_b)^½), in float64: Dowson and Landau, Journal of Multivariate
    Analysis, 1982; of a network's features: Heusel et al., NeurIPS 2017.
    """
    first, second = (np.asarray(features.cpu().double().numpy()) for features in (a, b))
    difference = first.mean(axis=0) - second.mean(axis=0)
    covariances = (np.cov(first, rowvar=False), np.cov(second, rowvar=False))
    covariance_a, covariance_b = (np.atleast_2d(covariance) for covariance in covariances)
    # tr (S_a S_b)^½ = tr (S_a^½ S_b S_a^½)^½, and the matrix on the right is symmetric, so that its root is real.
    root = _square_root(covariance_a)
    mixed = np.linalg.eigvalsh(root @ covariance_b @ root)
    traces = float(np.trace(covariance_a) + np.trace(covariance_b))
    return float(difference @ difference) + traces - 2 * float(np.sqrt(mixed.clip(min=0)).sum())


def _square_root(covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    values, vectors = np.linalg.eigh(covariance)
    root: NDArray[np.float64] = (vectors * np.sqrt(values.clip(min=0))) @ vectors.T
    return root


def _predict_samples(model: LoadedVAE, classifier: Classifier, sampler: str, samples: int) -> tuple[Prediction, Tensor]:
    """The prediction for samples, and the classes they are conditioned on, `(samples,)`, zeros without classes."""
    predictions, labels = [], []
    for seed, start in enumerate(range(0, samples, SAMPLE_BATCH)):
        count = min(SAMPLE_BATCH, samples - start)
        random = torch.Generator().manual_seed(seed)
        label = torch.randint(0, max(1, model.config.classes), (count,), generator=random)
        given = label.to(next(model.parameters()).device) if model.config.classes else None
        predictions.append(classifier.predict(model.sample(count, sampler, seed, given)))
        labels.append(label)
    probabilities = torch.cat([prediction.probabilities for prediction in predictions])
    features = torch.cat([prediction.features for prediction in predictions])
    return Prediction(probabilities, features), torch.cat(labels)


def _share(value: float, count: int) -> dict[str, Any]:
    return {"value": value, "unit": f"share that the classifier is sure of, p > {RECOGNISED:g}", "samples": count}


def _frechet(value: float, count: int) -> dict[str, Any]:
    unit = "squared Fréchet distance to the test pictures in the classifier's features"
    return {"value": value, "unit": unit, "samples": count}
