"""One `fit` from the command line: data, device, epochs with their lines, then the model folder."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from vae_explorer.errors import ConfigError, DeviceError, OutputError, StoppedError, TrainingError
from vae_explorer.model.vae import VAE
from vae_explorer.storage import atomic, model_folder, model_json

from ..data.load import DataSet, load_data, to_device
from ..device import choose_device, describe
from ..evaluate.metrics import headline
from ..publish import publish
from . import checkpoint, parallel
from .checkpoint import Checkpoint
from .event_log import EventLog
from .loop import Epoch, Images, Trainer, fit
from .recipes import Recipe

# A run of fewer epochs is a trial, or a class that waits.
QUICK_EPOCHS = 10


@dataclass(frozen=True)
class Run:
    """What `fit` was asked to do.

    `resume`: go on where a run for the same output was stopped; `tensorboard`: the folder of its event files.
    """

    recipe: Recipe
    data_dir: Path
    device: str
    output: Path
    overwrite: bool = False
    resume: bool = False
    tensorboard: Path | None = None


def run(what: Run) -> None:
    """Train and publish.

    Raises:
        VaeExplorerError: any of its kinds; what is at `output` stays as it was then.
    """
    what = replace(what, output=what.output.absolute())
    for name, text in (
        ("--output", what.output.name),
        ("--title", what.recipe.title),
        ("--teaches", what.recipe.teaches),
    ):
        model_json.require_text(name, text)
    model_folder.require_free(what.output, what.overwrite)
    data = load_data(what.recipe.data_set, what.data_dir)
    what = replace(what, recipe=told_classes(what.recipe, data))
    state = checkpoint.checkpoint_path(what.output)
    saved = _saved(state, what)
    device = choose_device(what.device)
    world = parallel.join(device)
    try:
        with _stop_on_ctrl_c() as stopped:
            trainer = _train(what, data, device, world, saved, stopped)
        if world.leads:
            _publish(what, data, trainer)
            atomic.remove_file(state)
    except (TrainingError, torch.OutOfMemoryError) as error:
        raise _explained(error, state) from error
    except KeyboardInterrupt as error:
        raise _explained(StoppedError("stopped"), state) from error
    parallel.leave(world)


def told_classes(recipe: Recipe, data: DataSet) -> Recipe:
    """The recipe; where the model is told the class, it is told one of as many as the data set has."""
    classes = len(data.spec.classes)
    return replace(recipe, model=replace(recipe.model, classes=classes)) if recipe.model.classes else recipe


def _train(
    what: Run,
    data: DataSet,
    device: torch.device,
    world: parallel.World,
    saved: Checkpoint | None,
    stopped: Callable[[], bool],
) -> Trainer:
    torch.manual_seed(what.recipe.train.seed)
    trainer = Trainer(VAE(what.recipe.model), what.recipe.train, on_device(data, device), world, stopped)
    if saved is not None:
        trainer.restore(saved.tensors, saved.history)
    epochs, before = what.recipe.train.epochs, len(trainer.history)
    if world.leads:
        count = f"{len(data.train.labels):,} training pictures"
        print(f"{data.spec.name}, {count}, on {describe(device)}" + f" x {world.size}" * (world.size > 1), flush=True)
    if before and world.leads:
        print(f"going on after epoch {before} of {epochs}", flush=True)
    started = time.perf_counter()
    log = EventLog(what.tensorboard, before) if what.tensorboard and world.leads else None

    def report(epoch: Epoch) -> None:
        if log:
            log.epoch(epoch, trainer.result, trainer.images)
        if world.leads:
            left = (time.perf_counter() - started) / (epoch.epoch - before) * (epochs - epoch.epoch)
            print(progress_line(epoch, epochs, left, what.recipe.model.deterministic), flush=True)
            checkpoint.save(checkpoint.checkpoint_path(what.output), trainer, _about(what))

    try:
        fit(trainer, report)
    finally:
        if log:
            log.close()
    return trainer


def _publish(what: Run, data: DataSet, trainer: Trainer) -> None:
    folder = publish(
        trainer.result,
        data,
        trainer.images,
        what.recipe.train.to_json() | {"pictures": len(data.train.labels)},
        trainer.history,
        path=what.output,
        title=what.recipe.title,
        teaches=what.recipe.teaches,
        device=trainer.device,
        overwrite=what.overwrite,
        quick=what.recipe.train.epochs < QUICK_EPOCHS,
    )
    print(f"Wrote {what.output}: {headline(folder.metrics)}. See it: vae-explorer")


def _about(what: Run) -> dict[str, Any]:
    """What a run that goes on must have in common with the one that was stopped."""
    return {
        "model": what.recipe.model.to_json(),
        "train": what.recipe.train.to_json(),
        "data_set": what.recipe.data_set,
    }


def _saved(state: Path, what: Run) -> Checkpoint | None:
    """The checkpoint to go on from, or None to start.

    Raises:
        OutputError: a stopped run is there and neither --resume nor --overwrite was given.
        ConfigError: it was made with other settings.
    """
    if not state.exists():
        return None
    if not what.resume:
        if what.overwrite:
            return None
        raise OutputError(f"{state} holds a run that was stopped. Go on with --resume, or start anew with --overwrite")
    saved = Checkpoint(state)
    for name, wanted in _about(what).items():
        found = saved.about.get(name)
        if found != wanted:
            pairs = (
                [(k, found[k], v) for k, v in wanted.items() if found.get(k) != v] if isinstance(found, dict) else []
            )
            key, old, new = pairs[0] if pairs else (name, found, wanted)
            raise ConfigError(f"the stopped run has {key} {old}, not {new}. Give the same options, or --overwrite")
    return saved


def _explained(error: Exception, state: Path) -> Exception:
    """The error with the way on from here."""
    if isinstance(error, torch.OutOfMemoryError):
        return DeviceError("the device is out of memory. Lower --batch-size, or --hidden and --channels")
    kept = f"The last whole epoch is kept: {state}" if state.exists() else "No epoch was finished yet"
    if isinstance(error, StoppedError):
        return StoppedError(f"{error}. {kept}; go on with the same command and --resume")
    return TrainingError(f"{error}. {kept}")


@contextmanager
def _stop_on_ctrl_c() -> Iterator[Callable[[], bool]]:
    """Within the block the first Ctrl-C only asks to stop after the step; a second one ends at once."""
    asked = False

    def ask(_signal: int, _frame: object) -> None:
        nonlocal asked
        asked = True
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield lambda: asked
    finally:
        signal.signal(signal.SIGINT, before)


def on_device(data: DataSet, device: torch.device) -> Images:
    """Both splits as tensors on `device`."""
    return Images(
        to_device(data.train.images, device),
        torch.from_numpy(data.train.labels.astype("int64")).to(device),
        to_device(data.test.images, device),
        torch.from_numpy(data.test.labels.astype("int64")).to(device),
    )


def progress_line(epoch: Epoch, epochs: int, seconds_left: float, deterministic: bool) -> str:
    """One line for a finished epoch; losses in nats per image. A plain autoencoder has no KL and no ELBO."""
    minutes, seconds = divmod(round(seconds_left), 60)
    losses = (
        f"loss {epoch.loss:7.2f}  test reconstruction {epoch.test_reconstruction:7.2f}"
        if deterministic
        else f"loss {epoch.loss:7.2f}  reconstruction {epoch.reconstruction:7.2f}  kl {epoch.kl:6.2f}  "
        f"test -elbo {epoch.test_negative_elbo:7.2f}"
    )
    return (
        f"epoch {epoch.epoch:>3}/{epochs}  {losses} nats  "
        f"{epoch.images_per_second:>7,.0f} images/s  {minutes}:{seconds:02d} left"
    )
