"""What is computed on a GPU, as far as a machine without one can tell.

Torch's fake tensors have a device and a shape but no numbers, and torch checks that what is put together lies on one
device, as a GPU does. None of our code is replaced.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from train import sheets
from train.data.augment import warp
from train.evaluate import bound, encode
from vae_explorer.model.config import ModelConfig
from vae_explorer.model.vae import VAE, ElboTerms

DEVICE, COUNT, DIM = "cuda:0", 20, 3


class OnlyTheCpuHasFloat64(TorchDispatchMode):
    """Refuses what Apple's MPS cannot hold."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        for tensor in tree_leaves(result):
            if isinstance(tensor, Tensor) and tensor.dtype == torch.float64 and tensor.device.type != "cpu":
                raise TypeError(f"{func} makes a float64 tensor on {tensor.device}")
        return result


def likelihood(z: Tensor) -> Tensor:
    return z.sum(dim=1)


def posterior() -> tuple[Tensor, Tensor]:
    return torch.empty(COUNT, DIM, device=DEVICE), torch.empty(COUNT, DIM, device=DEVICE)


def images() -> tuple[Tensor, Tensor]:
    return torch.empty(COUNT, 1, 28, 28, device=DEVICE), torch.empty(COUNT, dtype=torch.int64, device=DEVICE)


def losses() -> ElboTerms:
    return ElboTerms(torch.empty(COUNT, device=DEVICE), torch.empty(COUNT, device=DEVICE))


# Each computes something from tensors on the device; a generator there would need a real one.
COMPUTATIONS: dict[str, Callable[[VAE], Tensor]] = {
    "importance-weighted bound": lambda _: bound.importance_weighted_bound(
        *posterior(), likelihood, 25, torch.Generator()
    ),
    "-ELBO": lambda _: bound.negative_elbo(*posterior(), likelihood, torch.Generator()),
    "both for a model": lambda model: bound.bounds(model, *images(), 7, lambda _: None, "")[0],
    "binarised images": lambda _: bound.binarised(images()[0]).cpu(),
    "mean loss": lambda _: losses().mean().weighted(2.0),
    "KL of each dimension": lambda model: encode.kl_per_dimension(model, *images()),
    "codes": lambda model: encode.encode_codes(model, *images())[0].cpu(),
    "step": lambda model: model.elbo(*images()).weighted(2.0).cpu(),
    "samples": sheets.samples,
    "reconstructions": lambda model: sheets.reconstructions(model, *images()),
    "augmented images": lambda _: warp(images()[0], torch.empty(COUNT, 2, 3, device=DEVICE)).cpu(),
}


@pytest.mark.parametrize("settings", [("mlp", 0), ("conv", 10)], ids=["mlp", "conditional conv"])
@pytest.mark.parametrize("name", COMPUTATIONS)
def test_tensors_that_are_put_together_lie_on_one_device(name: str, settings: tuple[str, int]) -> None:
    architecture, classes = settings
    with FakeTensorMode(), OnlyTheCpuHasFloat64():
        with torch.device(DEVICE):
            model = VAE(ModelConfig(architecture, latent_dim=DIM, hidden=8, channels=2, classes=classes))
        assert COMPUTATIONS[name](model).device.type == "cpu"
