"""A file is written whole or not at all, in a way that works on Windows too; and everything that writes does it so."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from train.data.load import load_data
from train.exporting import export_onnx
from train.fit import checkpoint
from train.fit.config import TrainConfig
from train.fit.loop import Images, Trainer
from vae_explorer.model.config import ModelConfig
from vae_explorer.model.vae import VAE
from vae_explorer.storage import atomic, classifier_file, model_folder
from vae_explorer.tsne_jobs.cache import TsneCache

from .test_classifier import random_classifier
from .test_model_folder import small_folder

CHECKOUT = Path(__file__).parents[2]
KILLS = 10


@pytest.fixture(scope="module")
def trainer(data_dir: Path) -> Trainer:
    """A run with one epoch behind it."""
    data = load_data("mnist", data_dir)
    images = Images.of(data, torch.device("cpu"))
    trainer = Trainer(VAE(ModelConfig("mlp", latent_dim=2, hidden=4)), TrainConfig(epochs=2, batch_size=500), images)
    trainer.run_epoch()
    return trainer


# Everything that writes files, each into the folder that it gets.
WRITERS: dict[str, Callable[[Path, Trainer], object]] = {
    "file": lambda folder, _: atomic.write_file(folder / "f", b"x" * 100_000),
    "classifier": lambda folder, _: classifier_file.write(random_classifier(), folder / "c.safetensors"),
    "checkpoint": lambda folder, trainer: checkpoint.Keeper(folder / "state", {}).keep(trainer),
    "model folder": lambda folder, _: model_folder.write(small_folder(), folder / "m", {"a.png": b"png"}, True),
    "update of a model folder": lambda folder, _: model_folder.update(small_folder(), folder),
    "t-SNE map": lambda folder, _: TsneCache(folder).put("0" * 32, np.zeros((5, 2))),
    "ONNX": lambda folder, trainer: export_onnx(trainer.model, folder, overwrite=True),
}


class Watch:
    """What is done to files.

    `flushed` has the access mode and the size of each one at its fsync, `moved` the size of each one that takes
    another's place, `held` the lines of /proc that say that one of the two was open or mapped then.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.flushed: list[tuple[int, int]] = []
        self.moved: list[int] = []
        self.held: list[str] = []
        fsync = os.fsync

        def watched_fsync(handle: int) -> None:
            self.flushed.append((fcntl.fcntl(handle, fcntl.F_GETFL) & os.O_ACCMODE, os.fstat(handle).st_size))
            fsync(handle)

        monkeypatch.setattr(os, "fsync", watched_fsync)
        for name in ("replace", "rename"):
            monkeypatch.setattr(os, name, self._watched_move(getattr(os, name)))

    def _watched_move(self, move: Callable[[Path, Path], None]) -> Callable[[Path, Path], None]:
        def watched(source: Path, target: Path) -> None:
            self.moved += [file.stat().st_size for file in files(Path(source))]
            self.held += [line for file in files(Path(source)) + files(Path(target)) for line in holders(file)]
            move(source, target)

        return watched


def files(path: Path) -> list[Path]:
    return [path] if path.is_file() else [file for file in path.glob("**/*") if file.is_file()]


def holders(file: Path) -> list[str]:
    """Lines that tell by what this process holds a file."""
    opened = [f"{handle}: {file}" for handle in Path("/proc/self/fd").iterdir() if same(handle, file)]
    mapped = [line for line in Path("/proc/self/maps").read_text().splitlines() if line.endswith(f" {file}")]
    return opened + mapped


def same(handle: Path, file: Path) -> bool:
    return handle.exists() and handle.samefile(file)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    return Watch(monkeypatch)


@pytest.mark.parametrize("writer", WRITERS)
def test_what_was_written_is_flushed_to_the_disk_before_it_takes_its_place(
    writer: str, trainer: Trainer, tmp_path: Path, watch: Watch
) -> None:
    """Windows refuses to flush a file that is open for reading; what a buffer still holds is not flushed at all."""
    WRITERS[writer](tmp_path, trainer)
    assert watch.flushed
    assert all(mode != os.O_RDONLY for mode, _ in watch.flushed)
    assert sorted(size for _, size in watch.flushed) == sorted(watch.moved)


