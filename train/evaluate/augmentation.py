"""What a VAE's variations of few labelled pictures are worth to a classifier, with as many steps as without them."""

from __future__ import annotations

import statistics

import torch

from vae_explorer.storage.uses import Augmentation, AugmentationRow

from ..data.data_set import to_device
from ..rounding import rounded
from ..seeds import seeded
from .few_labels import BATCH, STEPS, Labelled, accuracy, choose, predicted, train
from .subject import Subject
from .variations import TEMPERATURE, kinds_of, variations

PER_CLASS = (10, 50, 100)
SEEDS = 5
VARIATIONS = 4_000
SEED = 1411

NONE, CHECKED = "none", "-checked"
METHOD = (
    f"The shipped classifier's architecture, {STEPS} steps of {BATCH} pictures, shifted by up to two pixels; with "
    f"variations, half of each batch is drawn from {VARIATIONS:,} of them. Checked: without those that the classifier "
    "trained on the same labelled pictures alone takes for another class. The model has seen the training pictures, "
    "without labels."
)


def augmentation(
    subject: Subject, per_class: tuple[int, ...] = PER_CLASS, seeds: int = SEEDS, steps: int = STEPS
) -> Augmentation | None:
    """The table; the same each time. Each seed chooses other labelled pictures, the same for every kind of variations.

    None, and a printed line, for a class-conditional model: it has seen the label of every training picture.
    """
    if subject.model.config.classes:
        print("Augmentation is left out: this model was trained with the labels of all training pictures.", flush=True)
        return None
    every, test = (Labelled(*to_device(split, subject.device)) for split in (subject.data.train, subject.data.test))
    rows = []
    for count in per_class:
        runs: dict[str, list[float]] = {}
        for seed in range(seeds):
            print(f"training on {count} per class, seed {seed + 1} of {seeds}", flush=True)
            few = choose(every, count, seed)
            for kind, value in _runs(subject, few, test, seed, steps).items():
                runs.setdefault(kind, []).append(rounded(value))
        rows += [_row(count, kind, values) for kind, values in runs.items()]
    table = Augmentation(METHOD, steps, TEMPERATURE, tuple(rows))
    _print(table, len(test))
    return table


def _runs(subject: Subject, few: Labelled, test: Labelled, seed: int, steps: int) -> dict[str, float]:
    """The accuracy without variations, and with each kind of them."""
    classes = len(subject.data.spec.classes)
    plain = train(few, None, classes, seed, steps)
    found = {NONE: accuracy(plain, test)}
    for stream, (kind, make) in enumerate(kinds_of(subject.model).items()):
        random = seeded("cpu", SEED, seed, stream)
        more = Labelled(*variations(subject.model, few.images, few.labels, make, VARIATIONS, random))
        found[kind] = accuracy(train(few, more, classes, seed, steps), test)
        agreed = torch.nonzero(predicted(plain, more.images) == more.labels).squeeze(1)
        kept = more[agreed] if len(agreed) else few
        found[kind + CHECKED] = accuracy(train(few, kept, classes, seed, steps), test)
    return found


def _row(per_class: int, kind: str, values: list[float]) -> AugmentationRow:
    deviation = statistics.stdev(values) if len(values) > 1 else 0.0
    return AugmentationRow(per_class, kind, rounded(statistics.fmean(values)), rounded(deviation), tuple(values))


def _print(table: Augmentation, count: int) -> None:
    print(f"Accuracy on {count:,} test pictures, mean and standard deviation of {len(table.rows[0].runs)} seeds")
    for row in table.rows:
        print(f"  {row.per_class:>4} per class  {row.variations:<18} {row.accuracy:7.2%} ± {row.deviation:.2%}")
    print(f"  posterior: at temperature {table.temperature:g}. {table.method}")
