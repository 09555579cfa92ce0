"""Two processes under torchrun fit the model that one process fits."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.command import TIMEOUT_S, train
from tests.server import ROOT
from train.fit.parallel import World, join
from vae_explorer import load
from vae_explorer.storage import model_folder


def test_two_processes_fit_what_one_fits(small_data_dir: Path, tmp_path: Path) -> None:
    # Shares differ by a row, and the last batch is a smaller one.
    options = ["fit", "--epochs", "2", "--batch-size", "31", "--data-dir", small_data_dir, "--output"]
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m", "train"]
    two_processes = subprocess.run(
        [*torchrun, *options, tmp_path / "two"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    for result in (train(*options, tmp_path / "one", cwd=tmp_path), two_processes):
        assert result.returncode == 0, result.stderr
        assert result.stdout.count("epoch ") == 2, "one process prints"
    one, two = model_folder.read(tmp_path / "one"), model_folder.read(tmp_path / "two")
    assert any(not np.array_equal(one.weights[name], two.weights[name]) for name in one.weights), "not shared at all?"
    # Adam divides by the gradient's own size, so that noise in a gradient near zero can move a single weight.
    for name, weight in one.weights.items():
        assert np.abs(weight - two.weights[name]).mean() < 1e-5, name
    z = torch.randn(100, 20)
    assert (load(tmp_path / "one").decode(z) - load(tmp_path / "two").decode(z)).abs().max() < 1e-3
    for first, second in zip(one.history, two.history, strict=True):
        for key in ("loss", "reconstruction", "kl", "test_negative_elbo"):
            assert abs(first[key] - second[key]) < 1e-2


def test_one_process_of_torchrun_is_a_world_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("TORCHELASTIC_RUN_ID", "run"), ("RANK", "0"), ("WORLD_SIZE", "1")):
        monkeypatch.setenv(name, value)
    assert join(torch.device("cpu")) == World()
    assert not torch.distributed.is_initialized(), "nothing is left to be closed at the end"
