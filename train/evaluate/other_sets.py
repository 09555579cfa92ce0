"""Pictures that a model was not trained on, made from test pictures or taken from another data set, by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from vae_explorer.model.config import IMAGE_SIZE, PIXELS

from ..data.data_set import to_device
from ..data.named_files import is_present, load_named
from ..data.named_sets import NAMED_SETS
from ..seeds import uniform

# From test pictures `(N, 1, 28, 28)` in 0…1 and a generator to as many others.
Change = Callable[[Tensor, torch.Generator], Tensor]


def _noise(images: Tensor, random: torch.Generator) -> Tensor:
    return uniform(*images.shape, random=random, device=images.device)


def _shuffled(images: Tensor, random: torch.Generator) -> Tensor:
    order = uniform(len(images), PIXELS, random=random, device=images.device).argsort(dim=1)
    return images.flatten(1).gather(1, order).view_as(images)


def _half(images: Tensor, random: torch.Generator) -> Tensor:
    kept = images.clone()
    kept[:, :, :, : IMAGE_SIZE // 2] = 0
    return kept


CHANGES: dict[str, Change] = {
    "turned": lambda images, random: images.rot90(1, (2, 3)),
    "mirrored": lambda images, random: images.flip(3),
    "half": _half,
    "shuffled": _shuffled,  # each picture's own pixels in a random order
    "noise": _noise,  # each pixel even in 0…1
    # One picture would do, but samples of z differ.
    "blank": lambda images, random: torch.zeros_like(images),
}

# The named set that a model is shown as the other one, and what it is called here.
CLOTHES, DIGITS = ("fashion-mnist", "clothes"), ("mnist", "digits")


def other_data_set(name: str, folder: Path, count: int, device: torch.device) -> tuple[str, Tensor] | None:
    """Every n-th test picture of the other data set and its name here: digits for a model of clothes, else clothes.

    None, and a printed line, if it is not in `folder`: nothing is downloaded for this.

    Raises:
        DataError: it is there and cannot be read.
    """
    other, called = DIGITS if name == CLOTHES[0] else CLOTHES
    if not is_present(NAMED_SETS[other], folder):
        print(
            f"{other} is not in {folder}, so {called} are left out. Name a folder that has it: --data-dir", flush=True
        )
        return None
    images, _ = to_device(load_named(NAMED_SETS[other], folder).test, device)
    return called, images[:: max(1, len(images) // count)][:count]