@pytest.mark.parametrize("writer", WRITERS)
def test_nobody_holds_a_file_that_is_replaced(writer: str, trainer: Trainer, tmp_path: Path, watch: Watch) -> None:
    WRITERS[writer](tmp_path, trainer)
    WRITERS[writer](tmp_path, trainer)
    assert watch.held == []


def test_a_run_that_goes_on_lets_go_of_the_checkpoint(trainer: Trainer, tmp_path: Path, watch: Watch) -> None:
    checkpoint.Keeper(tmp_path / "state", {}).keep(trainer)
    saved = checkpoint.Checkpoint(tmp_path / "state")
    trainer.restore(saved.tensors, saved.history)
    checkpoint.Keeper(tmp_path / "state", {}).keep(trainer)
    assert watch.held == []
    assert saved.tensors


def test_a_model_folder_that_was_read_can_be_replaced(tmp_path: Path, watch: Watch) -> None:
    model_folder.write(small_folder(), tmp_path / "m", {})
    found = model_folder.read(tmp_path / "m")
    model_folder.write(found, tmp_path / "m", {}, overwrite=True)
    assert watch.held == []


WRITE_FOR_EVER = """
import itertools, sys
from pathlib import Path
from vae_explorer.storage import atomic
for turn in itertools.count():
    atomic.write_file(Path(sys.argv[1]), bytes([65 + turn % 26]) * (1_000_000 + turn % 26))
    if not turn: print("begun", flush=True)
"""


def test_a_program_that_is_killed_leaves_a_whole_file(tmp_path: Path) -> None:
    moments = np.random.default_rng(0)
    for _ in range(KILLS):
        command = [sys.executable, "-c", WRITE_FOR_EVER, str(tmp_path / "f")]
        with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"begun\n"
            time.sleep(moments.uniform(0, 0.05))
            process.kill()
        body = (tmp_path / "f").read_bytes()
        assert body == body[:1] * (1_000_000 + body[0] - 65)
    atomic.remove_file(tmp_path / "f")
    assert [file.name for file in tmp_path.iterdir()] == ["models"], "what it left of its last file goes with it"


def test_a_write_that_fails_leaves_every_old_file_and_no_rest(tmp_path: Path) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    atomic.write_files(folder, {"a": b"old a", "b": b"old b"})
    with pytest.raises(OSError, match="too long"):
        atomic.write_files(folder, {"a": b"new a", "x" * 300: b""})
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == {"a": b"old a", "b": b"old b"}
    with pytest.raises(OSError, match="too long"):
        atomic.write_folder(folder, {"a": b"new a", "x" * 300: b""})
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == {"a": b"old a", "b": b"old b"}
    assert sorted(file.name for file in tmp_path.iterdir()) == ["here", "models"]


def test_a_folder_replaces_another_whole(tmp_path: Path) -> None:
    atomic.write_folder(tmp_path / "here", {"a": b"old", "gone": b""})
    atomic.write_folder(tmp_path / "here", {"a": b"new", "b": b""})
    assert {file.name: file.read_bytes() for file in (tmp_path / "here").iterdir()} == {"a": b"new", "b": b""}
    assert sorted(file.name for file in tmp_path.iterdir()) == ["here", "models"]


def test_rests_of_killed_programs_are_removed_once_they_are_old(tmp_path: Path) -> None:
    old = [tmp_path / ".a.0123abcd.new", tmp_path / ".here-abcd_123"]
    young = [tmp_path / ".b.0123abcd.new", tmp_path / ".here-young_12"]
    others = [tmp_path / ".a.new", tmp_path / ".here-notes_12", tmp_path / ".there-abcd_123"]
    for path in (*old, *young, *others):
        if path.suffix:
            path.touch()
        else:
            (path / ("mine" if "notes" in path.name else "old")).mkdir(parents=True)
    for path in (*old, *others):
        os.utime(path, (0, 0))
    atomic.write_folder(tmp_path / "here", {"a": b""})
    atomic.write_file(tmp_path / "a", b"")
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(
        ["a", "here", "models", *(path.name for path in (*young, *others))]
    )


def test_the_only_copy_of_a_folder_is_kept(tmp_path: Path) -> None:
    only = tmp_path / ".here-abcd_123" / "old"
    only.mkdir(parents=True)
    os.utime(only.parent, (0, 0))
    atomic.write_folder(tmp_path / "there", {"a": b""})
    assert only.exists()
