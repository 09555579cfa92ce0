"""What is computed on a GPU, as far as a machine without one can tell.

Torch's fake tensors have a device and a shape but no numbers, and torch checks that what is put together lies on one
device, as a GPU does. None of our code is replaced.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from torch import Tensor
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from train import sheets
from train.data.augment import random_maps, warp
from train.device import choose_device, failure, first_working, multiply_in_float32, multiply_in_tf32
from train.evaluate import bound, encode, pseudo_gibbs, scores, variations
from train.evaluate.other_sets import CHANGES
from vae_explorer.errors import DeviceError
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


# Each computes something from tensors on the device. What is random is drawn on the CPU, or it would be other numbers
# on each device; a generator on the device would need a real one.
COMPUTATIONS: dict[str, Callable[[VAE], Tensor]] = {
    "importance-weighted bound": lambda _: bound.importance_weighted_bound(
        *posterior(), likelihood, 25, torch.Generator()
    ),
    "-ELBO": lambda _: bound.negative_elbo(*posterior(), likelihood, torch.Generator()),
    "both for a model": lambda model: bound.bounds(model, *images(), 7, lambda _: None, "")[0],
    "binarised images": lambda _: bound.binarised(images()[0]).cpu(),
    "loss of each image": lambda model: encode.elbo_terms(model, *images()).negative_elbo.cpu(),
    "scores": lambda model: scores.scores(model, images()[0], 1.0, torch.Generator())["saving"],
    "one step of a chain": lambda model: next(chain(model)).filled.cpu(),
    "variations of a picture": lambda _: variations.from_posterior(*posterior(), images()[1], 50, torch.Generator())[
        0
    ].cpu(),
    "pictures between two": lambda _: variations.between(*posterior(), images()[1], 50, torch.Generator())[0].cpu(),
    "maps of images": lambda _: random_maps(COUNT, 0.5, torch.Generator(), torch.device(DEVICE)).cpu(),
    **{
        f"pictures {name}": lambda _, change=change: change(images()[0], torch.Generator()).cpu()
        for name, change in CHANGES.items()
    },
    "mean loss": lambda _: losses().mean().weighted(2.0),
    "KL of each dimension": lambda model: encode.kl_per_dimension(model, *images()),
    "codes": lambda model: encode.encode_codes(model, *images())[0].cpu(),
    "step": lambda model: model.elbo(*images()).weighted(2.0).cpu(),
    "samples": sheets.samples,
    "reconstructions": lambda model: sheets.reconstructions(model, *images()),
    "augmented images": lambda _: warp(images()[0], torch.empty(COUNT, 2, 3, device=DEVICE)).cpu(),
}


def chain(model: VAE) -> Iterator[pseudo_gibbs.Step]:
    x, labels = images()
    return pseudo_gibbs.chain(model, x, x > 0.5, x, labels, torch.Generator())


@pytest.mark.parametrize("settings", [("mlp", 0), ("conv", 10)], ids=["mlp", "conditional conv"])
@pytest.mark.parametrize("name", COMPUTATIONS)
def test_tensors_that_are_put_together_lie_on_one_device(name: str, settings: tuple[str, int]) -> None:
    architecture, classes = settings
    with FakeTensorMode(), OnlyTheCpuHasFloat64():
        with torch.device(DEVICE):
            model = VAE(ModelConfig(architecture, latent_dim=DIM, hidden=8, channels=2, classes=classes))
        assert COMPUTATIONS[name](model).device.type == "cpu"


# No machine has so many.
ABSENT = torch.device("cuda:99")


def test_a_device_that_is_there_but_does_not_work_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    why = failure(ABSENT)
    assert why
    assert "\n" not in why
    assert first_working([ABSENT, torch.device("cpu")]) == torch.device("cpu")
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(f"cuda:99 is there but does not work, so it is left out: {why}. ")
    assert first_working([ABSENT]) == torch.device("cpu")
    assert failure(torch.device("cpu")) == ""


@pytest.mark.parametrize("name", ["gpu", "cuda:x", "cuda:-1", "cuda:", "cpu:0", "CPU", "", "cuda 0"])
def test_a_name_that_is_none_is_told_the_names(name: str) -> None:
    with pytest.raises(DeviceError, match=r"^unknown device '.*'; known are: auto, cpu, cuda, cuda:N, mps$"):
        choose_device(name)


def test_a_card_that_is_not_there_is_named() -> None:
    with pytest.raises(DeviceError, match=r"^device cuda:99 is not (available|there)[^\n]* Choose one with --device$"):
        choose_device("cuda:99")


def test_products_are_in_full_float32_once_a_device_is_chosen() -> None:
    multiply_in_tf32()
    assert torch.backends.cudnn.allow_tf32
    assert choose_device("cpu") == torch.device("cpu")
    assert not torch.backends.cudnn.allow_tf32
    assert not torch.backends.cuda.matmul.allow_tf32


@pytest.mark.parametrize("multiply", [multiply_in_float32, multiply_in_tf32])
def test_a_network_can_be_exported_whatever_products_are_in(multiply: Callable[[], None]) -> None:
    multiply()
    try:
        program = torch.export.export(torch.nn.Conv2d(1, 1, 3), (torch.zeros(1, 1, 8, 8),))
    finally:
        multiply_in_float32()
    assert program.module()(torch.zeros(1, 1, 8, 8)).shape == (1, 1, 6, 6)
