"""A run that is killed or stopped resumes where it was, and ends with the weights of one that never was."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.mnist import write_data_dir
from train.data.load import load_data
from train.fit import checkpoint
from train.fit.config import TrainConfig
from train.fit.loop import Images, Trainer, fit
from vae_explorer.model.config import ModelConfig
from vae_explorer.model.vae import VAE
from vae_explorer.storage import model_folder

CHECKOUT = Path(__file__).parents[2]
KILLS = 20
SETTINGS = ("--epochs", "12", "--batch-size", "16", "--hidden", "64", "--average", "0.99", "--schedule", "one-cycle")


def start(output: Path, data_dir: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "train", "fit", *SETTINGS, "--data-dir", data_dir, "--output", output, *options],
        cwd=output.parent,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT), "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=300)
    return process.returncode, out, err


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_data_dir(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, data_dir: Path) -> tuple[model_folder.ModelFolder, float]:
    """The model of a run that nobody disturbed, and the seconds that it took."""
    output = tmp_path_factory.mktemp("undisturbed") / "model"
    started = time.monotonic()
    code, _, err = finish(start(output, data_dir))
    assert code == 0, err
    return model_folder.read(output), time.monotonic() - started


def assert_same(found: model_folder.ModelFolder, expected: model_folder.ModelFolder) -> None:
    for kind in ("weights", "codes"):
        mine, theirs = getattr(found, kind), getattr(expected, kind)
        assert all(np.array_equal(mine[name], theirs[name]) for name in theirs), kind
    losses = [[entry[key] for key in ("epoch", "loss", "test_negative_elbo")] for entry in found.history]
    assert losses == [[entry[key] for key in ("epoch", "loss", "test_negative_elbo")] for entry in expected.history]


def test_killed_at_random_moments_it_ends_with_the_same_bits(
    undisturbed: tuple[model_folder.ModelFolder, float], data_dir: Path, tmp_path: Path
) -> None:
    expected, seconds = undisturbed
    output = tmp_path / "model"
    moments = np.random.default_rng(5)
    kills = ends = resumed = 0
    while kills < KILLS or not ends:
        process = start(output, data_dir, "--resume")
        try:
            process.wait(moments.uniform(0.2, 1.0) * seconds if kills < KILLS else None)
        except subprocess.TimeoutExpired:
            process.kill()
            kills += 1
        _, out, err = finish(process)
        assert "Traceback" not in err
        resumed += "resuming after epoch" in out
        if output.exists():
            assert_same(model_folder.read(output), expected)
            shutil.rmtree(output)  # the next one starts anew
            ends += 1
    assert resumed
    # Killed between the model's last write and this, a run leaves a checkpoint that is whole.
    code, _, err = finish(start(output, data_dir, "--resume"))
    assert code == 0, err
    assert_same(model_folder.read(output), expected)
    assert not list(tmp_path.glob(".model.checkpoint*"))


def test_a_convolutional_run_resumes_with_the_same_bits(data_dir: Path, tmp_path: Path) -> None:
    """Its weights lie in memory in another order, channels last, which a file does not keep."""
    data = load_data("mnist", data_dir)
    images = Images.of(data, torch.device("cpu"))
    config = TrainConfig(epochs=3, average=0.9, schedule="one-cycle", augment=0.5)

    def trainer() -> Trainer:
        torch.manual_seed(0)
        return Trainer(VAE(ModelConfig("conv", latent_dim=4, hidden=16, channels=2)), config, images)

    whole, first, second = trainer(), trainer(), trainer()
    fit(whole, lambda _: None)
    first.run_epoch()
    checkpoint.save(tmp_path / "state", first, {})
    saved = checkpoint.Checkpoint(tmp_path / "state")
    second.restore(saved.tensors, saved.history)
    fit(second, lambda _: None)
    for name, weight in whole.result.state_dict().items():
        assert torch.equal(weight, second.result.state_dict()[name]), name


def test_ctrl_c_keeps_the_last_epoch_and_says_how_to_continue(
    undisturbed: tuple[model_folder.ModelFolder, float], data_dir: Path, tmp_path: Path
) -> None:
    output = tmp_path / "model"
    process = start(output, data_dir)
    assert process.stdout is not None
    while not process.stdout.readline().startswith("epoch   2"):
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    code, _, err = finish(process)
    assert code == 2
    assert "--resume" in err
    assert "Traceback" not in err
    assert not output.exists()

    code, _, err = finish(start(output, data_dir))
    assert code == 2, "a stopped run is not thrown away by the plain command"
    assert "--resume" in err
    code, _, err = finish(start(output, data_dir, "--resume", "--beta", "2"))
    assert code == 2
    assert "beta 1.0, not 2.0" in err

    code, out, err = finish(start(output, data_dir, "--resume"))
    assert code == 0, err
    assert "resuming after epoch" in out
    assert_same(model_folder.read(output), undisturbed[0])


def test_a_diverging_run_names_epoch_step_and_cause_and_keeps_the_last_epoch(data_dir: Path, tmp_path: Path) -> None:
    output = tmp_path / "model"
    code, _, err = finish(start(output, data_dir, "--schedule", "constant", "--learning-rate", "10", "--hidden", "400"))
    assert code == 2
    assert "the loss stopped being a number in epoch" in err
    assert "--learning-rate" in err
    assert "Traceback" not in err
    assert not output.exists()


def test_a_damaged_checkpoint_is_named(data_dir: Path, tmp_path: Path) -> None:
    (tmp_path / ".model.checkpoint").write_bytes(b"\0" * 100)
    code, _, err = finish(start(tmp_path / "model", data_dir, "--resume"))
    assert code == 2
    assert "not a readable checkpoint" in err
    assert len(err.strip().splitlines()) == 1
