"""Weights trained elsewhere: from a state dict saved by the textbook script to a model folder.

A `.pth` is a pickle, which can hold any program. It is read with torch's `weights_only=True`, which builds only tensors
and plain containers, and then every name and shape is compared with the textbook's.
"""

from __future__ import annotations

import math
import re
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from vae_explorer import paths
from vae_explorer.errors import ConfigError, DataError
from vae_explorer.model.config import PIXELS, ModelConfig
from vae_explorer.model.layers import parameter_shapes
from vae_explorer.model.vae import VAE
from vae_explorer.storage import model_folder, regular_file
from vae_explorer.storage.model_folder import ModelFolder

from .data.load import load_data
from .data.reading import AS_FOUND, Reading
from .device import choose_device
from .evaluate.encode import elbo_terms
from .fit.loop import Images
from .publish import publish

# Some scripts save more than the state dict, which is then under one of these keys.
WRAPPERS = ("state_dict", "model_state_dict", "model")
# DataParallel prefixes each name with this.
PREFIX = "module."

# The most that is read into memory, far more than the largest model that the app can show.
LARGEST_FILE = 1 * 2**30


@dataclass(frozen=True)
class Import:
    """What `import` was asked to do. `name` is that of the new folder among the user's own models."""

    file: Path
    name: str
    title: str
    teaches: str
    data_set: str
    data_dir: Path
    device: str
    overwrite: bool = False
    reading: Reading = AS_FOUND


def import_weights(what: Import) -> ModelFolder:
    """Read, evaluate and publish.

    Raises:
        VaeExplorerError: any of its kinds; a model that already has this name is then unchanged.
    """
    require_plain_name(what.name)
    output = paths.user_models() / what.name
    model_folder.require_free(output, what.overwrite)
    weights = read_weights(what.file)
    config = read_config(weights, what.file)
    device = choose_device(what.device)
    data = load_data(what.data_set, what.data_dir, what.reading)
    model_folder.require_moderate(config, len(data.test.labels))
    images = Images.of(data, device)
    model = VAE(config)
    model.load_state_dict(weights)
    model.to(device).eval().requires_grad_(False)
    if not math.isfinite(elbo_terms(model, images.test, images.test_labels).mean().negative_elbo):
        raise DataError(
            f"{what.file}: on the test pictures of {data.spec.name} its loss is not a number. The second half of the "
            "output of encoder.2 must be the log variance"
        )
    return publish(
        model,
        data,
        images,
        {"imported_from": what.file.name},
        [],
        path=output,
        title=what.title,
        teaches=what.teaches,
        device=device,
        overwrite=what.overwrite,
    )


def require_plain_name(name: str) -> None:
    """Raise ConfigError unless `name` can be the name of a model folder anywhere."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", name):
        raise ConfigError(
            f"name is {name[:80]!r}; it must be 1 to 64 letters, digits, dots, hyphens or underscores, and start with "
            "a letter or a digit"
        )


def read_weights(file: Path) -> dict[str, Tensor]:
    """The tensors of a state dict by name, as they are in the file. No code in the file is run.

    Raises:
        DataError: the file cannot be read, is no state dict, or would run code if it were unpickled.
    """
    try:
        _require_size(file)
        # Torch warns about foreign archives; the error below says enough.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found: Any = torch.load(file, map_location="cpu", weights_only=True)
    except DataError:
        raise
    except OSError as error:
        raise DataError(
            f"{file}: cannot be read ({error.strerror or 'damaged'}). Name a file saved by torch"
        ) from error
    except Exception as error:  # whatever a damaged, foreign or hostile file makes torch raise
        raise DataError(f"{file}: {_reason(error)}. Save it with torch.save(model.state_dict(), FILE)") from error
    for name in WRAPPERS:
        if isinstance(found, dict) and isinstance(found.get(name), dict):
            found = found[name]
    if not isinstance(found, dict) or not found:
        kind = "an empty dict" if found == {} else f"a {type(found).__name__}"
        raise DataError(f"{file}: {kind} found, a state dict expected. Save it with model.state_dict()")
    weights = {str(name).removeprefix(PREFIX): tensor for name, tensor in found.items()}
    for name, tensor in weights.items():
        if not isinstance(tensor, Tensor):
            raise DataError(f"{file}: {name[:60]!r} is a {type(tensor).__name__}; a state dict holds tensors only")
    return weights


def read_config(weights: dict[str, Tensor], file: Path) -> ModelConfig:
    """The architecture, inferred from the shapes. Converts `weights` to float32 in place.

    Raises:
        DataError: names or shapes are not the textbook's, or a number is not finite.
    """
    expected = parameter_shapes(ModelConfig("mlp"))
    foreign, missing = [name for name in weights if name not in expected], [n for n in expected if n not in weights]
    if foreign or missing:
        problem = f"{foreign[0][:60]!r} found" if foreign else f"{missing[0]} is missing"
        raise DataError(f"{file}: {problem}; expected are {', '.join(expected)}, each with weight and bias")
    shapes = {name: tuple(tensor.shape) for name, tensor in weights.items()}
    inner, outer = shapes["encoder.0.weight"], shapes["decoder.0.weight"]
    if len(inner) != 2 or len(outer) != 2:
        raise DataError(f"{file}: encoder.0.weight is {inner} and decoder.0.weight {outer}; two numbers each expected")
    (hidden, _), (decoder_hidden, latent_dim) = inner, outer
    if hidden != decoder_hidden:
        raise DataError(
            f"{file}: the encoder has {hidden:,} hidden units and the decoder {decoder_hidden:,}; both must be the same"
        )
    try:
        config = ModelConfig("mlp", latent_dim=latent_dim, hidden=hidden)
    except ConfigError as error:
        raise DataError(f"{file}: {error}") from error
    for name, shape in parameter_shapes(config).items():
        tensor = weights[name]
        if shapes[name] != shape:
            raise DataError(
                f"{file}: {name} is {shapes[name]}; {shape} expected for {latent_dim} latent dimensions, {hidden:,} "
                f"hidden units and {PIXELS} pixels"
            )
        if not tensor.is_floating_point() or tensor.layout != torch.strided or tensor.device.type != "cpu":
            raise DataError(f"{file}: {name} is not a dense tensor of floats ({tensor.dtype}, {tensor.layout})")
        weights[name] = tensor.detach().float().contiguous()
        if not weights[name].isfinite().all():
            raise DataError(f"{file}: {name} holds a number that is not finite. Save it from an earlier epoch")
    return config


def _require_size(file: Path) -> None:
    """Raise DataError if it is no file, or if it or its unpacked content is larger than any model of this kind."""
    found = file.stat()
    regular_file.require_regular(file, found, "Name a file saved by torch")
    size = found.st_size
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            size = max(size, sum(entry.file_size for entry in archive.infolist()))
    if size > LARGEST_FILE:
        raise DataError(f"{file}: {size:,} bytes, more than any model of this kind has ({LARGEST_FILE:,})")


def _reason(error: Exception) -> str:
    """The gist of torch's long message about a file."""
    text = str(error)
    wanted = re.search(r"GLOBAL ([\w.]{1,80})", text)
    if wanted:
        return f"it asks for {wanted.group(1)}, which no state dict needs, so it was not loaded"
    return f"not a file of weights that torch can read ({type(error).__name__})"
