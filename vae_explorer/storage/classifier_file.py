"""The judge of a data set: a small classifier that says what a picture shows, as one safetensors file.

The format is that of the networks that a page fetches (`browser_files`): metadata `layers` and `input_shape` as
JSON, tensors `<layer>.weight` and `<layer>.bias`. Beside these the metadata hold `classes` (JSON list of names, in
the order of the logits), `accuracy` (share of the test pictures), and `feature_layer`: the index of the layer
whose output are the features that Fréchet distances are measured in.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from vae_explorer import paths
from vae_explorer.errors import DataError, OutputError
from vae_explorer.model.config import IMAGE_SIZE
from vae_explorer.model.layers import Layer
from vae_explorer.storage import atomic

Array = NDArray[np.float32]

INPUT_SHAPE = (1, IMAGE_SIZE, IMAGE_SIZE)


@dataclass(frozen=True)
class JudgeFile:
    """A judge, whole: from an image `(1, 28, 28)` in 0…1 to logits `(classes,)`.

    `accuracy` is the share of the test pictures that it names right. `feature_layer` is an index into `layers`;
    `tensors` are float32 by name (`0.weight`).
    """

    layers: tuple[Layer, ...]
    classes: tuple[str, ...]
    accuracy: float
    feature_layer: int
    tensors: dict[str, Array] = field(repr=False)


def shipped_path(data_name: str) -> Path:
    """Where the judge of a data set lies among the shipped files; there is none for most data sets."""
    return paths.assets() / "classifiers" / f"{data_name}.safetensors"


def read(path: Path) -> JudgeFile:
    """Read and check a judge.

    Raises:
        DataError: the file is missing, damaged, no judge, or holds numbers that are not finite.
    """
    try:
        with safe_open(path, framework="numpy") as file:
            header = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        judge = JudgeFile(
            layers=tuple(Layer.from_json(layer) for layer in json.loads(header["layers"])),
            classes=tuple(str(name) for name in json.loads(header["classes"])),
            accuracy=float(header["accuracy"]),
            feature_layer=int(header["feature_layer"]),
            tensors=tensors,
        )
        _check(judge, json.loads(header["input_shape"]))
    except (OSError, SafetensorError, KeyError, ValueError, TypeError, RecursionError) as error:
        raise DataError(
            f"{path}: not a readable judge ({str(error)[:120]}). Make it: {paths.train_command()} judge"
        ) from error
    return judge


def write(judge: JudgeFile, path: Path) -> None:
    """Write a judge at `path`, whole or not at all.

    Raises:
        OutputError: it cannot be written.
    """
    body = save(
        judge.tensors,
        metadata={
            "layers": json.dumps([layer.to_json() for layer in judge.layers]),
            "input_shape": json.dumps(INPUT_SHAPE),
            "classes": json.dumps(judge.classes),
            "accuracy": str(judge.accuracy),
            "feature_layer": str(judge.feature_layer),
        },
    )
    try:
        atomic.write_file(path, body)
    except OSError as error:
        raise OutputError(f"{path} cannot be written ({error.strerror}). Choose another file with --output") from error


def _check(judge: JudgeFile, input_shape: object) -> None:
    """Raise ValueError unless the parts belong together."""
    if input_shape != list(INPUT_SHAPE):
        raise ValueError(f"input_shape {input_shape} found, {list(INPUT_SHAPE)} expected")
    expected = {
        f"{index}.{name}": shape
        for index, layer in enumerate(judge.layers)
        for name, shape in layer.parameter_shapes().items()
    }
    found = {name: tensor.shape for name, tensor in judge.tensors.items()}
    if found != expected:
        raise ValueError(f"tensors {found} found, {expected} expected")
    if not all(tensor.dtype == np.float32 and np.isfinite(tensor).all() for tensor in judge.tensors.values()):
        raise ValueError("a tensor is not float32, or holds a number that is not finite")
    if not 0 <= judge.feature_layer < len(judge.layers) or judge.layers[-1].outputs != len(judge.classes):
        raise ValueError(f"feature_layer {judge.feature_layer} or {len(judge.classes)} classes do not fit the layers")
