"""Data-parallel training under `torchrun`: each process takes a share of every batch."""

from __future__ import annotations

import os
from dataclasses import dataclass

import torch
from torch import Tensor, distributed, nn
from torch.nn.parallel import DistributedDataParallel


@dataclass(frozen=True)
class World:
    """The processes of this run: `rank` of `size`. A single process is a world of size 1."""

    rank: int = 0
    size: int = 1

    @property
    def is_main(self) -> bool:
        """Whether this process prints and writes."""
        return self.rank == 0

    def share(self, batch: Tensor) -> Tensor:
        """This process's rows of a batch: every `size`-th, so that shares differ by at most one row."""
        return batch[self.rank :: self.size]

    def averaging_gradients(self, module: nn.Module) -> nn.Module:
        """`module`, with each gradient averaged over the processes during the backward pass."""
        return DistributedDataParallel(module) if self.size > 1 else module

    def sum(self, values: Tensor) -> Tensor:
        """`values` summed over the processes, in place."""
        if self.size > 1:
            distributed.all_reduce(values)
        return values


def join(device: torch.device) -> World:
    """The world that `torchrun` has started, or that of a single process, which has nobody to talk to."""
    if "TORCHELASTIC_RUN_ID" not in os.environ or os.environ["WORLD_SIZE"] == "1":
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
