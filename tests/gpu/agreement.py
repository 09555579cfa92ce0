"""Whether CUDA computes what the CPU does, and a graph what its steps do one by one."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import profiler

from tests.gpu.rows import Row, Setting, left_out, measured
from train.data.data_set import DataSet
from train.device import choose_device
from train.fit.loop import Images, Trainer
from train.fit.recipes import find_recipe
from train.fit.step import first
from vae_explorer.model.vae import VAE

COMPARED = ((10, 1e-4), (60, 1e-3))  # steps, and how far their sums may differ in proportion
CAPTURED = {"plain": "equal weights, dense", "conv-20": "equal weights, convolutional"}


def trainer_of(data: DataSet, recipe: str, device: torch.device) -> Trainer:
    """Of the recipe with new weights; its noise is drawn on the CPU, so that two devices can be compared."""
    found = find_recipe(recipe)
    torch.manual_seed(0)
    return Trainer(VAE(found.model), found.train, Images.of(data, device), noise_device=torch.device("cpu"))


def take(trainer: Trainer, epoch: int, count: int) -> None:
    """At least `count` steps of an epoch, or all."""
    trainer.take(first(trainer.begin(epoch), count))


def rows(setting: Setting) -> Iterator[Row]:
    device, data = choose_device(setting.device), setting.data()
    both = [trainer_of(data, "plain", place) for place in (torch.device("cpu"), device)]
    for trainer in both:
        take(trainer, 0, max(steps for steps, _ in COMPARED))
    for steps, tolerance in COMPARED:

        def difference(steps: int = steps, tolerance: float = tolerance) -> tuple[str, bool]:
            expected, found = (trainer.inputs.sums[:steps].cpu().double().sum(dim=1) for trainer in both)
            largest = float(((found - expected).abs() / expected.abs().clamp(min=1e-9)).max())
            return f"{largest:.1e}", largest <= tolerance

        yield measured(f"sums of {steps} steps, {device} against cpu", f"at most {tolerance:.0e}", difference)
    for recipe, expected in CAPTURED.items():
        what = f"captured against uncaptured, 470 steps: {expected}"
        if not setting.cuda:
            yield left_out(what, "graphs are CUDA's")
            continue
        yield from captured(data, recipe, device, what)


def captured(data: DataSet, recipe: str, device: torch.device, what: str) -> Iterator[Row]:
    torch.backends.cudnn.deterministic = True
    graphs, plain = (trainer_of(data, recipe, device) for _ in range(2))
    plain.steps.captured = False

    def same() -> tuple[str, bool]:
        for trainer in (graphs, plain):
            take(trainer, 0, trainer.inputs.steps)
            take(trainer, 1, 1)
        found, expected = graphs.state(), plain.state()
        largest = max(float((found[name] - expected[name]).abs().max()) for name in expected)
        return f"differ by {largest:.1e}", largest == 0.0 and graphs.steps.captured

    def kernels() -> tuple[str, bool]:
        with profiler.profile(activities=[profiler.ProfilerActivity.CUDA]) as profile:
            take(graphs, 1, graphs.inputs.steps)
        count = sum(event.count for event in profile.key_averages() if event.self_device_time_total > 0)
        return f"{len(graphs.steps.graphs)} graphs, {count / graphs.inputs.steps:.0f} kernels", True

    yield measured(what, "equal", same)
    yield measured(f"graphs, and kernels a step: {recipe}", "", kernels)
