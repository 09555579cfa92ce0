"""Data-parallel training under `torchrun`: the processes share each batch, and add up their gradients."""

from __future__ import annotations

import os
from dataclasses import dataclass

import torch
from torch import Tensor, distributed, nn


@dataclass(frozen=True)
class World:
    """The processes of this run: `rank` of `size`. One process alone is a world of size 1."""

    rank: int = 0
    size: int = 1

    @property
    def leads(self) -> bool:
        """Whether this process prints and writes."""
        return self.rank == 0

    def share(self, whole: Tensor) -> Tensor:
        """This process's rows of a batch: every `size`-th, so that shares differ by one row at most."""
        return whole[self.rank :: self.size]

    def add_gradients(self, model: nn.Module) -> None:
        """Replace each gradient by its sum over the processes."""
        if self.size > 1:
            gradients = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
            flat = torch.cat([gradient.flatten() for gradient in gradients])
            distributed.all_reduce(flat)
            for gradient, part in zip(gradients, flat.split([g.numel() for g in gradients]), strict=True):
                gradient.copy_(part.view_as(gradient))

    def add(self, sums: Tensor) -> Tensor:
        """`sums` added up over the processes."""
        if self.size > 1:
            distributed.all_reduce(sums)
        return sums


def join(device: torch.device) -> World:
    """The world that `torchrun` has started, or that of one process."""
    if "TORCHELASTIC_RUN_ID" not in os.environ:
        return World()
    distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
    return World(distributed.get_rank(), distributed.get_world_size())


def leave(world: World) -> None:
    """Wait for the other processes, then leave.

    Not after an error: the others may be waiting for this one elsewhere, and torchrun ends them when it ends.
    """
    if world.size > 1:
        distributed.barrier()
        distributed.destroy_process_group()
