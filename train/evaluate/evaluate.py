"""`python -m train evaluate`: every figure of a finished model, written into its model.json."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from vae_explorer import paths
from vae_explorer.errors import DataError
from vae_explorer.notebook import LoadedVAE, find_folder
from vae_explorer.samplers import registry
from vae_explorer.storage import model_folder, picture_atlas

from ..data.load import DataSet, load_data, split_to_device
from ..device import choose_device
from .classifier import Judge, open_judge, shipped_judge, verdicts
from .encode import codes_to_fit, encode_all, encode_codes
from .metrics import bound_metrics, model_metrics, neighbour_metrics
from .sample_metrics import SAMPLES, sample_figures

# Figures are kept to this many digits: what follows depends on the number of threads.
SIGNIFICANT = 6


@dataclass(frozen=True)
class Assessment:
    """What `evaluate` was asked to do. `data_set` is None for the one that the model names."""

    model: str
    data_set: str | None
    data_dir: Path
    device: str
    judge: Path | None
    bound_pictures: int
    bound_samples: int
    refit_mixture: bool = False


def assess(what: Assessment) -> None:
    """Compute the figures, write them into model.json, and print them.

    Raises:
        VaeExplorerError: any of its kinds; the model's folder stays as it was then.
    """
    path = find_folder(what.model)
    folder = model_folder.read(path)
    if folder.data.split != "test":
        raise DataError(f"{path} holds codes of {folder.data.split} pictures. Evaluate the model that it was made from")
    device = choose_device(what.device)
    data = load_data(what.data_set or folder.data.name, what.data_dir)
    if picture_atlas.pictures_sha256(data.test.images) != folder.data.sha256:
        raise DataError(
            f"{path} was tested on other pictures than the {len(data.test.labels):,} of {data.spec.name}. Name the "
            "data set it was made with: --data"
        )
    judge = _judge(what, data, device)
    images, labels = split_to_device(data.train, device)
    if what.refit_mixture:
        print("fitting the mixture", flush=True)
        plain = LoadedVAE(folder).to(device)
        fitted = registry.fit(*codes_to_fit(plain, images, labels))
        folder = replace(folder, codes=folder.codes | fitted)
    model = LoadedVAE(folder).to(device)
    if judge is not None:
        mu = torch.from_numpy(folder.codes["mu"].copy()).to(device)
        test_labels = torch.from_numpy(folder.codes["label"].astype("int64")).to(device)
        folder = replace(folder, codes=folder.codes | verdicts(judge, model, mu, test_labels))
    found = all_figures(model, judge, data, what.bound_pictures, what.bound_samples)
    folder = replace(folder, metrics=folder.metrics | found)
    model_folder.update(folder, path)
    _print(folder.name, found)
    print(f"Wrote {path / 'model.json'}")


def all_figures(
    model: LoadedVAE, judge: Judge | None, data: DataSet, bound_pictures: int, bound_samples: int
) -> dict[str, dict[str, Any]]:
    """Every figure that is known for the model's kind, rounded; without a judge those of samples are left out."""
    device = next(model.parameters()).device
    (images, labels), (test, test_labels) = (split_to_device(split, device) for split in (data.train, data.test))
    print("encoding the pictures", flush=True)
    encoded = encode_all(model, test, test_labels)
    found = model_metrics(model, test, test_labels, encoded)
    codes, _ = encode_codes(model, images, labels)
    found |= neighbour_metrics(codes, labels, encoded.mu, test_labels)
    if judge is not None:
        print("judging samples", flush=True)
        found |= sample_figures(model, judge, images, test, SAMPLES)
    if not model.config.deterministic:
        found |= bound_metrics(model, test, test_labels, bound_pictures, bound_samples)
    return {name: entry | {"value": rounded(entry["value"])} for name, entry in found.items()}


def rounded(value: float) -> float:
    """`value` to six significant digits; whole numbers stay whole."""
    if isinstance(value, int) or value == 0 or not math.isfinite(value):
        return value
    return round(value, SIGNIFICANT - 1 - math.floor(math.log10(abs(value))))


def _judge(what: Assessment, data: DataSet, device: torch.device) -> Judge | None:
    """The judge that was named, else the shipped one of the data set, else none."""
    mend = f"Make one: {paths.train_command()} judge --data {what.data_set or data.spec.name}"
    if what.judge is None:
        judge = shipped_judge(data.spec, device)
        if judge is None:
            print(f"There is no judge of {data.spec.name}: samples are not judged. {mend}")
        return judge
    judge = open_judge(what.judge, device)
    if judge.file.classes != data.spec.classes:
        raise DataError(f"{what.judge} judges other classes than those of {data.spec.name}. {mend}")
    return judge


def _print(name: str, found: dict[str, dict[str, Any]]) -> None:
    """One line a figure: name, value, its standard error where there is one, unit, and of how many."""
    print(name)
    for key, entry in found.items():
        counts = [f"{entry[unit]:,} {unit}" for unit in ("pictures", "samples") if unit in entry]
        error = f" ± {entry['standard_error']:.2g}" if "standard_error" in entry else ""
        print(f"  {key:<32} {entry['value']:>12,.6g}{error}  {'; '.join([entry['unit'], *counts])}")
