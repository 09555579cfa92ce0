"""The number formats of training, and which of them a card has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import torch

from ..device import multiply_in_float32, multiply_in_tf32
from .config import TrainConfig

# NVIDIA's first cards that multiply in bfloat16: Ampere. Older ones emulate it, which is slower than float32.
FIRST_WITH_BFLOAT16 = (8, 0)


def supported(config: TrainConfig, device: torch.device) -> TrainConfig:
    """The run in a precision that the device multiplies in; where that is another one, a line says so."""
    capability = torch.cuda.get_device_capability(device) if device.type == "cuda" else FIRST_WITH_BFLOAT16
    return with_capability(config, capability)


def with_capability(config: TrainConfig, capability: tuple[int, int]) -> TrainConfig:
    """`supported`, for a card of this compute capability."""
    if config.precision != "bfloat16" or capability >= FIRST_WITH_BFLOAT16:
        return config
    major, minor = capability
    print(f"the card (compute capability {major}.{minor}) has no bfloat16: training in float32 instead", flush=True)
    return replace(config, precision="float32")


@contextmanager
def products_of(config: TrainConfig) -> Iterator[None]:
    """Within the block float32 products on CUDA are TF32, if the run's precision allows that; full float32 after it."""
    if config.precision == "float32":
        multiply_in_float32()
    else:
        multiply_in_tf32()
    try:
        yield
    finally:
        multiply_in_float32()
