"""Missing pixels filled in: how far off, and how often the picture is still recognised, against two simple ways."""

from __future__ import annotations

from itertools import islice

import torch
from torch import Tensor

from vae_explorer.notebook import LoadedVAE
from vae_explorer.storage.uses import Fill, Imputation, ImputationRow

from ..data.data_set import to_device
from ..rounding import rounded
from ..seeds import seeded
from . import pseudo_gibbs
from .classifier import Classifier
from .encode import batches
from .masks import PRESETS
from .subject import Subject

PICTURES = 1_000
PLAIN_STEPS = 20
SEED = 1401_4082
FILL_BATCH = 100
NEAREST_BATCH = 10_000

PLAIN = f"one chain from the mean picture, {PLAIN_STEPS} steps"


def imputation(subject: Subject, pictures: int = PICTURES) -> Imputation:
    """The table for about so many test pictures; the same each time.

    Ways of filling in: `model` (`pseudo_gibbs.fill`), `pseudo-gibbs` (one chain from the mean picture), `mean` (the
    mean training picture), `nearest` (the training picture that is nearest by the visible pixels).
    """
    images, labels = subject.test_pictures(pictures)
    train, _ = to_device(subject.data.train, subject.device)
    mean = train.mean(dim=0, keepdim=True)
    among = pseudo_gibbs.candidates(subject.model)
    rows = []
    for stream, (preset, mask) in enumerate(PRESETS.items()):
        print(f"filling in: {preset}", flush=True)
        random = seeded("cpu", SEED, stream=stream)
        missing = mask(len(images), random).to(subject.device)
        both = list(batches(images, missing, FILL_BATCH))
        filled = {
            "model": torch.cat([pseudo_gibbs.fill(subject.model, x, erased, among, random) for x, erased in both]),
            "mean": torch.where(missing, mean, images),
            "nearest": torch.where(missing, nearest(train, images, missing), images),
        }
        if not subject.model.config.classes:  # one chain has one class, and which is what is to be found out
            filled["pseudo-gibbs"] = torch.cat([_plain(subject, x, erased, mean, random) for x, erased in both])
        fills = {name: _fill(subject.classifier, each, images, missing, labels) for name, each in filled.items()}
        rows.append(ImputationRow(preset, rounded(float(missing.float().mean())), fills))
    whole = right_class(subject.classifier, images, labels)
    table = Imputation(method(subject.model), len(images), whole, tuple(rows))
    _print(table)
    return table


def method(model: LoadedVAE) -> str:
    """How the model fills in, in words."""
    source = pseudo_gibbs.sampler_of(model).name
    if model.config.classes:
        source += ", each decoded as a class by turns"
    steps = "of encoding and decoding again" if model.config.deterministic else "of pseudo-Gibbs sampling"
    return (
        f"Of {pseudo_gibbs.CANDIDATES:,} codes of the {source}, the {pseudo_gibbs.CHAINS} that explain the visible "
        f"pixels best each start {pseudo_gibbs.STEPS} steps {steps}; the last {pseudo_gibbs.KEPT_STEPS} pictures of "
        "each are averaged, weighted by the likelihood of the visible pixels."
    )


def nearest(train: Tensor, images: Tensor, missing: Tensor) -> Tensor:
    """For each image `(B, 1, 28, 28)` the one of `train` `(N, 1, 28, 28)` that differs least where nothing is missing.

    By squared differences. |a - b|² without |a|², which is the same for all, is two matrix products.
    """
    visible = (~missing).flatten(1).to(images.dtype)
    shown = images.masked_fill(missing, 0).flatten(1)
    best = torch.full((len(images),), torch.inf, device=images.device)
    found = torch.zeros(len(images), dtype=torch.int64, device=images.device)
    for index, part in enumerate(train.flatten(1).split(NEAREST_BATCH)):
        distance, place = (visible @ part.square().T - 2 * shown @ part.T).min(dim=1)
        closer = distance < best
        best, found = torch.where(closer, distance, best), torch.where(closer, place + index * NEAREST_BATCH, found)
    return train[found]


def squared_error(filled: Tensor, images: Tensor, missing: Tensor) -> float:
    """Per missing pixel, the mean over the pictures that miss one."""
    squared = ((filled - images).square() * missing).flatten(1).sum(dim=1)
    count = missing.flatten(1).sum(dim=1)
    return float((squared[count > 0] / count[count > 0]).mean())


def right_class(classifier: Classifier | None, images: Tensor, labels: Tensor) -> float | None:
    """The share of images that the classifier names right; None without one."""
    if classifier is None:
        return None
    return rounded(float((classifier.predict(images).probabilities.argmax(dim=1) == labels).float().mean()))


def _fill(classifier: Classifier | None, filled: Tensor, images: Tensor, missing: Tensor, labels: Tensor) -> Fill:
    return Fill(rounded(squared_error(filled, images, missing)), right_class(classifier, filled, labels))


def _plain(subject: Subject, images: Tensor, missing: Tensor, mean: Tensor, random: torch.Generator) -> Tensor:
    labels = torch.zeros(len(images), dtype=torch.int64, device=images.device)
    found = pseudo_gibbs.chain(subject.model, images, missing, mean.expand_as(images), labels, random)
    return list(islice(found, PLAIN_STEPS))[-1].filled


def _print(table: Imputation) -> None:
    names = list(table.rows[0].fills)
    print(f"Missing pixels of {table.pictures:,} test pictures: squared error per pixel, and share named right")
    print(f"  {'':<18}{'missing':>8}" + "".join(f"{name:>20}" for name in names))
    for row in table.rows:
        cells = "".join(f"{_cell(row.fills[name]):>20}" for name in names)
        print(f"  {row.preset:<18}{row.missing:>8.1%}{cells}")
    if table.whole_right_class is not None:
        print(f"  with nothing missing, {table.whole_right_class:.1%} are named right")
    print(f"  model: {table.method}")
    if "pseudo-gibbs" in names:
        print(f"  pseudo-gibbs: {PLAIN}")


def _cell(fill: Fill) -> str:
    return f"{fill.squared_error:.4f}" + ("" if fill.right_class is None else f"  {fill.right_class:6.1%}")
