"""One `fit` from the command line: data, device, epochs with their lines, then the model folder."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import torch

from train import checkpoint
from train.config import TrainConfig
from train.data import DataSet, load_data, to_device
from train.device import choose_device, describe
from train.loop import Epoch, Images, Trainer, fit
from train.publish import publish
from vae_explorer import model_folder
from vae_explorer.config import ModelConfig
from vae_explorer.network import VAE


@dataclass(frozen=True)
class Run:
    """What `fit` was asked to do."""

    model: ModelConfig
    train: TrainConfig
    data_set: str
    data_dir: Path
    device: str
    output: Path
    title: str
    teaches: str
    overwrite: bool = False


def run(what: Run) -> None:
    """Train and publish.

    Raises:
        VaeExplorerError: any of its kinds; nothing at `output` is changed then.
    """
    model_folder.require_free(what.output, what.overwrite)
    device = choose_device(what.device)
    data = load_data(what.data_set, what.data_dir)
    images = on_device(data, device)
    state = checkpoint.checkpoint_path(what.output)
    torch.manual_seed(what.train.seed)
    trainer = Trainer(VAE(what.model), what.train, device)
    print(f"{data.spec.name}, {len(images.train):,} training pictures, on {describe(device)}", flush=True)
    started = time.perf_counter()

    def report(epoch: Epoch, trainer: Trainer) -> None:
        done = epoch.epoch / what.train.epochs
        left = (time.perf_counter() - started) * (1 / done - 1)
        print(progress_line(epoch, what.train.epochs, left), flush=True)
        checkpoint.save(state, trainer, {"data_set": what.data_set})

    fit(trainer, images, report)
    folder = publish(
        trainer.result,
        data,
        images,
        what.train,
        trainer.history,
        path=what.output,
        title=what.title,
        teaches=what.teaches,
        device=device,
        overwrite=what.overwrite,
    )
    state.unlink(missing_ok=True)
    bound = folder.metrics["test_negative_elbo"]["value"]
    print(f"Wrote {what.output}: test -ELBO {bound:.2f} nats per image. See it: vae-explorer")


def on_device(data: DataSet, device: torch.device) -> Images:
    """Both splits as tensors on `device`."""
    return Images(
        to_device(data.train.images, device),
        torch.from_numpy(data.train.labels.astype("int64")).to(device),
        to_device(data.test.images, device),
        torch.from_numpy(data.test.labels.astype("int64")).to(device),
    )


def progress_line(epoch: Epoch, epochs: int, seconds_left: float) -> str:
    """One line for a finished epoch; losses in nats per image."""
    minutes, seconds = divmod(round(seconds_left), 60)
    return (
        f"epoch {epoch.epoch:>3}/{epochs}  loss {epoch.loss:7.2f}  reconstruction {epoch.reconstruction:7.2f}  "
        f"kl {epoch.kl:6.2f}  test -elbo {epoch.test_negative_elbo:7.2f} nats  "
        f"{epoch.images_per_second:>7,.0f} images/s  {minutes}:{seconds:02d} left"
    )
