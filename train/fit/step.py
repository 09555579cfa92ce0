"""One training step: loss, gradients, Adam, moving average; on CUDA captured once as a graph and replayed.

The step reads only tensors on the device and writes its losses to one, so that nothing is copied back within an epoch.
A graph replays the same function that runs uncaptured elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.optim import AdamW
from torch.optim.swa_utils import get_ema_multi_avg_fn

from vae_explorer.model.vae import VAE, ElboTerms

from ..data.augment import warp
from .config import TrainConfig
from .parallel import World

# Steps before a capture: they create the optimizer's state and let cuBLAS and cuDNN choose their kernels.
WARM_UP_STEPS = 3


class Step:
    """Fits `model` to one batch per call, and updates `average`, if there is one.

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
        self._elbo = world.averaging_gradients(_Elbo(model))
        self._count = 0
        self._captured: dict[tuple[int, int], _Captured] = {}

    def __call__(self, indices: Tensor, noise: tuple[Tensor, ...], learning_rate: float, decay: float) -> Tensor:
        """Take a step on the images at `indices`, `(B,)` int64.

        `noise` is eps `(B, D)`, the noise of z, and if images are augmented their maps `(B, 2, 3)` (`data.augment`);
        `decay` is that of the average. Returns the sums of reconstruction and KL over this process's share of the
        batch, `(2,)` float32, nats, on the device; the next call with a batch of this size overwrites them.
        """
        for group in self.optimizer.param_groups:
            if isinstance(group["lr"], Tensor):
                group["lr"].fill_(learning_rate)
            else:
                group["lr"] = learning_rate
        sums = self._implementation(indices, *noise)(indices, *noise)
        self._update_average(decay)
        self._count += 1
        return sums

    def _implementation(self, indices: Tensor, *noise: Tensor) -> Callable[..., Tensor]:
        """`_step`, or a graph of it."""
        if indices.device.type != "cuda" or self.world.size > 1 or self._count < WARM_UP_STEPS:
            return self._step
        kind = len(indices), len(noise)
        if kind not in self._captured:
            self._captured[kind] = _Captured(self._step, indices, *noise)
        return self._captured[kind]

    def _step(self, indices: Tensor, eps: Tensor, maps: Tensor | None = None) -> Tensor:
        batch_size = len(indices)
        indices, eps = self.world.share(indices), self.world.share(eps)
        x, label = self.images[indices], self.labels[indices]
        if maps is not None:
            x = warp(x, self.world.share(maps))
        self.optimizer.zero_grad(set_to_none=True)
        with torch.autocast(x.device.type, torch.bfloat16, enabled=self.config.precision == "bfloat16"):
            terms: ElboTerms = self._elbo(x, label, eps)
        # The gradient has to be that of the mean over the whole batch. Gradients are averaged over the processes, so
        # each one divides by the mean size of a share; shares may differ by a row.
        (terms.weighted(self.config.beta).sum() / (batch_size / self.world.size)).backward()
        self.optimizer.step()
        return torch.stack([terms.reconstruction.detach().sum(), terms.kl.detach().sum()])

    @torch.no_grad()
    def _update_average(self, decay: float) -> None:
        if self.average is not None:
            averages, parameters = list(self.average.parameters()), list(self.model.parameters())
            get_ema_multi_avg_fn(decay)(averages, parameters, 0)


class _Elbo(nn.Module):
    """`VAE.elbo` as a forward pass, which is where DistributedDataParallel looks for gradients."""

    def __init__(self, model: VAE) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: Tensor, label: Tensor, eps: Tensor) -> ElboTerms:
        return self.model.elbo(x, label, eps)


class _Captured:
    """`step` for one batch size as a CUDA graph: inputs are copied to its buffers, then it is replayed."""

    def __init__(self, step: Callable[..., Tensor], *inputs: Tensor) -> None:
        self.inputs = [tensor.clone() for tensor in inputs]
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph):
            self.sums = step(*self.inputs)

    def __call__(self, *inputs: Tensor) -> Tensor:
        for buffer, tensor in zip(self.inputs, inputs, strict=True):
            buffer.copy_(tensor)
        self.graph.replay()
        return self.sums
