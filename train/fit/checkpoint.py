"""The state of a run on disk: one safetensors file with the history and the settings as JSON in its header."""

from __future__ import annotations

import json
import math
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from vae_explorer.errors import ConfigError, DataError, OutputError
from vae_explorer.storage import atomic, regular_file

from .loop import Epoch, Trainer

# Model, run and data set of a run, as JSON by name; a run can only be resumed with the same ones.
Settings = dict[str, Any]

State = tuple[dict[str, Tensor], list[Epoch]]  # what `Trainer.restore` takes

# The file is written at most this often; it is how much of a run is lost when the power fails.
SECONDS = 10.0


def checkpoint_path(output: Path) -> Path:
    """Where the run that ends in the model folder `output` keeps its state."""
    return output.parent / f".{output.name}.checkpoint"


class Keeper:
    """Keeps the state of a run after each epoch: in memory, and in the file when that is older than `every` seconds.

    To write it each time, and wait for the disk, would take as long as an epoch on a GPU. A run that is killed goes on
    from the file; one that ends in any other way writes what is in memory before.
    """

    def __init__(self, path: Path, settings: Settings, every: float = SECONDS) -> None:
        self.path, self.settings, self.every = path, settings, every
        self._written = -math.inf
        self._unwritten: State | None = None

    def keep(self, trainer: Trainer) -> None:
        """Keep the state of a run at the end of an epoch.

        Raises:
            OutputError: it cannot be written.
        """
        self._unwritten = trainer.state(), list(trainer.history)
        if time.monotonic() - self._written >= self.every:
            self.write()

    def write(self) -> None:
        """Write what the file does not have yet; raises as `keep` does."""
        if self._unwritten is not None:
            write(self.path, *self._unwritten, self.settings)
            self._unwritten, self._written = None, time.monotonic()


def write(path: Path, tensors: dict[str, Tensor], history: list[Epoch], settings: Settings) -> None:
    """Write what `Checkpoint` reads, whole or not at all.

    Raises:
        OutputError: it cannot be written.
    """
    metadata = {
        "history": json.dumps([asdict(epoch) for epoch in history]),
        "settings": json.dumps(settings),
    }
    on_cpu = {name: tensor.cpu() for name, tensor in tensors.items()}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic.write_file(path, safetensors.torch.save(on_cpu, metadata))
    except OSError as error:
        raise OutputError(
            f"{path} cannot be written ({error}). Free some space, or choose another folder with --output"
        ) from error


class Checkpoint:
    """What `write` wrote: the settings, the history, and the tensors that `Trainer.restore` takes.

    Raises:
        DataError: the file is damaged, no checkpoint, or no regular file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            regular_file.require_regular(path, path.stat())
            with safe_open(path, framework="pt") as file:
                header = file.metadata() or {}
                # Copies: tensors as they are read are mapped from the file, which Windows could not replace then.
                self.tensors = {name: file.get_tensor(name).clone() for name in file.keys()}  # noqa: SIM118
            self.history = [Epoch(**entry) for entry in json.loads(header["history"])]
            self.settings: Settings = json.loads(header["settings"])
            numbers = [value for epoch in self.history for value in asdict(epoch).values()]
            if not isinstance(self.settings, dict) or not all(isinstance(number, int | float) for number in numbers):
                raise ValueError("its settings are no object, or its history holds something that is no number")
        except (OSError, SafetensorError, KeyError, ValueError, TypeError, RecursionError) as error:
            reason = str(error)[:120]
            raise DataError(f"{path}: not a readable checkpoint ({reason}). Delete it and start again") from error

    def restore(self, trainer: Trainer) -> None:
        """Bring `trainer` to where the run was.

        Raises:
            DataError: the tensors are not those of its model.
        """
        try:
            trainer.restore(self.tensors, self.history)
        except torch.OutOfMemoryError:
            raise
        except (KeyError, RuntimeError) as error:  # a tensor is missing, or has another shape
            reason = " ".join(str(error).split())[:120]
            raise DataError(
                f"{self.path}: not a checkpoint of this model ({reason}). Delete it and start again"
            ) from error


def find(path: Path, settings: Settings, resume: bool, overwrite: bool) -> Checkpoint | None:
    """The checkpoint to resume from, or None to start from scratch.

    Raises:
        OutputError: there is one, and neither to resume nor to overwrite was asked for.
        ConfigError: it was made with other settings.
        DataError: it is damaged, or no regular file.
    """
    if not path.exists() or (overwrite and not resume):
        return None
    if not resume:
        raise OutputError(f"{path} holds a stopped run. Add --resume to continue it, or --overwrite to start again")
    saved = Checkpoint(path)
    for name, wanted in settings.items():
        found = saved.settings.get(name)
        if found != wanted:
            raise ConfigError(
                f"the stopped run has {name} {found}, not {wanted}. Give the same options, or --overwrite"
            )
    return saved
