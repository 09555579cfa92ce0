"""What a VAE is good for besides drawing, as measured: the field `uses` of `model.json`. Each table in it is optional.

`train evaluate MODEL --imputation`, `--anomaly` and `--augmentation` write them; which presets, scores, sets and kinds
there are is said where they are computed, `train/evaluate/`. Here a name is a word of a-z, 0-9 and hyphens, so that a
page can show one that it does not know.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from vae_explorer.errors import ConfigError
from vae_explorer.storage.json_fields import named, number, numbers, one_line, rows_of, whole

# Far more than is measured: what is read is sent to pages.
MOST_ROWS = 64
MOST_BINS = 200
MOST_PICTURES = 1_000_000
MOST_RUNS = 1_000
LARGEST_SCORE = 1e9


@dataclass(frozen=True)
class Fill:
    """How good one way of filling in is.

    Attributes:
        squared_error: per missing pixel, of pixels in 0…1; the mean over the pictures.
        right_class: the share of filled pictures for which the classifier names the right class, 0…1; None where the
            data set has no classifier.
    """

    squared_error: float
    right_class: float | None


@dataclass(frozen=True)
class ImputationRow:
    """One preset: its name, the share of pixels that it erases, and the ways of filling by name (`model`, …)."""

    preset: str
    missing: float
    fills: dict[str, Fill]


@dataclass(frozen=True)
class Imputation:
    """Missing pixels filled in, on some test pictures.

    Attributes:
        method: in words, how the model fills.
        pictures: how many.
        whole_right_class: the share of them that the classifier names right with nothing erased; None without one.
        rows: one per preset.
    """

    method: str
    pictures: int
    whole_right_class: float | None
    rows: tuple[ImputationRow, ...]


@dataclass(frozen=True)
class ScoreRange:
    """A score: its name, and its mean and histogram over test pictures.

    The bins are even and go from `low` to `high`; the first and the last also count what lies beyond. A higher score
    speaks for an anomaly. `about` says in words what it is.
    """

    score: str
    about: str
    mean: float
    low: float
    high: float
    histogram: tuple[int, ...]


@dataclass(frozen=True)
class OtherSet:
    """Pictures that are no test pictures: how many, and per score the AUC against these and a histogram in its bins."""

    name: str
    pictures: int
    auc: dict[str, float]
    histograms: dict[str, tuple[int, ...]]


@dataclass(frozen=True)
class Anomaly:
    """Anomalies told from test pictures by a score; `samples` of z were drawn for each picture."""

    pictures: int
    samples: int
    scores: tuple[ScoreRange, ...]
    sets: tuple[OtherSet, ...]


@dataclass(frozen=True)
class AugmentationRow:
    """Classifiers trained on `per_class` labelled pictures of each class, with one kind of variations or `none`.

    `accuracy` is the mean of `runs` on the test pictures, 0…1, one run per seed; `deviation` their standard deviation.
    """

    per_class: int
    variations: str
    accuracy: float
    deviation: float
    runs: tuple[float, ...]


@dataclass(frozen=True)
class Augmentation:
    """What variations of few labelled pictures are worth to a classifier.

    `method` says in words how they were made and used; all rows were trained for as many `steps`. `temperature` is what
    the posterior's deviation was multiplied with.
    """

    method: str
    steps: int
    temperature: float
    rows: tuple[AugmentationRow, ...]


@dataclass(frozen=True)
class Uses:
    """The tables of a model, as far as they were computed."""

    imputation: Imputation | None = None
    anomaly: Anomaly | None = None
    augmentation: Augmentation | None = None

    def to_json(self) -> dict[str, Any]:
        return {name: table for name, table in asdict(self).items() if table is not None}

    @classmethod
    def from_json(cls, value: object) -> Uses:
        """The inverse of `to_json`; a table that a newer program knows is passed over.

        Raises:
            ConfigError: not an object, or a field of a table is missing or has a wrong value.
        """
        if not isinstance(value, dict):
            raise ConfigError(f"{type(value).__name__} found, an object expected")
        for name in ("imputation", "anomaly", "augmentation"):
            if not isinstance(value.get(name, {}), dict):
                raise ConfigError(f"{name}: {type(value[name]).__name__} found, an object expected")
        return cls(
            imputation=_imputation(value["imputation"]) if "imputation" in value else None,
            anomaly=_anomaly(value["anomaly"]) if "anomaly" in value else None,
            augmentation=_augmentation(value["augmentation"]) if "augmentation" in value else None,
        )


def _imputation(table: dict[str, Any]) -> Imputation:
    at = "imputation"
    return Imputation(
        method=one_line(table, "method", at),
        pictures=whole(table, "pictures", at, 1, MOST_PICTURES),
        whole_right_class=_share_or_none(table, "whole_right_class", at),
        rows=tuple(
            ImputationRow(
                preset=named(row, "preset", where),
                missing=number(row, "missing", where, 0, 1),
                fills={
                    name: Fill(number(fill, "squared_error", inner, 0, 1), _share_or_none(fill, "right_class", inner))
                    for name, fill, inner in _by_name(row, "fills", where)
                },
            )
            for row, where in rows_of(table, "rows", at, MOST_ROWS)
        ),
    )


def _anomaly(table: dict[str, Any]) -> Anomaly:
    at = "anomaly"
    scores = []
    for row, where in rows_of(table, "scores", at, MOST_ROWS):
        mean, low, high = (number(row, name, where, -LARGEST_SCORE, LARGEST_SCORE) for name in ("mean", "low", "high"))
        if low >= high:
            raise ConfigError(f"{where}: low is {low:g}, which is not below high, {high:g}")
        counts = _counts(row, "histogram", where)
        scores.append(ScoreRange(named(row, "score", where), one_line(row, "about", where), mean, low, high, counts))
    bins = {score.score: len(score.histogram) for score in scores}
    sets = []
    for row, where in rows_of(table, "sets", at, MOST_ROWS):
        auc, histograms = _object(row, "auc", where), _object(row, "histograms", where)
        sets.append(
            OtherSet(
                name=named(row, "name", where),
                pictures=whole(row, "pictures", where, 1, MOST_PICTURES),
                auc={score: number(auc, score, f"{where}.auc", 0, 1) for score in bins},
                histograms={score: _counts(histograms, score, f"{where}.histograms", bins[score]) for score in bins},
            )
        )
    return Anomaly(
        pictures=whole(table, "pictures", at, 1, MOST_PICTURES),
        samples=whole(table, "samples", at, 1, MOST_PICTURES),
        scores=tuple(scores),
        sets=tuple(sets),
    )


def _augmentation(table: dict[str, Any]) -> Augmentation:
    at = "augmentation"
    return Augmentation(
        method=one_line(table, "method", at),
        steps=whole(table, "steps", at, 1, 10**9),
        temperature=number(table, "temperature", at, 0, 1000),
        rows=tuple(
            AugmentationRow(
                per_class=whole(row, "per_class", where, 1, MOST_PICTURES),
                variations=named(row, "variations", where),
                accuracy=number(row, "accuracy", where, 0, 1),
                deviation=number(row, "deviation", where, 0, 1),
                runs=tuple(numbers(row, "runs", where, MOST_RUNS, 0, 1)),
            )
            for row, where in rows_of(table, "rows", at, MOST_ROWS)
        ),
    )


def _object(row: dict[str, Any], name: str, where: str) -> dict[str, Any]:
    value = row.get(name)
    if not isinstance(value, dict):
        raise ConfigError(f"{where}.{name}: {type(value).__name__} found, an object expected")
    return value


def _by_name(row: dict[str, Any], name: str, where: str) -> list[tuple[str, dict[str, Any], str]]:
    """The objects in an object, with their names and where each is."""
    inner = _object(row, name, where)
    at = f"{where}.{name}"
    if not 1 <= len(inner) <= MOST_ROWS:
        raise ConfigError(f"{at}: {len(inner)} found, 1 to {MOST_ROWS} expected")
    return [(named({"name": key}, "name", at), _object(inner, key, at), f"{at}.{key}") for key in inner]


def _share_or_none(row: dict[str, Any], name: str, where: str) -> float | None:
    return None if name in row and row[name] is None else number(row, name, where, 0, 1)


def _counts(row: dict[str, Any], name: str, where: str, length: int | None = None) -> tuple[int, ...]:
    """Counts of a histogram, as many as `length` says if it is given."""
    found = numbers(row, name, where, MOST_BINS, 0, MOST_PICTURES)
    if not all(isinstance(count, int) for count in found):
        raise ConfigError(f"{where}.{name}: whole numbers expected")
    if length is not None and len(found) != length:
        raise ConfigError(f"{where}.{name}: {len(found)} counts found, {length} expected")
    return tuple(int(count) for count in found)
