"""For notebooks and scripts: a model folder as a torch module. Needs the extra `train`."""

from __future__ import annotations

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
    """A trained VAE in eval mode that can also draw samples; `folder` is the model folder it was read from."""

    def __init__(self, folder: model_folder.ModelFolder) -> None:
        super().__init__(folder.config)
        self.folder = folder
        # A copy, because the arrays that safetensors returns are read-only.
        self.load_state_dict({name: torch.from_numpy(array.copy()) for name, array in folder.weights.items()})
        self.eval().requires_grad_(False)

    def sample(self, n: int, sampler: str = "prior", seed: int = 0, label: Tensor | None = None) -> Tensor:
        """`n` random pictures, `(n, 1, 28, 28)` means in 0…1; the same seed gives the same pictures.

        `sampler` is `prior`, z ~ N(0, I), or `mixture`, z from the Gaussian mixture fitted to the aggregate
        posterior. `label` `(n,)` int64 is needed by a class-conditional model.

        Raises:
            ConfigError: the sampler is unknown or has no tensors in the folder, or n is below 1.
            ValueError: a class-conditional model was given no label.
        """
        samplers = {found.name: found for found in registry.present_in(self.folder.codes)}
        require_choice("sampler", sampler, tuple(samplers))
        if n < 1:
            raise ConfigError(f"n is {n}; at least 1 expected")
        z = samplers[sampler].draw(self.folder.codes, n, self.config.latent_dim, np.random.default_rng(seed))
        device = next(self.parameters()).device
        return self.decode(torch.from_numpy(z).to(device), label)


def load(model: str | Path) -> LoadedVAE:
    """Open a model: a folder, or the name of a shipped model or of one in the models folder (`conv-20`).

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
        candidates += [paths.assets() / "models" / model, paths.user_models() / model]
    for candidate in candidates:
        if (candidate / "model.json").is_file():
            return candidate
    raise ModelFolderError(str(model), "no such model", f"See what there is: {paths.train_command()} list")
