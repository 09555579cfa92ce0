"""Pictures a second, seconds of the plain recipe, and time to quality."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from statistics import median

import torch

from tests.gpu.rows import Row, Setting, left_out, measured
from tests.server import ROOT
from train.bench import bench
from train.bench.plain import PlainRun
from train.device import choose_device
from train.fit.loop import Images, Trainer
from train.fit.recipes import find_recipe
from vae_explorer.model.vae import VAE

ROUNDS = 3
TRAINING_S, COMMAND_S, RATIO = 3.0, 30.0, 3.0


def rows(setting: Setting) -> Iterator[Row]:
    device = choose_device(setting.device)
    recipe, data = find_recipe("plain"), setting.data()
    torch.manual_seed(0)
    trainer = Trainer(VAE(recipe.model), recipe.train, Images.of(data, device))
    steps, epochs = (3, 2) if setting.small else (150, recipe.train.epochs)

    def ratio() -> tuple[str, bool | None]:
        plain = PlainRun(setting.data_dir, device)
        for warm_up in (plain.steps, lambda count: bench.own_steps(trainer, count)):
            warm_up(min(steps, 40))
        theirs, ours = zip(*((plain.steps(steps), bench.own_steps(trainer, steps)) for _ in range(ROUNDS)), strict=True)
        times = median(ours) / median(theirs)
        figure = f"{median(ours):,.0f} and {median(theirs):,.0f}: {times:.1f} times"
        return figure, None if setting.small else times >= RATIO

    def training() -> tuple[str, bool | None]:
        seconds = sum(trainer.run_epoch().seconds for _ in range(epochs))
        return f"{seconds:.2f} s", None if setting.small else seconds <= TRAINING_S

    def kernels() -> tuple[str, bool | None]:
        name, seconds = bench.kernel_seconds(trainer, steps)
        return f"{seconds * trainer.inputs.steps * epochs:.2f} s are {name}", None

    def whole() -> tuple[str, bool]:
        words = ["fit", "--recipe", "plain", "--epochs", str(epochs), "--device", setting.device]
        words += ["--data-dir", str(setting.data_dir), "--output", str(setting.work / "whole"), "--overwrite"]
        started = time.perf_counter()
        # A process of its own, which has to import torch, as a person's has.
        done = subprocess.run(
            [sys.executable, "-m", "train", *words], cwd=ROOT, capture_output=True, text=True, check=False
        )
        seconds = time.perf_counter() - started
        if done.returncode:
            return done.stderr.strip()[-200:], False
        return f"{seconds:.1f} s", seconds <= COMMAND_S

    yield measured("pictures a second, this package and the plain loop", f"at least {RATIO:g} times", ratio)
    yield measured(f"plain recipe, {epochs} epochs, training alone", f"at most {TRAINING_S:g} s", training)
    yield measured(f"of {epochs} epochs", "", kernels)
    whole_what = f"plain recipe, {epochs} epochs, command to folder"
    fast_what = f"seconds to {bench.TARGET} nats, recipe fast"
    if setting.small:
        yield left_out(whole_what, "the part fit has it")
        yield left_out(fast_what, "too few pictures")
        return

    def fast() -> tuple[str, bool]:
        seconds = bench.seconds_to_target(setting.data_dir, setting.device)
        return ("not reached", False) if seconds is None else (f"{seconds:.1f} s", True)

    yield measured(whole_what, f"at most {COMMAND_S:g} s", whole)
    yield measured(fast_what, "reached", fast)
