"""`train import` finds the weights in what people save around them; of any other file one line says what it is."""

from __future__ import annotations

import argparse
import os
import pickle
import sys
import zipfile
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from tests.unit.foreign import Weights, dense, saved, small_layers
from train.__main__ import main
from train.importing import weights_file
from train.importing.run import read_networks
from vae_explorer.errors import DataError


@pytest.fixture
def weights() -> Weights:
    return small_layers()


def prefixed(prefix: str) -> Callable[[Weights], Any]:
    return lambda weights: {prefix + name: tensor for name, tensor in weights.items()}


def with_optimizer(weights: Weights) -> Any:
    moments = {i: {"exp_avg": t.clone(), "exp_avg_sq": t.clone(), "step": 3} for i, t in enumerate(weights.values())}
    groups = [{"lr": 1e-3, "params": list(moments)}]
    return {"net": weights, "optimizer": {"state": moments, "param_groups": groups}, "epoch": 3}


def in_halves(weights: Weights) -> Any:
    encoder = {name: tensor for name, tensor in weights.items() if name[2] in "12"}
    decoder = {name: tensor for name, tensor in weights.items() if name[2] in "34"}
    return {"decoder_state": decoder, "encoder_state": encoder, "optim": with_optimizer(weights)["optimizer"]}


@dataclass
class Settings:
    """A script's own."""

    lr: float = 1e-3


class Kind(Enum):
    SMALL = 1


class AttributeDict(dict[str, Any]):
    """As Lightning and others have them: settings by key and by attribute."""


AROUND: dict[str, Callable[[Weights], Any]] = {
    "data parallel": prefixed("module."),
    "compiled": prefixed("_orig_mod."),
    "wrappers": prefixed("_orig_mod.module.net.vae."),
    "lightning": lambda w: {"state_dict": prefixed("model.")(w), "hyper_parameters": {"dim": 3}, "epoch": 9},
    "optimizer": with_optimizer,
    "halves": in_halves,
    "averages": lambda w: {"ema": {k: t * 0 for k, t in w.items()}, "model": w},
    "averages in the state dict": lambda w: {f"ema.{k}": t * 0 for k, t in w.items()} | prefixed("model.")(w),
    "a list": lambda w: list(w.values()),
    "deep": lambda w: {"checkpoint": {"models": [{"state": w}]}},
    "buffers": lambda w: w | {"prior_mean": torch.zeros(3), "beta": torch.tensor(1.0)},
    "a number of numpy": lambda w: {"model": w, "best_loss": np.float64(104.2)},
    "arrays of numpy": lambda w: {"model": w, "losses": np.arange(3.0), "kind": np.dtype("float32")},
    "arguments": lambda w: {"model": w, "args": argparse.Namespace(lr=1e-3, output=Path("there"))},
    "a discriminator": lambda w: w | prefixed("discriminator.")(dense(784, 9, 1).state_dict()),
    "a discriminator of a short name": lambda w: w | prefixed("D.")(dense(3, 9, 9, 2).state_dict()),
    "a classifier": lambda w: prefixed("classifier.")(nn.Linear(3, 3).state_dict()) | w,
    "a network of another kind": lambda w: w | prefixed("flow.")(dense(5, 7, 7, 5).state_dict()),
    "averages beside the layers": lambda w: w | prefixed("ema_model.")({k: t * 0 for k, t in w.items()}),
    "inputs in rows": lambda w: {k.replace("weight", "kernel"): t.t() if t.dim() == 2 else t for k, t in w.items()},
    "Keras's names": lambda w: {f"vae/{k.replace('.', '/')}:0": t for k, t in w.items()},
    "float64": lambda w: {name: tensor.double() for name, tensor in w.items()},
    "bfloat16": lambda w: {name: tensor.bfloat16() for name, tensor in w.items()},
    "parameters": lambda w: {name: nn.Parameter(tensor) for name, tensor in w.items()},
    "a history": lambda w: {"model": w, "history": defaultdict(list, {"loss": [1.0]})},
    "settings of a class": lambda w: {"model": w, "config": Settings(), "kind": Kind.SMALL, "when": datetime.now(UTC)},
    "a dict of a class": lambda w: {"model": w, "hyper_parameters": AttributeDict(lr=1e-3)},
    "itself": lambda w: (kept := {"model": w}) | {"again": [kept, kept]},
}


