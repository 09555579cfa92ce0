"""One `fit` from the command line: data, device, epochs with a line each, then the model folder."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from vae_explorer.errors import DeviceError, StoppedError, TrainingError
from vae_explorer.model.vae import VAE
from vae_explorer.storage import atomic, model_folder, model_json

from ..data.data_set import DataSet
from ..data.load import load_data
from ..data.reading import AS_FOUND, Reading
from ..device import choose_device, describe
from ..evaluate.metrics import headline
from ..publish import publish
from . import checkpoint, parallel
from .checkpoint import Checkpoint, Keeper, Settings
from .event_log import EventLog
from .interrupt import stop_on_ctrl_c
from .loop import Epoch, Images, Trainer, fit
from .one_run import only_run_at
from .precision import supported
from .recipes import Recipe

# A run of fewer epochs is a trial, or a class is waiting for it.
QUICK_EPOCHS = 10


@dataclass(frozen=True)
class Run:
    """What `fit` was asked to do.

    `resume`: continue a stopped run for the same output; `tensorboard`: the folder for its event files;
    `publish_anyway`: write the model folder even if a grey picture is better.
    """

    recipe: Recipe
    data_dir: Path
    device: str
    output: Path
    overwrite: bool = False
    resume: bool = False
    tensorboard: Path | None = None
    publish_anyway: bool = False
    reading: Reading = AS_FOUND

    @property
    def checkpoint(self) -> Path:
        return checkpoint.checkpoint_path(self.output)

    def settings(self) -> Settings:
        """What a run must have in common with the stopped one that it resumes."""
        data = {"data_set": self.recipe.data_set, "invert": self.reading.invert}
        return self.recipe.model.to_json() | self.recipe.train.to_json() | data


def run(what: Run) -> None:
    """Train and publish.

    Raises:
        VaeExplorerError: any of its kinds; what is at `output` is then unchanged.
    """
    what = replace(what, output=what.output.absolute())
    for name, text in (
        ("--output", what.output.name),
        ("--title", what.recipe.title),
        ("--teaches", what.recipe.teaches),
    ):
        model_json.require_text(name, text)
    model_folder.require_free(what.output, what.overwrite)
    with only_run_at(what.output):
        _run(what)


def _run(what: Run) -> None:
    device = choose_device(what.device)
    data = load_data(what.recipe.data_set, what.data_dir, what.reading)
    what = replace(what, recipe=with_classes_of(data, what.recipe))
    model_folder.require_moderate(what.recipe.model, len(data.test.labels))
    what = replace(what, recipe=replace(what.recipe, train=supported(what.recipe.train, device)))
    saved = checkpoint.find(what.checkpoint, what.settings(), what.resume, what.overwrite)
    world = parallel.join(device)
    keeper = Keeper(what.checkpoint, what.settings())
    try:
        try:
            with stop_on_ctrl_c() as stopped:
                trainer = _train(what, data, device, world, saved, keeper, stopped)
        finally:
            keeper.write()
        if world.is_main:
            _require_better_than_grey(what, trainer)
            _publish(what, data, trainer)
            atomic.remove_file(what.checkpoint)
    except torch.OutOfMemoryError as error:
        raise DeviceError("the device is out of memory. Lower --batch-size, or --hidden and --channels") from error
    except torch.AcceleratorError as error:  # nothing on the device can be read any more
        why = str(error).strip().split("\n")[0]
        raise DeviceError(f"the device failed ({why}). {_kept(what)}; continue with --resume or start again") from error
    except (StoppedError, KeyboardInterrupt) as error:
        why = str(error) or "stopped"
        raise StoppedError(f"{why}. {_kept(what)}; continue with the same command and --resume") from error
    except TrainingError as error:
        raise TrainingError(f"{error}. {_kept(what)}") from error
    parallel.leave(world)


def with_classes_of(data: DataSet, recipe: Recipe) -> Recipe:
    """The recipe; a model that is conditioned on the class gets as many classes as the data set has."""
    classes = len(data.spec.classes) if recipe.model.classes else 0
    return replace(recipe, model=replace(recipe.model, classes=classes))


def _train(
    what: Run,
    data: DataSet,
    device: torch.device,
    world: parallel.World,
    saved: Checkpoint | None,
    keeper: Keeper,
    stopped: Callable[[], bool],
) -> Trainer:
    torch.manual_seed(what.recipe.train.seed)
    trainer = Trainer(VAE(what.recipe.model), what.recipe.train, Images.of(data, device), world, stopped)
    if saved is not None:
        saved.restore(trainer)
    epochs, before = what.recipe.train.epochs, len(trainer.history)
    if world.is_main:
        count = f"{len(data.train.labels):,} training pictures"
        print(f"{data.spec.name}, {count}, on {describe(device)}" + f" x {world.size}" * (world.size > 1), flush=True)
        if before:
            print(f"resuming after epoch {before} of {epochs}", flush=True)
    started = time.perf_counter()
    log = EventLog(what.tensorboard, before) if what.tensorboard and world.is_main else None

    def report(epoch: Epoch) -> None:
        if log:
            log.epoch(epoch, trainer.result, trainer.images)
        if world.is_main:
            left = (time.perf_counter() - started) / (epoch.epoch - before) * (epochs - epoch.epoch)
            print(progress_line(epoch, epochs, left, what.recipe.model.deterministic), flush=True)
            keeper.keep(trainer)

    try:
        fit(trainer, report)
    finally:
        if log:
            log.close()
    return trainer


def _require_better_than_grey(what: Run, trainer: Trainer) -> None:
    """Raise TrainingError if the run ended worse than a grey picture, unless it is to be published anyway."""
    last, grey = trainer.history[-1], trainer.grey
    if what.publish_anyway or not grey.is_better_than(last.test_reconstruction, last.test_kl):
        return
    raise TrainingError(
        f"the test loss ended at {grey.loss(last.test_reconstruction, last.test_kl):,.1f} nats per image; a plain grey "
        f"picture has {grey.nats:,.1f}, so that nothing was published. Train with more --epochs or another "
        "--learning-rate, or add --resume --publish-anyway"
    )


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


def _kept(what: Run) -> str:
    """What is left of a run that ended early."""
    return f"The last full epoch is kept: {what.checkpoint}" if what.checkpoint.exists() else "No epoch was finished"


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
