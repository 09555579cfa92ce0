"""A data set in memory, and on the device: there a split is one tensor, so that no worker processes are needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .named_sets import DataSpec

if TYPE_CHECKING:
    import torch
    from torch import Tensor


@dataclass(frozen=True)
class Split:
    """`images`: `(N, 28, 28)` uint8; `labels`: `(N,)` uint8, indices into the classes."""

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]


@dataclass(frozen=True)
class DataSet:
    """One data set, both splits."""

    spec: DataSpec
    train: Split
    test: Split


def to_device(split: Split, device: torch.device) -> tuple[Tensor, Tensor]:
    """The images, `(N, 1, 28, 28)` float32 in 0…1, and labels, `(N,)` int64, of a split on `device`."""
    import torch  # not at the top: a wrong path is answered at once

    # Copies, because what is read from a file is read-only.
    images, labels = torch.from_numpy(np.array(split.images)), torch.from_numpy(split.labels.astype(np.int64))
    return images.to(device).unsqueeze(1).float().div_(255), labels.to(device)
