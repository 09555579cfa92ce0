"""The model folder: the only reader and writer of the format. numpy, safetensors and json; no torch, no pickle.

    model.json           what the model is, how it was made, what it is worth
    weights.safetensors  float32, names and shapes of `vae_explorer.layers.parameter_shapes`
    codes.safetensors    the encoded test pictures, their projections, the mixture (`code_shapes`)
    digits.png           the test pictures, left out where the package ships them (`vae_explorer.digits`)
    samples.png          8x8 random samples, seed fixed
"""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from vae_explorer.config import ModelConfig
from vae_explorer.errors import ConfigError, ModelFolderError, OutputError
from vae_explorer.layers import parameter_shapes

FORMAT = "vae-explorer-model"
FORMAT_VERSION = 1

AGAIN = "Train or copy the model again; the others are not affected."
LARGEST_JSON = 8 * 2**20
LONGEST_TEXT = 500

Array = NDArray[Any]


@dataclass(frozen=True)
class DataInfo:
    """The data set behind a model. `noun` and `nouns` are what captions call one picture and several.

    `classes` names the classes in the order of the labels; `count` is the number of test pictures, and
    `sha256` that of their pixels.
    """

    name: str
    noun: str
    nouns: str
    classes: tuple[str, ...]
    count: int
    sha256: str


@dataclass(frozen=True)
class ModelFolder:
    """One model, whole. `weights` and `codes` hold float32 arrays (`label`: uint8) by name.

    `metrics` maps a name to `{"value": number, "unit": text, …}`; `training` holds the settings of the run,
    `made_by` torch version, device, seconds and commit; `history` one entry an epoch.
    """

    name: str
    title: str
    teaches: str
    config: ModelConfig
    data: DataInfo
    training: dict[str, Any]
    metrics: dict[str, dict[str, Any]]
    history: list[dict[str, Any]]
    made_by: dict[str, Any]
    weights: dict[str, Array] = field(repr=False)
    codes: dict[str, Array] = field(repr=False)
    path: Path = Path()


def code_shapes(config: ModelConfig, count: int, components: int) -> dict[str, tuple[int, ...]]:
    """Name and shape of every array in `codes.safetensors`.

    `mu`, `log_var`: the posterior of each test picture. `reconstruction`, `kl`: nats. `pca`: coordinates on
    the first three principal axes, `(x - pca_mean) @ pca_components.T`, zero where a code has fewer than three
    dimensions. `tsne`: the t-SNE map. `mixture_*`: a Gaussian mixture fitted to the aggregate posterior.
    """
    dim = config.latent_dim
    return {
        "mu": (count, dim),
        "log_var": (count, dim),
        "label": (count,),
        "reconstruction": (count,),
        "kl": (count,),
        "pca": (count, 3),
        "pca_mean": (dim,),
        "pca_components": (3, dim),
        "tsne": (count, 2),
        "mixture_weights": (components,),
        "mixture_means": (components, dim),
        "mixture_cholesky": (components, dim, dim),
    }


def read(path: Path) -> ModelFolder:
    """Read and check a model folder.

    Raises:
        ModelFolderError: a file is missing, unreadable, damaged, of a newer format, of a wrong shape, or
            holds numbers that are not finite.
    """
    about = _read_json(path / "model.json")
    model = _model(about)
    data = _data(about)
    weights = _read_tensors(path / "weights.safetensors")
    _check_tensors("weights.safetensors", weights, parameter_shapes(model))
    codes = _read_tensors(path / "codes.safetensors")
    components = len(codes["mixture_weights"]) if np.ndim(codes.get("mixture_weights")) == 1 else 1
    _check_tensors("codes.safetensors", codes, code_shapes(model, data.count, components))
    if int(codes["label"].max()) >= len(data.classes):
        raise ModelFolderError(
            "codes.safetensors", f"a label of {codes['label'].max()} found, {len(data.classes)} classes stated", AGAIN
        )
    return ModelFolder(
        name=_text(about, "name"),
        title=_text(about, "title"),
        teaches=_text(about, "teaches"),
        config=model,
        data=data,
        training=_object(about, "training"),
        metrics=_metrics(about),
        history=_history(about),
        made_by=_object(about, "made_by"),
        weights=weights,
        codes=codes,
        path=path,
    )


