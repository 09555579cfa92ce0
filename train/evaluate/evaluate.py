"""The command `evaluate`: every metric of a finished model, written to its model.json."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch

from vae_explorer.notebook import LoadedVAE
from vae_explorer.samplers import registry
from vae_explorer.storage import model_folder

from ..data.data_set import DataSet, to_device
from ..rounding import rounded
from .aggregate import aggregate_metrics, ceiling_in_words
from .bound import binarised_metrics, bound_metrics, pictures_for
from .classifier import Classifier, predict_reconstructions
from .encode import codes_to_fit, encode_all, encode_codes
from .metrics import Metrics, model_metrics, neighbour_metrics, separability_metrics
from .sample_metrics import SAMPLES, sample_metrics
from .subject import Evaluation, open_subject
from .uses import with_tables


def evaluate(what: Evaluation) -> None:
    """Compute the metrics, or the tables that were asked for, write them to model.json, and print them.

    Raises:
        VaeExplorerError: any of its kinds; the model folder is then unchanged.
    """
    subject = open_subject(what)
    path = subject.folder.path
    if what.tables:
        model_folder.update(with_tables(subject, what.tables), path)
        print(f"Wrote {path / 'model.json'}")
        return
    folder, data, classifier, device = subject.folder, subject.data, subject.classifier, subject.device
    if what.refit_samplers:
        _say("fitting the samplers to the codes")
        fitted = registry.fit(*codes_to_fit(subject.model, *to_device(data.train, device)))
        folder = replace(folder, codes=folder.codes | fitted)
    model = LoadedVAE(folder).to(device).to(memory_format=torch.channels_last)
    if classifier is not None:
        mu = torch.from_numpy(folder.codes["mu"].copy()).to(device)
        labels = torch.from_numpy(folder.codes["label"].astype("int64")).to(device)
        folder = replace(folder, codes=folder.codes | predict_reconstructions(classifier, model, mu, labels))
    found = all_metrics(model, classifier, data, what.bound_pictures, what.bound_samples)
    model_folder.update(replace(folder, metrics=folder.metrics | found), path)
    _print(folder.name, found)
    print(f"Wrote {path / 'model.json'}")


def all_metrics(
    model: LoadedVAE, classifier: Classifier | None, data: DataSet, bound_pictures: int | None, bound_samples: int
) -> Metrics:
    """Every metric that a model of this kind has, rounded; without a classifier those of samples are left out.

    `bound_pictures` is how many test pictures the bounds are computed of, None for as many as the device can take.
    """
    device = next(model.parameters()).device
    (images, labels), (test, test_labels) = to_device(data.train, device), to_device(data.test, device)
    _say("encoding the pictures")
    encoded = encode_all(model, test, test_labels)
    found = model_metrics(model, test, test_labels, encoded)
    codes, _ = encode_codes(model, images, labels)
    found |= neighbour_metrics(codes, labels, encoded.mu, test_labels)
    found |= separability_metrics(encoded.mu, test_labels)
    if classifier is not None:
        _say("classifying samples")
        found |= sample_metrics(model, classifier, images, test, SAMPLES)
    if model.config.deterministic:
        _say("a plain autoencoder has no posterior, and so no bound on -log p(x) or mutual information")
    else:
        _say("comparing the posteriors with each other")
        found |= aggregate_metrics(model, encoded, test_labels)
        pictures = bound_pictures or pictures_for(device, len(test))
        found |= bound_metrics(model, test, test_labels, pictures, bound_samples, _say)
        found |= binarised_metrics(model, test, test_labels, pictures, bound_samples, _say)
    return {name: {key: _rounded(part) for key, part in entry.items()} for name, entry in found.items()}


def _say(line: str) -> None:
    """Print how far it is, at once, also where the output goes to a file."""
    print(line, flush=True)


def _rounded(part: Any) -> Any:
    return rounded(part) if isinstance(part, float) else part


def _print(name: str, found: Metrics) -> None:
    """One line per metric: name, value, its standard error if it has one, unit, and of how many."""
    print(name)
    for key, entry in found.items():
        counts = [f"{entry[unit]:,} {unit}" for unit in ("pictures", "samples") if entry.get(unit, 1) > 1]
        error = f" ± {entry['standard_error']:.2g}" if "standard_error" in entry else ""
        if "ceiling" in entry:
            counts.append(ceiling_in_words(entry["value"], entry["ceiling"]))
        print(f"  {key:<40} {entry['value']:>12,.6g}{error}  {'; '.join([entry['unit'], *counts])}")
