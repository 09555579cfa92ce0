"""One training step: loss, gradients, Adam, moving average; on CUDA captured once and replayed.

The step reads nothing but tensors that lie on the device and writes its losses into one, so that nothing is
read back inside an epoch. What a graph replays is the very function that runs uncaptured elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.optim import AdamW
from torch.optim.swa_utils import get_ema_multi_avg_fn

from vae_explorer.model.vae import VAE

from ..data.augment import deformed
from .config import TrainConfig
from .parallel import World

# Steps before a capture: they make the optimizer's state and let cuBLAS and cuDNN choose their kernels.
WARM_UP_STEPS = 3


class Step:
    """Fits `model` to one batch a call, and `average`, where there is one, to the model.

    Args:
        images, labels: `(N, 1, 28, 28)` float32 in 0…1 and `(N,)` int64 on the model's device.
        optimizer: AdamW over the model's parameters.
        world: the processes that share each batch.
    """

    def __init__(
        self,
        model: VAE,
        average: VAE | None,
        optimizer: AdamW,
        config: TrainConfig,
        images: Tensor,
        labels: Tensor,
        world: World,
    ) -> None:
        self.model, self.average, self.optimizer, self.config = model, average, optimizer, config
        self.images, self.labels, self.world = images, labels, world
        self.taken = 0
        self._captured: dict[tuple[int, int], _Captured] = {}

    def __call__(self, indices: Tensor, noise: tuple[Tensor, ...], rate: float, decay: float) -> Tensor:
        """Take a step on the images at `indices`, `(B,)` int64.

        `noise` is eps `(B, D)`, the noise of z, and where images are deformed the maps `(B, 2, 3)` of
        `train.data.augment`; `rate` is the learning rate, `decay` that of the average. Returns the sums of
        reconstruction and KL over this process's share of the batch, `(2,)` float32, nats, on the device; the
        next call of this kind overwrites them.
        """
        for group in self.optimizer.param_groups:
            if isinstance(group["lr"], Tensor):
                group["lr"].fill_(rate)
            else:
                group["lr"] = rate
        sums = self._choose(indices, *noise)(indices, *noise)
        self._follow(decay)
        self.taken += 1
        return sums

    def _choose(self, indices: Tensor, *noise: Tensor) -> Callable[..., Tensor]:
        """The step itself, or what replays it."""
        if indices.device.type != "cuda" or self.world.size > 1 or self.taken < WARM_UP_STEPS:
            return self._take
        kind = len(indices), len(noise)
        if kind not in self._captured:
            self._captured[kind] = _Captured(self._take, indices, *noise)
        return self._captured[kind]

    def _take(self, indices: Tensor, eps: Tensor, maps: Tensor | None = None) -> Tensor:
        size = len(indices)
        indices, eps = self.world.share(indices), self.world.share(eps)
        x, label = self.images[indices], self.labels[indices]
        if maps is not None:
            x = deformed(x, self.world.share(maps))
        self.optimizer.zero_grad(set_to_none=True)
        with torch.autocast(x.device.type, torch.bfloat16, enabled=self.config.precision == "bfloat16"):
            terms = self.model.elbo(x, label, eps)
        # Divided by the size of the whole batch, so that the sum over processes is the gradient of its mean.
        (terms.weighted(self.config.beta).sum() / size).backward()
        self.world.add_gradients(self.model)
        self.optimizer.step()
        return torch.stack([terms.reconstruction.detach().sum(), terms.kl.detach().sum()])

    @torch.no_grad()
    def _follow(self, decay: float) -> None:
        if self.average is not None:
            mine, theirs = list(self.average.parameters()), list(self.model.parameters())
            get_ema_multi_avg_fn(decay)(mine, theirs, 0)


class _Captured:
    """`take` for one batch size as a CUDA graph: inputs are copied into its buffers, then it is replayed."""

    def __init__(self, take: Callable[..., Tensor], *inputs: Tensor) -> None:
        self.inputs = [tensor.clone() for tensor in inputs]
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph):
            self.sums = take(*self.inputs)

    def __call__(self, *inputs: Tensor) -> Tensor:
        for buffer, tensor in zip(self.inputs, inputs, strict=True):
            buffer.copy_(tensor)
        self.graph.replay()
        return self.sums
