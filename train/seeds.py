"""Random numbers that depend on nothing but the numbers they are made from.

Each device has a generator of its own, and the same seed gives other numbers on another one. What is evaluated is
therefore drawn on the CPU and moved, so that the figures are the same everywhere.
"""

from __future__ import annotations

import torch
from torch import Tensor


def seeded(device: torch.device | str, seed: int, epoch: int = 0, stream: int = 0) -> torch.Generator:
    """A generator on `device`; what is drawn in one epoch, by up to 16 streams, is drawn in no other."""
    return torch.Generator(device).manual_seed((seed * 1_000_003 + epoch) * 16 + stream)


def normal(*shape: int, random: torch.Generator, device: torch.device) -> Tensor:
    """Standard normal numbers of this shape, float32, drawn where `random` is and moved to `device`."""
    return torch.randn(*shape, generator=random, device=random.device).to(device)


def uniform(*shape: int, random: torch.Generator, device: torch.device) -> Tensor:
    """Numbers even in 0…1 of this shape, float32, drawn where `random` is and moved to `device`."""
    return torch.rand(*shape, generator=random, device=random.device).to(device)
