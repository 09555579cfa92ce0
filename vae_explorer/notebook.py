"""The entry point for notebooks and scripts: a model folder as a torch module. Needs the extra `train`."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from vae_explorer import paths
from vae_explorer.errors import ConfigError, MissingExtraError, ModelFolderError
from vae_explorer.model.config import require_choice
from vae_explorer.samplers import registry
from vae_explorer.storage import model_folder

try:
    import torch
    from torch import Tensor
except ImportError as error:
    raise MissingExtraError("torch", "train") from error

from vae_explorer.model.vae import VAE


class LoadedVAE(VAE):
    """A trained VAE in eval mode, without gradients, that can also draw samples.

    Attributes:
        folder: the content of the model folder: besides the weights the codes of the test images, metrics and history.
    """

    def __init__(self, folder: model_folder.ModelFolder) -> None:
        super().__init__(folder.config)
        self.folder = folder
        # Copies, because arrays that safetensors reads are read-only.
        self.load_state_dict({name: torch.from_numpy(array.copy()) for name, array in folder.weights.items()})
        self.eval().requires_grad_(False)

    def sample(self, n: int, sampler: str = "prior", seed: int = 0, label: Tensor | None = None) -> Tensor:
        """`n` random images, pixel means `(n, 1, 28, 28)` float32 in 0…1 on the model's device.

        Args:
            n: at least 1.
            sampler: `prior`, z ~ N(0, I), or `mixture`, z from a Gaussian mixture fitted to the aggregate posterior.
            seed: the same seed gives the same codes.
            label: `(n,)` int64 in 0…classes - 1, for a class-conditional model.

        Raises:
            ConfigError: the sampler is unknown or has no tensors in the folder, or n is below 1.
            ValueError: a class-conditional model was given no label.
        """
        samplers = {found.name: found for found in registry.present_in(self.folder.codes)}
        require_choice("sampler", sampler, tuple(samplers))
        if n < 1:
            raise ConfigError(f"n is {n}; at least 1 was expected")
        z = samplers[sampler].draw(self.folder.codes, n, self.config.latent_dim, np.random.default_rng(seed))
        device = next(self.parameters()).device
        return self.decode(torch.from_numpy(z).to(device), label)


def load(model: str | Path) -> LoadedVAE:
    """Open a model on the CPU: a model folder, or the name of a shipped model or of one in the models folder.

    Raises:
        ModelFolderError: there is no such model, or its folder is broken.
        MissingExtraError: torch is not installed.
    """
    return LoadedVAE(model_folder.read(find_folder(model)))


def find_folder(model: str | Path) -> Path:
    """The folder that `model` names.

    Raises:
        ModelFolderError: there is none.
    """
    candidates = [Path(model)]
    if Path(model).name == str(model):
        candidates += [paths.shipped_models() / model, paths.user_models() / model]
    for candidate in candidates:
        if os.path.lexists(candidate / "model.json"):  # whatever it is: reading it says what is wrong
            return candidate
    raise ModelFolderError(str(model), "no such model", f"List them: {paths.train_command()} list")