@pytest.mark.parametrize("kind", AROUND)
def test_what_scripts_save_around_it(kind: str, weights: Weights, tmp_path: Path) -> None:
    (network, *_) = read_networks(saved(AROUND[kind](weights), tmp_path))
    found = [step.part.weight for step in (*network.trunk, *network.heads, *network.decoder)]
    for tensor, layer in zip(found, ("fc1", "fc21", "fc22", "fc3", "fc4"), strict=True):
        wanted = weights[f"{layer}.weight"]
        assert torch.equal(tensor.float(), wanted.bfloat16().float() if kind == "bfloat16" else wanted)


def test_safetensors(weights: Weights, tmp_path: Path) -> None:
    save_file(dict(sorted(weights.items())), tmp_path / "theirs.safetensors")
    (network, *_) = read_networks(tmp_path / "theirs.safetensors")
    assert [step.part.name for step in network.heads] == ["fc21", "fc22"]


def test_names_of_no_use(weights: Weights, tmp_path: Path) -> None:
    """One flat list of tensors, as of a script without modules."""
    flat = {}
    for number, layer in enumerate(("fc1", "fc21", "fc22", "fc3", "fc4")):
        flat |= {f"W{number}": weights[f"{layer}.weight"], f"b{number}": weights[f"{layer}.bias"]}
    (network, *_) = read_networks(saved(flat, tmp_path))
    assert [step.part.name for step in network.decoder] == ["W3", "W4"]
    assert network.decoder[1].part.bias is not None
    assert torch.equal(network.decoder[1].part.bias, weights["fc4.bias"])


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "vae.pth")
    for path, kind in ((tmp_path / "vae.pth", "a pipe"), (tmp_path, "a folder")):
        with pytest.raises(DataError, match=f"{path.name}: {kind} found, a file expected. Name a file of weights"):
            read_networks(path)
    with pytest.raises(DataError, match=r"absent.pth: cannot be read \(No such file"):
        read_networks(tmp_path / "absent.pth")


def test_a_file_that_unpacks_to_more_than_any_model_is_not_unpacked(
    weights: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weights_file, "LARGEST_FILE", 1000)
    file = saved(weights, tmp_path)
    monkeypatch.setattr(torch, "load", lambda *_, **__: pytest.fail("it was opened"))
    with pytest.raises(DataError, match="more than any model of this kind"):
        read_networks(file)


class Hostile:
    """Makes the file at `path` when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("kind", ["plain pickle", "protocol 4", "zip archive", "old format", "inside a state dict"])
def test_no_code_in_a_hostile_file_runs(
    kind: str, weights: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    trap = tmp_path / "trap"
    hostile = Hostile(trap)
    file = tmp_path / "vae.pth"
    if kind in ("plain pickle", "protocol 4"):
        body = pickle.dumps({"encoder.0.weight": hostile}, protocol=2 if kind == "plain pickle" else 4)
        pickle.loads(body)  # noqa: S301
        assert trap.exists(), "the file is a real danger"
        trap.unlink()
        file.write_bytes(body)
    else:
        inside = weights if kind == "inside a state dict" else {}
        torch.save({**inside, "fc3.bias": hostile}, file, _use_new_zipfile_serialization=kind != "old format")
    monkeypatch.setattr(sys, "argv", ["train", "import", str(file), "--name", "mine"])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    assert not trap.exists()
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"error: {file}: ")
    assert not (tmp_path / "models" / "mine").exists()


@pytest.mark.parametrize("name", ["numpy.dtype", "pathlib.PosixPath", "argparse.Namespace", "theirs.Settings"])
def test_nothing_of_what_is_ignored_is_called(name: str, weights: Weights, tmp_path: Path) -> None:
    """`numpy.dtype` and the like are names in the file; what stands for them takes anything and does nothing."""
    file = saved({"model": weights, "beside": 0}, tmp_path)
    with zipfile.ZipFile(file) as archive:
        entries = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    (program,) = (entry for entry in entries if entry.endswith("data.pkl"))
    last = b"K\x00u."  # the number, and the end of the dict
    assert entries[program].endswith(last)
    module, _, what = name.rpartition(".")
    # what("no such", 7), with a state
    call = f"c{module}\n{what}\n".encode() + b"X\x07\x00\x00\x00no suchK\x07\x86RK\x07b"
    entries[program] = entries[program].removesuffix(last) + call + b"u."
    with zipfile.ZipFile(file, "w") as archive:
        for entry, content in entries.items():
            archive.writestr(entry, content)
    assert read_networks(file)[0].latent_dim == 3
