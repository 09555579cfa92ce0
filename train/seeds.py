"""Generators of random numbers that depend on nothing but the numbers they are made from."""

from __future__ import annotations

import torch


def seeded(device: torch.device | str, seed: int, epoch: int = 0, stream: int = 0) -> torch.Generator:
    """A generator on `device`; what is drawn in one epoch, by up to 16 streams, is drawn in no other."""
    return torch.Generator(device).manual_seed((seed * 1_000_003 + epoch) * 16 + stream)
