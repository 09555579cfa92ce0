"""What random samples are worth, in a judge's eyes: how many it recognises, how even, how far from the pictures."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vae_explorer.notebook import LoadedVAE
from vae_explorer.samplers import registry

from .classifier import RECOGNISED, Judge, Verdict

SAMPLES = 10_000
SAMPLE_BATCH = 1000

Figures = dict[str, dict[str, Any]]


def sample_figures(model: LoadedVAE, judge: Judge, train: Tensor, test: Tensor, samples: int = SAMPLES) -> Figures:
    """Figures of random samples from each sampler, and of the test pictures themselves to compare with.

    `train` and `test` are pictures `(N, 1, 28, 28)` in 0…1. A conditional model is asked for labels drawn
    evenly at random. Batch i of the samples has the seed i, so that the figures come out the same each time.
    """
    shown = judge.look(test)
    floor = frechet_distance(judge.look(train[: len(test)]).features, shown.features)
    found: Figures = {
        "test_recognised": _share(shown.recognised, len(test)),
        "train_frechet_distance": _frechet(floor, min(len(train), len(test))),
    }
    for sampler in (present.name for present in registry.present_in(model.folder.codes)):
        verdict, labels = _judged_samples(model, judge, sampler, samples)
        shares = verdict.class_shares()
        found |= {
            f"{sampler}_recognised": _share(verdict.recognised, samples),
            f"{sampler}_class_balance": {
                "value": class_balance(shares),
                "unit": "entropy of the judge's class shares over that of even ones, 0 to 1",
                "samples": samples,
            },
            f"{sampler}_smallest_class": {
                "value": float(shares.min()),
                "unit": f"share of samples; even would be {1 / len(shares):.3g}",
                "samples": samples,
            },
            f"{sampler}_frechet_distance": _frechet(frechet_distance(verdict.features, shown.features), samples),
        }
        if model.config.classes == len(shares):
            right = verdict.probabilities.argmax(dim=1).cpu() == labels
            unit = "share of samples that the judge names as they were asked for"
            found[f"{sampler}_as_asked"] = {"value": float(right.float().mean()), "unit": unit, "samples": samples}
    return found


def class_balance(shares: Tensor) -> float:
    """Entropy of `(C,)` class shares over log C: 1 where all are even, 0 where there is one class only."""
    present = shares[shares > 0]
    entropy = -float((present * present.log()).sum())
    return entropy / math.log(len(shares)) if len(shares) > 1 else 1.0


def frechet_distance(a: Tensor, b: Tensor) -> float:
    """Squared Fréchet distance of the Gaussians that have the mean and covariance of `(N, F)` and `(M, F)` features.

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


def _judged_samples(model: LoadedVAE, judge: Judge, sampler: str, samples: int) -> tuple[Verdict, Tensor]:
    """The verdict on the samples, and the labels they were asked for `(samples,)` (zeros without classes)."""
    verdicts, labels = [], []
    for seed, start in enumerate(range(0, samples, SAMPLE_BATCH)):
        count = min(SAMPLE_BATCH, samples - start)
        random = torch.Generator().manual_seed(seed)
        label = torch.randint(0, max(1, model.config.classes), (count,), generator=random)
        given = label.to(next(model.parameters()).device) if model.config.classes else None
        verdicts.append(judge.look(model.sample(count, sampler, seed, given)))
        labels.append(label)
    probabilities, features = ([getattr(v, name) for v in verdicts] for name in ("probabilities", "features"))
    return Verdict(torch.cat(probabilities), torch.cat(features)), torch.cat(labels)


def _share(value: float, count: int) -> dict[str, Any]:
    return {"value": value, "unit": f"share that the judge is sure of, p > {RECOGNISED:g}", "samples": count}


def _frechet(value: float, count: int) -> dict[str, Any]:
    unit = "squared Fréchet distance to the test pictures in the judge's features"
    return {"value": value, "unit": unit, "samples": count}
