"""A run that is killed or stopped resumes where it was, and ends with the weights of one that never was."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import save

from tests.command import Command
from train.data.load import load_data
from train.fit import checkpoint
from train.fit.config import TrainConfig
from train.fit.loop import Epoch, Images, Trainer, fit
from vae_explorer.errors import DataError
from vae_explorer.model.config import ModelConfig
from vae_explorer.model.vae import VAE
from vae_explorer.storage import model_folder
from vae_explorer.storage.model_folder import ModelFolder

KILLS = 15
# Nine epochs: after ten or more a run also fits UMAP, which numba compiles for a quarter of a minute each time.
SETTINGS = ("--epochs", "9", "--batch-size", "16", "--hidden", "64", "--average", "0.99", "--schedule", "one-cycle")


@pytest.fixture(scope="module")
def data_dir(small_data_dir: Path) -> Path:
    """Few pictures, so that much of a run is spent with writing its checkpoint and its model."""
    return small_data_dir


def fit_command(output: Path, data_dir: Path, *options: str) -> Command:
    return Command("fit", *SETTINGS, "--data-dir", data_dir, "--output", output, *options, cwd=output.parent)


@dataclass(frozen=True)
class Undisturbed:
    """A run that nobody disturbed: its model, how many lines it printed, and the seconds from one to the next."""

    model: ModelFolder
    lines: int
    seconds_a_line: float


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, data_dir: Path) -> Undisturbed:
    output = tmp_path_factory.mktemp("undisturbed") / "model"
    process = fit_command(output, data_dir)
    printed = [(line, time.monotonic()) for line in process.lines]
    done = process.finish()
    assert done.returncode == 0, done.stderr
    seconds = printed[-1][1] - printed[0][1]
    return Undisturbed(model_folder.read(output), len(printed), seconds / (len(printed) - 1))


def assert_same(found: ModelFolder, expected: ModelFolder) -> None:
    for kind in ("weights", "codes"):
        mine, theirs = getattr(found, kind), getattr(expected, kind)
        assert all(np.array_equal(mine[name], theirs[name]) for name in theirs), kind
    losses = [[entry[key] for key in ("epoch", "loss", "test_negative_elbo")] for entry in found.history]
    assert losses == [[entry[key] for key in ("epoch", "loss", "test_negative_elbo")] for entry in expected.history]


def test_killed_at_random_moments_it_ends_with_the_same_bits(
    undisturbed: Undisturbed, data_dir: Path, tmp_path: Path
) -> None:
    output = tmp_path / "model"
    moments = np.random.default_rng(5)
    kills = ends = resumed = 0
    while kills < KILLS or not ends:
        process = fit_command(output, data_dir, "--resume")
        out = ""
        if kills < KILLS:
            # After an epoch's line comes its checkpoint, after the last lines the model: both are met in the writing.
            out = "".join(itertools.islice(process.lines, int(moments.integers(1, undisturbed.lines))))
            time.sleep(moments.uniform(0, undisturbed.seconds_a_line))
            process.kill()
        done = process.finish()
        assert done.returncode in (0, -signal.SIGKILL), done.stderr
        assert "Traceback" not in done.stderr
        kills += done.returncode != 0
        resumed += "resuming after epoch" in out + done.stdout
        if output.exists():
            assert_same(model_folder.read(output), undisturbed.model)
            shutil.rmtree(output)  # the next one starts anew
            ends += 1
    assert resumed
    # Killed between the model's last write and this, a run leaves a checkpoint that is whole.
    done = fit_command(output, data_dir, "--resume").finish()
    assert done.returncode == 0, done.stderr
    assert_same(model_folder.read(output), undisturbed.model)
    assert not list(tmp_path.glob(".model.checkpoint*"))


def test_second_run_for_one_output_is_refused_at_its_start(data_dir: Path, tmp_path: Path) -> None:
    output = tmp_path / "out" / "model"
    output.parent.mkdir()
    first = fit_command(output, data_dir)
    next(first.lines)
    second = fit_command(output, data_dir).finish()
    assert second.returncode == 2
    assert second.stdout == ""
    assert f"another run is training for {output}. Wait until it ends" in " ".join(second.stderr.split())
    assert first.finish().returncode == 0
    assert model_folder.read(output).name == "model"
    assert [entry.name for entry in output.parent.iterdir()] == ["model"]


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
    checkpoint.Keeper(tmp_path / "state", {}).keep(first)
    saved = checkpoint.Checkpoint(tmp_path / "state")
    second.restore(saved.tensors, saved.history)
    fit(second, lambda _: None)
    for name, weight in whole.result.state_dict().items():
        assert torch.equal(weight, second.result.state_dict()[name]), name


def test_the_state_is_written_at_once_then_now_and_then_and_at_the_end(data_dir: Path, tmp_path: Path) -> None:
    images = Images.of(load_data("mnist", data_dir), torch.device("cpu"))

    def trainer() -> Trainer:
        torch.manual_seed(0)
        return Trainer(VAE(ModelConfig("conv", hidden=8, channels=2)), TrainConfig(epochs=4, average=0.9), images)

    def epochs() -> int:
        return len(checkpoint.Checkpoint(tmp_path / "state").history)

    run, keeper = trainer(), checkpoint.Keeper(tmp_path / "state", {}, every=float("inf"))
    for written in (1, 1, 1):
        run.run_epoch()
        keeper.keep(run)
        assert epochs() == written
    kept = run.state()
    run.run_epoch()  # what comes after must not change what is kept
    keeper.write()
    assert epochs() == 3
    saved = checkpoint.Checkpoint(tmp_path / "state")
    assert all(torch.equal(saved.tensors[name], tensor) for name, tensor in kept.items())
    (tmp_path / "state").unlink()
    keeper.write()
    assert not (tmp_path / "state").exists(), "nothing is written twice"
    often = checkpoint.Keeper(tmp_path / "state", {}, every=0)
    resumed = trainer()
    resumed.restore(saved.tensors, saved.history)
    resumed.run_epoch()
    often.keep(resumed)
    assert epochs() == 4
    assert all(torch.equal(tensor, run.state()[name]) for name, tensor in resumed.state().items())


def test_ctrl_c_keeps_the_last_epoch_and_says_how_to_continue(
    undisturbed: Undisturbed, data_dir: Path, tmp_path: Path
) -> None:
    output = tmp_path / "model"
    process = fit_command(output, data_dir)
    assert any(line.startswith("epoch   2") for line in process.lines)
    process.interrupt()
    done = process.finish()
    assert done.returncode == 2
    assert "--resume" in done.stderr
    assert "Traceback" not in done.stderr
    assert not output.exists()

    done = fit_command(output, data_dir).finish()
    assert done.returncode == 2, "a stopped run is not thrown away by the plain command"
    assert "--resume" in done.stderr
    done = fit_command(output, data_dir, "--resume", "--beta", "2").finish()
    assert done.returncode == 2
    assert "beta 1.0, not 2.0" in done.stderr

    done = fit_command(output, data_dir, "--resume").finish()
    assert done.returncode == 0, done.stderr
    assert "resuming after epoch" in done.stdout
    assert_same(model_folder.read(output), undisturbed.model)


def test_a_diverging_run_names_epoch_step_and_cause_and_keeps_the_last_epoch(data_dir: Path, tmp_path: Path) -> None:
    options = ("--schedule", "constant", "--learning-rate", "10", "--hidden", "400")
    done = fit_command(tmp_path / "model", data_dir, *options).finish()
    assert done.returncode == 2
    assert "the loss stopped being a number in epoch" in done.stderr
    assert "--learning-rate" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "model").exists()


def test_a_damaged_checkpoint_is_named(data_dir: Path, tmp_path: Path) -> None:
    (tmp_path / ".model.checkpoint").write_bytes(b"\0" * 100)
    done = fit_command(tmp_path / "model", data_dir, "--resume").finish()
    assert done.returncode == 2
    assert "not a readable checkpoint" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_pipe_in_place_of_a_checkpoint_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "state")
    with pytest.raises(DataError, match=r"state: a pipe found, a file expected\. Remove it"):
        checkpoint.find(tmp_path / "state", {}, resume=True, overwrite=False)


@pytest.mark.parametrize(
    ("history", "settings"),
    [
        ("[" * 200_000, "{}"),
        ("[]", "[" * 200_000),
        ("[]", "[]"),
        ("3", "{}"),
        ('[{"epoch": 1}]', "{}"),
        (json.dumps([dict.fromkeys(Epoch.__dataclass_fields__, "a")]), "{}"),
    ],
)
def test_a_checkpoint_with_another_header_is_named(history: str, settings: str, tmp_path: Path) -> None:
    (tmp_path / "state").write_bytes(save({}, {"history": history, "settings": settings}))
    with pytest.raises(
        DataError, match=r"state: not a readable checkpoint \(.*\)\. Delete it and start again"
    ) as caught:
        checkpoint.find(tmp_path / "state", {}, resume=True, overwrite=False)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    "lost", ["model.decoder.0.weight", "adam.exp_avg.decoder.0.weight", "average.decoder.0.weight"]
)
@pytest.mark.parametrize("shape", [None, (3, 5)])
def test_a_checkpoint_of_other_tensors_is_named(
    lost: str, shape: tuple[int, int] | None, data_dir: Path, tmp_path: Path
) -> None:
    images = Images.of(load_data("mnist", data_dir), torch.device("cpu"))
    trainer = Trainer(VAE(ModelConfig(hidden=16)), TrainConfig(average=0.9), images)
    trainer.run_epoch()
    checkpoint.Keeper(tmp_path / "state", {}).keep(trainer)
    saved = checkpoint.Checkpoint(tmp_path / "state")
    del saved.tensors[lost]
    if shape is not None:
        saved.tensors[lost] = torch.zeros(shape)
    with pytest.raises(
        DataError, match=r"state: not a checkpoint of this model \(.*\)\. Delete it and start again"
    ) as caught:
        saved.restore(trainer)
    assert "\n" not in str(caught.value)
