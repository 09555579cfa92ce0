"""A run's state on disk, one file: safetensors, its history and settings as JSON in the header."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import safetensors.torch
from safetensors import SafetensorError, safe_open

from vae_explorer.errors import DataError, OutputError
from vae_explorer.storage import atomic

from .loop import Epoch, Trainer


def checkpoint_path(output: Path) -> Path:
    """Where the run that ends in the model folder `output` keeps its state."""
    return output.parent / f".{output.name}.checkpoint"


def save(path: Path, trainer: Trainer, about: dict[str, Any]) -> None:
    """Write the run's state, whole or not at all; `about` is kept with it and given back by `Checkpoint`.

    Raises:
        OutputError: it cannot be written.
    """
    metadata = {
        "history": json.dumps([asdict(epoch) for epoch in trainer.history]),
        "about": json.dumps(about),
    }
    try:
        atomic.write_file(path, safetensors.torch.save(trainer.state(), metadata))
    except OSError as error:
        raise OutputError(
            f"{path} cannot be written ({error}). Free some space, or choose another folder with --output"
        ) from error


class Checkpoint:
    """What `save` wrote: `about`, the history, and the tensors that `Trainer.restore` takes.

    Raises:
        DataError: the file is damaged, or no checkpoint.
    """

    def __init__(self, path: Path) -> None:
        try:
            with safe_open(path, framework="pt") as file:
                header = file.metadata() or {}
                # Copies: what is read lies in the file itself, which could not be replaced on Windows then.
                self.tensors = {name: file.get_tensor(name).clone() for name in file.keys()}  # noqa: SIM118
            self.history = [Epoch(**entry) for entry in json.loads(header["history"])]
            self.about: dict[str, Any] = json.loads(header["about"])
        except (OSError, SafetensorError, KeyError, ValueError, TypeError) as error:
            raise DataError(f"{path}: not a readable checkpoint ({error}). Delete it and start again") from error
