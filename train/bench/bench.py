"""The command `bench`: the speed of this package and of the plain loop, alternating the two in one run.

Images per second are compared for the same model and mathematics. Time to quality is the wall time from the start of a
run, set-up included, until the test -ELBO is first at or below 100.9 nats with 20 latent dimensions, where the plain
recipe ends: for the plain loop its epochs to get there, from the history of the shipped run, times its seconds per
epoch measured here, or with `full` the real run.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch
from torch import profiler

from vae_explorer import paths
from vae_explorer.errors import DataError, TrainingError
from vae_explorer.model.vae import VAE
from vae_explorer.storage import model_folder

from ..data.load import load_data
from ..device import choose_device, describe
from ..fit.loop import Images, Trainer
from ..fit.recipes import find_recipe
from ..fit.step import first
from .plain import BATCH_SIZE, PlainRun

TARGET = 100.9
STEPS_PER_EPOCH = -(-60_000 // BATCH_SIZE)

# Above all of its levels: else torch's profiler reports among the figures that it starts, stops, and finds no GPU.
QUIET_PROFILER = ("KINETO_LOG_LEVEL", "99")

PROFILED_STEPS = 50
PRODUCTS = {"aten::mm", "aten::addmm"}


def bench(data_dir: Path, device_name: str, rounds: int, steps: int, full: bool) -> None:
    """Measure and print. `rounds` alternations of `steps` steps each."""
    device = choose_device(device_name)
    print(f"{describe(device)}; torch {torch.__version__}, Python {sys.version.split()[0]}")
    data = load_data("mnist", data_dir)  # downloads it where it is absent, which the plain loop does not
    try:
        plain = PlainRun(data_dir, device)
    except Exception as error:  # torchvision's, which knows one layout alone, and reads what old versions left
        raise DataError(
            f"{data_dir}: the plain loop cannot read it ({str(error)[:80]}). Unpack the files to "
            f"{data_dir / 'MNIST' / 'raw'}, and remove {data_dir / 'MNIST' / 'processed'}"
        ) from error
    recipe = find_recipe("plain")
    trainer = Trainer(VAE(recipe.model), recipe.train, Images.of(data, device))
    plain.steps(20)
    own_steps(trainer, 20)
    rates: list[tuple[float, float]] = [(plain.steps(steps), own_steps(trainer, steps)) for _ in range(rounds)]
    ratios = [own / theirs for theirs, own in rates]
    plain_rate, own_rate = (statistics.median(column) for column in zip(*rates, strict=True))
    print(f"images per second, same mathematics, {rounds} rounds of {steps} steps of {BATCH_SIZE}, medians:")
    print(f"  plain loop    {plain_rate:10,.0f}   ({60_000 / plain_rate:.2f} s per epoch)")
    print(f"  this package  {own_rate:10,.0f}   ({60_000 / own_rate:.2f} s per epoch)")
    print(f"  ratio         {statistics.median(ratios):10.2f}   (from {min(ratios):.2f} to {max(ratios):.2f})")
    name, seconds = kernel_seconds(trainer)
    print(f"  of this package's {60_000 / own_rate:.2f} s per epoch, {seconds * STEPS_PER_EPOCH:.2f} s are {name}")
    reference = _full_plain(plain) if full else _plain_seconds(plain_rate)
    own = seconds_to_target(data_dir, device_name)
    print(f"seconds to test -ELBO {TARGET} nats, 20 latent dimensions, set-up included:")
    how = "run here" if full else "epochs of the shipped run x seconds per epoch"
    print(f"  plain recipe  {reference:10.1f}   ({how})")
    if own is None:
        print(f"  recipe fast   did not reach {TARGET} nats; give it one more epoch in train/fit/recipes.py")
    else:
        print(f"  recipe fast   {own:10.1f}")
        print(f"  ratio         {reference / own:10.1f}")


def kernel_seconds(trainer: Trainer, steps: int = PROFILED_STEPS) -> tuple[str, float]:
    """The lower bound of a step's time, by name, and how many seconds per step it takes, from the profiler.

    It is the mean of at least `steps` steps, of at most one epoch.

    On CUDA the time of all kernels; on the CPU that of the matrix products, which no loop can do without.
    """
    cuda = trainer.device.type == "cuda"
    kinds = [profiler.ProfilerActivity.CUDA if cuda else profiler.ProfilerActivity.CPU]
    taken = first(trainer.begin(0), steps)
    _finish(trainer.device)
    os.environ.setdefault(*QUIET_PROFILER)
    with profiler.profile(activities=kinds) as profile:
        trainer.take(taken)
        _finish(trainer.device)
    events, steps = profile.key_averages(), sum(count for count, _ in taken)
    if cuda:
        return "kernels", sum(event.self_device_time_total for event in events) / 1e6 / steps
    return "matrix products", sum(e.self_cpu_time_total for e in events if e.key in PRODUCTS) / 1e6 / steps


def own_steps(trainer: Trainer, count: int) -> float:
    """Take at least `count` steps, of at most one epoch; returns images per second.

    What is drawn once an epoch counts as much as the steps are of one.
    """
    started = time.perf_counter()
    steps = first(trainer.begin(0), count)
    _finish(trainer.device)
    drawing = time.perf_counter() - started
    started = time.perf_counter()
    trainer.take(steps)
    _finish(trainer.device)
    images = sum(count * size for count, size in steps)
    return images / (time.perf_counter() - started + drawing * images / len(trainer.images.train))


def _finish(device: torch.device) -> None:
    """Wait for what is queued on a GPU."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def _plain_seconds(rate: float) -> float:
    """Seconds that the plain recipe needs to reach the target at `rate` images per second."""
    history = model_folder.read(paths.shipped_models() / "mlp-20").history
    reached = [entry["epoch"] for entry in history if entry["test_negative_elbo"] <= TARGET]
    epochs = reached[0] if reached else history[-1]["epoch"]
    return float(epochs * 60_000 / rate)


def _full_plain(run: PlainRun) -> float:
    """Seconds until the plain loop reaches the target, from new weights; 100 epochs at most."""
    run = PlainRun(run.data_dir, run.device)
    started = time.perf_counter()
    for _ in range(100):
        run.steps(STEPS_PER_EPOCH)
        if run.test() <= TARGET:
            break
    return time.perf_counter() - started


def seconds_to_target(data_dir: Path, device: str) -> float | None:
    """Seconds from the command to the first epoch in which `fast` is at the target, or None if it never is.

    The command is ended then, or after its last epoch: what it would publish is not looked at.
    """
    epochs = find_recipe("fast").train.epochs
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", paths.train_package(), "fit", "--recipe", "fast", "--device", device]
        command += ["--data-dir", str(data_dir), "--output", f"{folder}/fast"]
        started = time.perf_counter()
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            for line in process.stdout or ():
                if "test -elbo" not in line:
                    continue
                reached = float(line.split("test -elbo")[1].split()[0]) <= TARGET
                if reached or f"{epochs}/{epochs}" in line:
                    seconds = time.perf_counter() - started
                    process.terminate()
                    return seconds if reached else None
        raise TrainingError(f"the run of recipe fast ended early, with exit code {process.returncode}")
