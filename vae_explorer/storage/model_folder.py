"""The model folder: the only reader and writer of the format. numpy, safetensors and json; no torch, no pickle.

model.json           what the model is, how it was made, how good it is
weights.safetensors  names and shapes of `vae_explorer.model.layers.parameter_shapes`
codes.safetensors    the encoded test pictures (`code_shapes`), a classifier's predictions for their reconstructions
                     (`prediction_shapes`), projections (`projection_shapes`), the tensors of samplers
                     (`vae_explorer.samplers.registry.tensor_shapes`)
digits.png           the test pictures, unless the package ships them (`vae_explorer.storage.picture_atlas`)
samples.png          8x8 random samples with a fixed seed

In both safetensors files, arrays that float16 holds without a loss are float16, all others float32, or uint8 for class
numbers. `train` rounds weights and codes to float16 before it measures anything.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save

from vae_explorer.errors import ConfigError, FileError, ModelFolderError, OutputError
from vae_explorer.model import half
from vae_explorer.model.config import ModelConfig
from vae_explorer.model.layers import parameter_shapes
from vae_explorer.projections import registry as projections
from vae_explorer.samplers import registry as samplers
from vae_explorer.storage import atomic, model_json, tensor_file, version_1
from vae_explorer.storage.mean_kl import mean_kl
from vae_explorer.storage.model_json import AGAIN, About

Array = NDArray[Any]

# Arrays of class numbers, uint8; all others are float32 in memory.
CLASS_ARRAYS = {"label", "prediction"}


# The most that weights or codes may take, in bytes: far more than a page can run or show, and twice as much is taken
# for a moment when a folder is read.
LARGEST_TENSORS = 192 * 2**20

# How far a code may be from the origin: what a slider and a link can hold. Other numbers that are larger than theirs
# come from a run that has diverged, and overflow in what is computed of them.
LARGEST_CODE = 1000.0
LARGEST_NUMBER = 1e9


@dataclass(frozen=True)
class ModelFolder(About):
    """A complete model. `weights` and `codes` hold arrays by name, float32 except for `CLASS_ARRAYS`."""

    weights: dict[str, Array] = field(repr=False)
    codes: dict[str, Array] = field(repr=False)
    path: Path = Path()

    @cached_property
    def mean_kl(self) -> list[float]:
        """`(D,)`, nats: what each dimension carries; computed once, for a folder may hold a million codes."""
        return mean_kl(self.codes, deterministic=self.config.deterministic)


def code_shapes(config: ModelConfig, count: int) -> dict[str, tuple[int, ...]]:
    """Name and shape of the arrays in `codes.safetensors` that every model has.

    `mu`, `log_var`: the posterior of each test picture. `reconstruction`, `kl`: nats.
    """
    dim = config.latent_dim
    return {
        "mu": (count, dim),
        "log_var": (count, dim),
        "label": (count,),
        "reconstruction": (count,),
        "kl": (count,),
    }


def prediction_shapes(count: int) -> dict[str, tuple[int, ...]]:
    """Name and shape of the arrays of models whose data set has a classifier.

    `prediction` (uint8) is the class that it finds most probable for the reconstruction of each test picture from its
    `mu`; `prediction_confidence` is that probability, 0…1.
    """
    return {"prediction": (count,), "prediction_confidence": (count,)}


def projection_shapes(codes: Mapping[str, Array], dim: int, count: int) -> dict[str, tuple[int, ...]]:
    """Name and shape of the projections among the arrays in `codes.safetensors`; each is optional.

    `projection/NAME` `(count, 2 or 3)` are its points; what else it needs is under `projection/NAME/`. A projection
    of a newer program, which this one does not know, may hold any arrays there.
    """
    shapes: dict[str, tuple[int, ...]] = {}
    for name in {name.split("/")[1] for name in codes if name.startswith("projection/")}:
        points = codes.get(f"projection/{name}")
        has_depth = points is not None and points.shape[1:] == (3,)
        shapes[f"projection/{name}"] = (count, 3 if has_depth else 2)
        shapes |= {part: array.shape for part, array in codes.items() if part.startswith(f"projection/{name}/")}
    for projection in projections.present_in(shapes):
        shapes |= projection.part_shapes(dim)
    return shapes


def read(path: Path) -> ModelFolder:
    """Read and check a model folder.

    Raises:
        ModelFolderError: a file is missing, unreadable, damaged, of a newer format, of a wrong shape, or
            holds numbers that are not finite.
    """
    about = model_json.read(path / "model.json")
    model, data = about.config, about.data
    try:
        require_moderate(model, data.count)
    except ConfigError as error:
        raise ModelFolderError("model.json", str(error), AGAIN) from error
    weights = _read_tensors(path / "weights.safetensors", _size(parameter_shapes(model)))
    _check_tensors("weights.safetensors", weights, parameter_shapes(model))
    codes = version_1.renamed_arrays(_read_tensors(path / "codes.safetensors", LARGEST_TENSORS))
    expected = (
        code_shapes(model, data.count)
        | projection_shapes(codes, model.latent_dim, data.count)
        | samplers.tensor_shapes(codes, model.latent_dim)
    )
    if codes.keys() & prediction_shapes(0).keys():
        expected |= prediction_shapes(data.count)
    _check_tensors("codes.safetensors", codes, expected)
    for name in CLASS_ARRAYS & codes.keys():
        if int(codes[name].max()) >= len(data.classes):
            raise ModelFolderError(
                "codes.safetensors", f"a {name} of {codes[name].max()} found, {len(data.classes)} classes stated", AGAIN
            )
    return ModelFolder(
        name=about.name,
        title=about.title,
        teaches=about.teaches,
        config=model,
        data=data,
        training=about.training,
        metrics=about.metrics,
        history=about.history,
        made_by=about.made_by,
        uses=about.uses,
        weights=weights,
        codes=codes,
        path=path,
    )


def write(folder: ModelFolder, path: Path, pictures: dict[str, bytes], overwrite: bool = False) -> None:
    """Write a model folder at `path`, whole or not at all; `pictures` are the PNG files in it, by name.

    Raises:
        OutputError: `path` exists and `overwrite` is False, or it cannot be written (rights, full disk).
    """
    require_free(path, overwrite)
    bodies = _about_and_codes(folder) | {"weights.safetensors": save(half.packed(folder.weights))} | pictures
    try:
        atomic.write_folder(path, bodies)
    except OSError as error:
        raise OutputError(
            f"{path} cannot be written ({error}). Free some space, or choose another folder with --output"
        ) from error


def update(folder: ModelFolder, path: Path) -> None:
    """Replace `model.json` and `codes.safetensors` of an existing model folder.

    Each file is replaced in one step: it is either the old or the new one.

    Raises:
        OutputError: they cannot be written (rights, full disk).
    """
    try:
        atomic.write_files(path, _about_and_codes(folder))
    except OSError as error:
        raise OutputError(f"{path} cannot be written ({error}). Free some space, or allow it to be written") from error


def require_moderate(config: ModelConfig, count: int) -> None:
    """Raise ConfigError if a model or its codes of `count` pictures are larger than `LARGEST_TENSORS`."""
    for what, size in (
        ("its weights", _size(parameter_shapes(config))),
        (f"the codes of {count:,} pictures ({config.latent_dim} dimensions)", _size(code_shapes(config, count))),
    ):
        if size > LARGEST_TENSORS:
            raise ConfigError(f"{what} take {size:,} bytes, at most {LARGEST_TENSORS:,} can be opened")


def require_free(path: Path, overwrite: bool) -> None:
    """Raise OutputError unless a model folder may be written at `path`."""
    try:
        has_model = (path / "model.json").exists()
        if path.exists() and not path.is_dir():
            raise OutputError(f"{path} is a file; a folder was expected. Choose another name with --output")
        if path.exists() and any(path.iterdir()) and not has_model:
            raise OutputError(f"{path} holds other files and no model. Choose another folder with --output")
        if has_model and not overwrite:
            raise OutputError(
                f"{path} already holds a model. Add --overwrite to replace it, or choose another --output"
            )
        nearest = next(folder for folder in path.absolute().parents if folder.exists())
        if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
            raise OutputError(f"{nearest} is not a folder that can be written to. Choose another place with --output")
    except OSError as error:
        raise OutputError(
            f"{path} cannot be looked into ({error.strerror}). Allow it, or choose another folder with --output"
        ) from error


def _about_and_codes(folder: ModelFolder) -> dict[str, bytes]:
    """The two files that can change after a model was trained."""
    return {"codes.safetensors": save(half.packed(folder.codes)), "model.json": model_json.to_text(folder).encode()}


def _read_tensors(file: Path, most: int) -> dict[str, Array]:
    try:
        tensors, _ = tensor_file.read(file, most, AGAIN)
    except FileError as error:
        raise ModelFolderError(file.name, error.problem, error.fix) from error
    return tensors


def _size(shapes: Mapping[str, tuple[int, ...]]) -> int:
    """Bytes of float32 arrays of these shapes."""
    return 4 * sum(math.prod(shape) for shape in shapes.values())


def _check_tensors(file: str, found: dict[str, Array], expected: dict[str, tuple[int, ...]]) -> None:
    for name in found:
        if name not in expected:
            raise ModelFolderError(file, f"{name[:60]!r} found, which the model's settings do not call for", AGAIN)
    for name, shape in expected.items():
        tensor = found.get(name)
        if tensor is None:
            raise ModelFolderError(file, f"{name} is missing", AGAIN)
        dtype = np.dtype(np.uint8 if name in CLASS_ARRAYS else np.float32)
        if tensor.shape != shape or tensor.dtype != dtype:
            raise ModelFolderError(file, f"{name} is {tensor.dtype} {tensor.shape}, {dtype} {shape} expected", AGAIN)
        largest = max(-float(tensor.min(initial=0)), float(tensor.max(initial=0)))
        if not math.isfinite(largest):
            raise ModelFolderError(file, f"{name} holds a number that is not finite", AGAIN)
        most = LARGEST_CODE if name == "mu" else LARGEST_NUMBER
        if largest > most:
            raise ModelFolderError(file, f"{name} reaches {largest:g}, at most {most:g} expected", AGAIN)