def write(folder: ModelFolder, path: Path, pictures: dict[str, bytes], overwrite: bool = False) -> None:
    """Write a model folder at `path`, whole or not at all; `pictures` are the PNG files beside it, by name.

    Raises:
        OutputError: `path` exists and `overwrite` is False, or it cannot be written (rights, full disk).
    """
    about = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "name": folder.name,
        "title": folder.title,
        "teaches": folder.teaches,
        "model": folder.config.to_json(),
        "data": asdict(folder.data),
        "pixels": {"shape": [28, 28], "range": [0, 1], "order": "row-major, grey, ink is 1"},
        "training": folder.training,
        "metrics": folder.metrics,
        "made_by": folder.made_by,
        "history": folder.history,
    }
    with _replacing(path, overwrite) as target:
        (target / "model.json").write_text(json.dumps(about, indent=1, allow_nan=False) + "\n", encoding="utf-8")
        save_file(folder.weights, target / "weights.safetensors")
        save_file(folder.codes, target / "codes.safetensors")
        for name, png in pictures.items():
            (target / name).write_bytes(png)


def require_free(path: Path, overwrite: bool) -> None:
    """Raise OutputError unless a model folder may be written at `path`."""
    if path.exists() and not path.is_dir():
        raise OutputError(f"{path} is a file; a folder was expected. Choose another name with --output")
    if path.exists() and any(path.iterdir()) and not (path / "model.json").exists():
        raise OutputError(f"{path} holds other files and no model. Choose another folder with --output")
    if (path / "model.json").exists() and not overwrite:
        raise OutputError(f"{path} already holds a model. Add --overwrite to replace it, or choose another --output")


@contextmanager
def _replacing(path: Path, overwrite: bool) -> Iterator[Path]:
    """A new folder beside `path` that takes its place once the block has ended without an error."""
    require_free(path, overwrite)
    fresh: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
        fresh.chmod(0o755)
        yield fresh
        for file in fresh.iterdir():
            file.chmod(0o644)
            with file.open("rb") as handle:
                os.fsync(handle.fileno())
        if path.exists():
            old = Path(tempfile.mkdtemp(prefix=f".{path.name}-old-", dir=path.parent))
            path.rename(old / path.name)
            fresh.rename(path)
            shutil.rmtree(old)
        else:
            fresh.rename(path)
    except (OSError, SafetensorError) as error:
        raise OutputError(
            f"{path} cannot be written ({error}). Free some space, or choose another folder with --output"
        ) from error
    finally:
        if fresh is not None and fresh.exists():
            shutil.rmtree(fresh, ignore_errors=True)


def _read_json(file: Path) -> dict[str, Any]:
    try:
        if file.stat().st_size > LARGEST_JSON:
            raise ModelFolderError(file.name, f"{file.stat().st_size:,} bytes, more than any model needs", AGAIN)
        about = json.loads(file.read_text(encoding="utf-8"), parse_constant=_refuse_constant)
    except FileNotFoundError as error:
        raise ModelFolderError(file.name, "missing", AGAIN) from error
    except OSError as error:
        raise ModelFolderError(file.name, f"cannot be read ({error.strerror})", "Give yourself the right to.") from error
    except (ValueError, RecursionError) as error:
        raise ModelFolderError(file.name, f"not valid JSON ({str(error)[:80]})", AGAIN) from error
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise ModelFolderError(file.name, f'not a model: "format": "{FORMAT}" expected', AGAIN)
    version = about.get("format_version")
    if version != FORMAT_VERSION:
        newer = isinstance(version, int) and version > FORMAT_VERSION
        mend = "Update this program to open it." if newer else AGAIN
        raise ModelFolderError(file.name, f"format version {version!r} found, {FORMAT_VERSION} expected", mend)
    return about


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number that JSON knows")


