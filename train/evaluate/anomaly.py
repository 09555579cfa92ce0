"""Anomalies told from test pictures: the AUC of each score against each other set, and histograms."""

from __future__ import annotations

import torch
from sklearn.metrics import roc_auc_score
from torch import Tensor

from vae_explorer.storage.uses import Anomaly, OtherSet, ScoreRange

from ..rounding import rounded
from ..seeds import seeded
from .other_sets import CHANGES, other_data_set
from .scores import SAMPLES, names_of, scores
from .subject import Subject

PICTURES = 1_000
BINS = 50
# How far bins reach beyond the lowest and the highest test score, as a share of the span: most anomalies are on the
# right, and on the left there is a blank page.
BEYOND = (0.25, 0.5)
SEED = 1312_6114


def anomaly(subject: Subject, pictures: int = PICTURES) -> Anomaly:
    """The table for about so many test pictures and as many of each other set; the same each time."""
    images, _ = subject.test_pictures(pictures)
    others = {name: change(images, _random(subject, stream)) for stream, (name, change) in enumerate(CHANGES.items())}
    found = other_data_set(subject.data.spec.name, subject.data_dir, len(images), subject.device)
    others = dict([found] if found else []) | others
    print("scoring test pictures", flush=True)
    usual = scores(subject.model, images, None, _random(subject, 15))
    total = usual["reconstruction" if subject.model.config.deterministic else "elbo"]
    ranges = {name: _score_range(name, about, usual[name]) for name, about in names_of(subject.model).items()}
    rows = []
    for name, pictures_of in others.items():
        print(f"scoring {name}", flush=True)
        unusual = scores(subject.model, pictures_of, float(total.mean()), _random(subject, 15))
        rows.append(
            OtherSet(
                name=name,
                pictures=len(pictures_of),
                auc={score: rounded(auc(usual[score], unusual[score])) for score in ranges},
                histograms={score: histogram(unusual[score], each.low, each.high) for score, each in ranges.items()},
            )
        )
    table = Anomaly(len(images), SAMPLES, tuple(ranges.values()), tuple(rows))
    _print(table)
    return table


def auc(usual: Tensor, unusual: Tensor) -> float:
    """The probability that an unusual picture has the higher score, ties counted half: the area under the ROC curve."""
    labels = torch.cat([torch.zeros(len(usual)), torch.ones(len(unusual))])
    return float(roc_auc_score(labels.numpy(), torch.cat([usual, unusual]).numpy()))


def histogram(values: Tensor, low: float, high: float, bins: int = BINS) -> tuple[int, ...]:
    """Counts in even bins from `low` to `high`; the first and the last also count what lies beyond."""
    place = ((values - low) / (high - low) * bins).floor().clamp(0, bins - 1).long()
    return tuple(torch.bincount(place, minlength=bins).tolist())


def _score_range(name: str, about: str, usual: Tensor) -> ScoreRange:
    low, high = float(usual.min()), float(usual.max())
    span = max(high - low, 1e-3 * max(1.0, abs(low)))  # a model without use may give all the same score
    low, high = rounded(low - BEYOND[0] * span), rounded(high + BEYOND[1] * span)
    return ScoreRange(name, about, rounded(float(usual.mean())), low, high, histogram(usual, low, high))


def _random(subject: Subject, stream: int) -> torch.Generator:
    return seeded("cpu", SEED, stream=stream)


def _print(table: Anomaly) -> None:
    names = [score.score for score in table.scores]
    print(
        f"AUC against {table.pictures:,} test pictures: 1 tells them apart, 0.5 is guessing, below 0.5 is the wrong way"
    )
    print(f"  {'':<12}{'pictures':>10}" + "".join(f"{name:>16}" for name in names))
    for row in table.sets:
        print(f"  {row.name:<12}{row.pictures:>10,}" + "".join(f"{row.auc[name]:>16.4f}" for name in names))
    for score in table.scores:
        print(f"  {score.score}: {score.about}")
