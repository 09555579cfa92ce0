"""The command `evaluate`: every metric of a finished model, written to its model.json."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import torch

from vae_explorer import paths
from vae_explorer.errors import DataError
from vae_explorer.notebook import LoadedVAE, find_folder
from vae_explorer.samplers import registry
from vae_explorer.storage import model_folder, picture_atlas

from ..data.data_set import DataSet, to_device
from ..data.load import load_data
from ..device import choose_device
from ..rounding import rounded
from .classifier import Classifier, open_classifier, predict_reconstructions, shipped_classifier
from .encode import codes_to_fit, encode_all, encode_codes
from .metrics import Metrics, bound_metrics, model_metrics, neighbour_metrics
from .sample_metrics import SAMPLES, sample_metrics


@dataclass(frozen=True)
class Evaluation:
    """What `evaluate` was asked to do.

    `data_set` is None for the one that the model names, `classifier` for the one that is shipped for the data set.
    """

    model: str
    data_set: str | None
    data_dir: Path
    device: str
    classifier: Path | None
    bound_images: int
    bound_samples: int
    refit_samplers: bool = False


def evaluate(what: Evaluation) -> None:
    """Compute the metrics, write them to model.json, and print them.

    Raises:
        VaeExplorerError: any of its kinds; the model folder is then unchanged.
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
    classifier = _classifier(what, data, device)
    if what.refit_samplers:
        print("fitting the samplers to the codes", flush=True)
        fitted = registry.fit(*codes_to_fit(LoadedVAE(folder).to(device), *to_device(data.train, device)))
        folder = replace(folder, codes=folder.codes | fitted)
    model = LoadedVAE(folder).to(device)
    if classifier is not None:
        mu = torch.from_numpy(folder.codes["mu"].copy()).to(device)
        labels = torch.from_numpy(folder.codes["label"].astype("int64")).to(device)
        folder = replace(folder, codes=folder.codes | predict_reconstructions(classifier, model, mu, labels))
    found = all_metrics(model, classifier, data, what.bound_images, what.bound_samples)
    model_folder.update(replace(folder, metrics=folder.metrics | found), path)
    _print(folder.name, found)
    print(f"Wrote {path / 'model.json'}")


def all_metrics(
    model: LoadedVAE, classifier: Classifier | None, data: DataSet, bound_images: int, bound_samples: int
) -> Metrics:
    """Every metric that a model of this kind has, rounded; without a classifier those of samples are left out."""
    device = next(model.parameters()).device
    (images, labels), (test, test_labels) = to_device(data.train, device), to_device(data.test, device)
    print("encoding the pictures", flush=True)
    encoded = encode_all(model, test, test_labels)
    found = model_metrics(model, test, test_labels, encoded)
    codes, _ = encode_codes(model, images, labels)
    found |= neighbour_metrics(codes, labels, encoded.mu, test_labels)
    if classifier is not None:
        print("classifying samples", flush=True)
        found |= sample_metrics(model, classifier, images, test, SAMPLES)
    if not model.config.deterministic:
        found |= bound_metrics(model, test, test_labels, bound_images, bound_samples)
    return {name: entry | {"value": rounded(entry["value"])} for name, entry in found.items()}


def _classifier(what: Evaluation, data: DataSet, device: torch.device) -> Classifier | None:
    """The classifier that was named, else the one that is shipped for the data set, else none."""
    mend = f"Train one: {paths.train_command()} classifier --data {what.data_set or data.spec.name}"
    if what.classifier is None:
        shipped = shipped_classifier(data.spec, device)
        if shipped is None:
            print(f"There is no classifier for {data.spec.name}, so samples are not classified. {mend}")
        return shipped
    named = open_classifier(what.classifier, device)
    if named.file.classes != data.spec.classes:
        raise DataError(f"{what.classifier} has other classes than {data.spec.name}. {mend}")
    return named


def _print(name: str, found: Metrics) -> None:
    """One line per metric: name, value, its standard error if it has one, unit, and of how many."""
    print(name)
    for key, entry in found.items():
        counts = [f"{entry[unit]:,} {unit}" for unit in ("pictures", "samples") if unit in entry]
        error = f" ± {entry['standard_error']:.2g}" if "standard_error" in entry else ""
        print(f"  {key:<32} {entry['value']:>12,.6g}{error}  {'; '.join([entry['unit'], *counts])}")
