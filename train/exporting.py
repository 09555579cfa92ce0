"""A model as two ONNX files, for use without this project: onnxruntime, a browser, a phone."""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import torch
from torch import Tensor, nn

from vae_explorer.errors import MissingExtraError, OutputError
from vae_explorer.model.config import IMAGE_SIZE
from vae_explorer.model.vae import VAE
from vae_explorer.storage import atomic

if TYPE_CHECKING:
    from torch.onnx import ONNXProgram

ENCODER, DECODER = "encoder.onnx", "decoder.onnx"

# The size of the example batch; torch would take 0 or 1 for a fixed size.
EXAMPLES = 2


class _Encoder(nn.Module):
    """`x` `(B, 1, 28, 28)` in 0…1 → `mu`, `log_var` `(B, D)`."""

    def __init__(self, model: VAE) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: Tensor, label: Tensor | None = None) -> tuple[Tensor, Tensor]:
        return self.model.encode(x, label)


class _Decoder(nn.Module):
    """`z` `(B, D)` → `x` `(B, 1, 28, 28)`, means in 0…1."""

    def __init__(self, model: VAE) -> None:
        super().__init__()
        self.model = model

    def forward(self, z: Tensor, label: Tensor | None = None) -> Tensor:
        return self.model.decode(z, label)


def export_onnx(model: VAE, folder: Path, overwrite: bool = False) -> None:
    """Write `encoder.onnx` and `decoder.onnx` into `folder`, both or neither.

    `encoder.onnx`: `x` `(batch, 1, 28, 28)` float32 in 0…1 → `mu`, `log_var` `(batch, D)`. `decoder.onnx`: `z`
    `(batch, D)` → `x` `(batch, 1, 28, 28)`, means in 0…1. Both of a class-conditional model take `label` `(batch,)`
    int64 as well. The batch may have any size.

    Raises:
        MissingExtraError: onnx or onnxscript is not installed.
        OutputError: the files are there already and `overwrite` is False, or they cannot be written.
    """
    for name in (ENCODER, DECODER):
        if (folder / name).exists() and not overwrite:
            raise OutputError(f"{folder / name} is there already. Add --overwrite, or choose another --output")
    _require_packages()
    label = {"label": torch.zeros(EXAMPLES, dtype=torch.int64)} if model.config.classes else {}
    x = {"x": torch.zeros(EXAMPLES, 1, IMAGE_SIZE, IMAGE_SIZE)} | label
    z = {"z": torch.zeros(EXAMPLES, model.config.latent_dim)} | label
    programs = {ENCODER: _program(_Encoder(model), x, ["mu", "log_var"]), DECODER: _program(_Decoder(model), z, ["x"])}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        atomic.write_files(folder, {name: p.model_proto.SerializeToString() for name, p in programs.items()})
    except OSError as error:
        raise OutputError(
            f"{folder} cannot be written ({error}). Free some space, or choose another folder with --output"
        ) from error


def _require_packages() -> None:
    """Raise MissingExtraError unless the packages are installed that torch's exporter imports."""
    try:
        import onnx  # noqa: F401
        import onnxscript  # noqa: F401
    except ImportError as error:
        raise MissingExtraError(error.name or "onnx", "onnx") from error


def _program(module: nn.Module, inputs: dict[str, Tensor], outputs: list[str]) -> ONNXProgram:
    batch: Any = torch.export.Dim("batch")
    with _quietly():
        program = torch.onnx.export(
            module.eval(),
            kwargs=inputs,
            input_names=list(inputs),
            output_names=outputs,
            dynamic_shapes={name: {0: batch} for name in inputs},
            dynamo=True,
            verbose=False,
        )
    return cast("ONNXProgram", program)


@contextmanager
def _quietly() -> Iterator[None]:
    """Suppresses the exporter's messages about its own workings, which nobody can act on."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
