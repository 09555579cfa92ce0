"""What a run logs for TensorBoard after each epoch: losses, KL of each dimension, samples, reconstructions."""

from __future__ import annotations

from pathlib import Path

import torch

from vae_explorer.errors import MissingExtraError, OutputError
from vae_explorer.model.vae import VAE

from .. import sheets
from ..evaluate.encode import kl_per_dimension
from .loop import Epoch, Images

# The tag of each metric of an epoch. TensorBoard groups tags with the same first part, and draws those of `train` and
# `test` with the same second part side by side.
TAGS = {
    "loss": "train/loss, nats per image",
    "reconstruction": "train/reconstruction, nats per image",
    "kl": "train/kl, nats per image",
    "test_reconstruction": "test/reconstruction, nats per image",
    "test_kl": "test/kl, nats per image",
    "test_negative_elbo": "test/-elbo, nats per image",
    "learning_rate": "run/learning rate",
    "images_per_second": "run/images per second",
}
# A plain autoencoder has no posterior, and so no KL and no ELBO.
OF_A_POSTERIOR = ("kl", "test_kl", "test_negative_elbo")

SAMPLES = "pictures/samples of the prior"
RECONSTRUCTIONS = "pictures/test pictures and below each its reconstruction"


def kl_tag(dimension: int) -> str:
    """The tag of the KL of a dimension, which counts from 1 as the sliders do."""
    return f"kl of each dimension, nats/z{dimension:03}"


class EventLog:
    """Event files in `folder`.

    Args:
        folder: created if it does not exist; TensorBoard shows runs in sibling folders together.
        done: epochs that a resumed run has finished. Whatever was logged after them is purged.

    Raises:
        MissingExtraError: tensorboard is not installed.
        OutputError: `folder` cannot be written.
    """

    def __init__(self, folder: Path, done: int = 0) -> None:
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError as error:
            raise MissingExtraError("tensorboard", "tensorboard") from error
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._writer = SummaryWriter(str(folder), purge_step=done + 1 if done else None)
        except OSError as error:
            raise self._cannot_write(error) from error

    @torch.no_grad()
    def epoch(self, epoch: Epoch, model: VAE, images: Images) -> None:
        """Log a finished epoch, without drawing from the run's random numbers.

        Raises:
            OutputError: it cannot be written.
        """
        step = epoch.epoch
        try:
            for name, tag in TAGS.items():
                if not (model.config.deterministic and name in OF_A_POSTERIOR):
                    self._writer.add_scalar(tag, getattr(epoch, name), step)
            if not model.config.deterministic:
                for index, nats in enumerate(kl_per_dimension(model, images.test, images.test_labels).tolist()):
                    self._writer.add_scalar(kl_tag(index + 1), nats, step)
            self._writer.add_image(SAMPLES, sheets.samples(model), step)
            self._writer.add_image(
                RECONSTRUCTIONS, sheets.reconstructions(model, images.test, images.test_labels), step
            )
            self._writer.flush()
        except OSError as error:
            raise self._cannot_write(error) from error

    def close(self) -> None:
        self._writer.close()

    def _cannot_write(self, error: OSError) -> OutputError:
        return OutputError(f"{self.folder} cannot be written ({error.strerror}). Name another folder: --tensorboard")
