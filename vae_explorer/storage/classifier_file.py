"""The classifier of a data set, a small network from an image to its class, as one safetensors file.

The format is that of the networks that a page fetches (`catalog.page_files`): metadata `layers` and `input_shape` as
JSON, tensors `<layer>.weight` and `<layer>.bias`. The metadata also hold `classes` (JSON list of names, in the order
of the logits), `accuracy` (share of the test images), and `feature_layer`: the index of the layer whose outputs are
the features that Fréchet distances are measured in.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save

from vae_explorer import paths
from vae_explorer.errors import ConfigError, DataError, FileError, OutputError
from vae_explorer.model import half
from vae_explorer.model.config import IMAGE_SIZE
from vae_explorer.model.layer import Layer
from vae_explorer.storage import atomic, tensor_file

Array = NDArray[np.float32]

# Bytes of tensors as float32; those that are shipped have 0.4 MB.
LARGEST = 64 * 2**20

INPUT_SHAPE = (1, IMAGE_SIZE, IMAGE_SIZE)


@dataclass(frozen=True)
class ClassifierFile:
    """The content of the file: a network from an image `(1, 28, 28)` in 0…1 to logits `(classes,)`.

    Attributes:
        layers: the network.
        classes: names of the classes, in the order of the logits.
        accuracy: the share of the test images that it classifies correctly.
        feature_layer: an index into `layers`.
        tensors: the parameters, float32, by name (`0.weight`).
    """

    layers: tuple[Layer, ...]
    classes: tuple[str, ...]
    accuracy: float
    feature_layer: int
    tensors: dict[str, Array] = field(repr=False)


def shipped_path(data_name: str) -> Path:
    """Where the shipped classifier of a data set is; most data sets have none."""
    return paths.assets() / "classifiers" / f"{data_name}.safetensors"


def read(path: Path) -> ClassifierFile:
    """Read and check a classifier.

    Raises:
        DataError: the file is missing, damaged, no classifier, or holds numbers that are not finite.
    """
    again = f"Train one: {paths.train_command()} classifier"
    try:
        tensors, header = tensor_file.read(path, LARGEST, again)
        found = ClassifierFile(
            layers=tuple(Layer.from_json(layer) for layer in json.loads(header["layers"])),
            classes=tuple(str(name) for name in json.loads(header["classes"])),
            accuracy=float(header["accuracy"]),
            feature_layer=int(header["feature_layer"]),
            tensors=tensors,
        )
        _check(found, json.loads(header["input_shape"]))
    except (FileError, ConfigError, KeyError, ValueError, TypeError, RecursionError) as error:
        reason = error.problem if isinstance(error, FileError) else str(error)[:120]
        raise DataError(f"{path}: not a readable classifier ({reason}). {again}") from error
    return found


def write(classifier: ClassifierFile, path: Path) -> None:
    """Write a classifier at `path`, whole or not at all.

    Raises:
        OutputError: it cannot be written.
    """
    body = save(
        half.packed(classifier.tensors),
        metadata={
            "layers": json.dumps([layer.to_json() for layer in classifier.layers]),
            "input_shape": json.dumps(INPUT_SHAPE),
            "classes": json.dumps(classifier.classes),
            "accuracy": str(classifier.accuracy),
            "feature_layer": str(classifier.feature_layer),
        },
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic.write_file(path, body)
    except OSError as error:
        raise OutputError(f"{path} cannot be written ({error.strerror}). Choose another file with --output") from error


def _check(classifier: ClassifierFile, input_shape: object) -> None:
    """Raise ValueError unless the parts fit together."""
    layers, tensors = classifier.layers, classifier.tensors
    if input_shape != list(INPUT_SHAPE):
        raise ValueError(f"input_shape {input_shape} found, {list(INPUT_SHAPE)} expected")
    expected = {
        f"{index}.{name}": shape
        for index, layer in enumerate(layers)
        for name, shape in layer.parameter_shapes().items()
    }
    found = {name: tensor.shape for name, tensor in tensors.items()}
    if found != expected:
        raise ValueError(f"tensors {found} found, {expected} expected")
    if not all(tensor.dtype == np.float32 and np.isfinite(tensor).all() for tensor in tensors.values()):
        raise ValueError("a tensor is not float32, or holds a number that is not finite")
    if not 0 <= classifier.feature_layer < len(layers) or layers[-1].outputs != len(classifier.classes):
        raise ValueError(
            f"feature_layer {classifier.feature_layer} or {len(classifier.classes)} classes do not fit the layers"
        )