def _model(about: dict[str, Any]) -> ModelConfig:
    try:
        return ModelConfig.from_json(about.get("model"))
    except (ConfigError, TypeError) as error:
        raise ModelFolderError("model.json", f"field model: {error}", AGAIN) from error


def _data(about: dict[str, Any]) -> DataInfo:
    value = _object(about, "data")
    if set(value) != {item.name for item in fields(DataInfo)}:
        raise ModelFolderError("model.json", f"field data: {sorted(value)} found", AGAIN)
    classes, count = value["classes"], value["count"]
    if not isinstance(classes, list) or not 1 <= len(classes) <= 256 or not all(map(_is_text, classes)):
        raise ModelFolderError("model.json", "field data.classes: a list of 1 to 256 names expected", AGAIN)
    if not isinstance(count, int) or isinstance(count, bool) or not 10 <= count <= 1_000_000:
        raise ModelFolderError("model.json", f"field data.count: {count!r} found, 10 to 1,000,000 expected", AGAIN)
    texts = {name: _text(value, name) for name in ("name", "noun", "nouns", "sha256")}
    if not re.fullmatch(r"[a-z0-9-]+", texts["name"]):
        raise ModelFolderError("model.json", f"field data.name: {texts['name']!r} is no plain name", AGAIN)
    return DataInfo(classes=tuple(classes), count=count, **texts)


def _metrics(about: dict[str, Any]) -> dict[str, dict[str, Any]]:
    metrics = _object(about, "metrics")
    for name, entry in metrics.items():
        if not isinstance(entry, dict) or not _is_number(entry.get("value")) or not _is_text(entry.get("unit")):
            raise ModelFolderError("model.json", f"field metrics.{name[:40]}: a value with a unit expected", AGAIN)
    return metrics


def _history(about: dict[str, Any]) -> list[dict[str, Any]]:
    history = about.get("history")
    if not isinstance(history, list) or not all(
        isinstance(entry, dict) and all(map(_is_number, entry.values())) for entry in history
    ):
        raise ModelFolderError("model.json", "field history: a list of epochs with numbers expected", AGAIN)
    return history


def _object(about: dict[str, Any], name: str) -> dict[str, Any]:
    value = about.get(name)
    if not isinstance(value, dict):
        raise ModelFolderError("model.json", f"field {name}: {type(value).__name__} found, an object expected", AGAIN)
    return value


def _text(about: dict[str, Any], name: str) -> str:
    value = about.get(name)
    if not isinstance(value, str) or not _is_text(value):
        raise ModelFolderError(
            "model.json", f"field {name}: one line of 1 to {LONGEST_TEXT} characters expected", AGAIN
        )
    return value


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= LONGEST_TEXT and value.isprintable()


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _read_tensors(file: Path) -> dict[str, Array]:
    try:
        return dict(load_file(file))
    except FileNotFoundError as error:
        raise ModelFolderError(file.name, "missing", AGAIN) from error
    except (OSError, SafetensorError, KeyError, ValueError, TypeError) as error:
        raise ModelFolderError(file.name, f"damaged or cut short ({str(error)[:80]})", AGAIN) from error


def _check_tensors(file: str, found: dict[str, Array], expected: dict[str, tuple[int, ...]]) -> None:
    for name in expected:
        if name not in found:
            raise ModelFolderError(file, f"{name} is missing", AGAIN)
    for name, tensor in found.items():
        shape = expected.get(name)
        if shape is None:
            raise ModelFolderError(file, f"{name[:60]!r} found, which the model's settings do not have", AGAIN)
        dtype = np.dtype(np.uint8 if name == "label" else np.float32)
        if tensor.shape != shape or tensor.dtype != dtype:
            raise ModelFolderError(file, f"{name} is {tensor.dtype} {tensor.shape}, {dtype} {shape} expected", AGAIN)
        if tensor.dtype == np.float32 and not np.isfinite(tensor).all():
            raise ModelFolderError(file, f"{name} holds a number that is not finite", AGAIN)
