"""What is erased of a picture: the presets of the table of imputation, by name."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from vae_explorer.model.config import IMAGE_SIZE

HALF, QUARTER = IMAGE_SIZE // 2, IMAGE_SIZE // 4

# From a number of pictures N and a generator to the pixels that are missing, `(N, 1, 28, 28)` bool on its device.
Mask = Callable[[int, torch.Generator], Tensor]


def _region(rows: slice, columns: slice) -> Mask:
    """The same pixels of every picture."""

    def mask(count: int, random: torch.Generator) -> Tensor:
        missing = torch.zeros(count, 1, IMAGE_SIZE, IMAGE_SIZE, dtype=torch.bool, device=random.device)
        missing[:, :, rows, columns] = True
        return missing

    return mask


def _scattered(share: float) -> Mask:
    """Each pixel with this probability, other ones in every picture."""

    def mask(count: int, random: torch.Generator) -> Tensor:
        return torch.rand(count, 1, IMAGE_SIZE, IMAGE_SIZE, generator=random, device=random.device) < share

    return mask


PRESETS: dict[str, Mask] = {
    "left-half": _region(slice(None), slice(0, HALF)),
    "bottom-half": _region(slice(HALF, None), slice(None)),
    "centre": _region(slice(QUARTER, -QUARTER), slice(QUARTER, -QUARTER)),
    "every-second-row": _region(slice(1, None, 2), slice(None)),
    "random-30": _scattered(0.3),
    "random-60": _scattered(0.6),
    "random-90": _scattered(0.9),
}
