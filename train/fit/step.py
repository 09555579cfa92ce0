"""Training steps: loss, gradients, Adam, moving average.

A step reads only tensors on the device and writes its losses to one, so that nothing is copied back within an epoch.
On CUDA several steps at a time are captured as a graph and replayed (`graph`): the same function that runs uncaptured
elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import accumulate

import torch
from torch import Tensor, nn
from torch.optim import AdamW

from vae_explorer.model.vae import VAE, ElboTerms

from ..data.augment import warp
from .config import TrainConfig
from .graph import Graph
from .inputs import Inputs
from .parallel import World

# Steps of a size that are taken before a graph of that size is captured: they create the optimizer's state, and let
# cuBLAS and cuDNN load and choose their kernels. They are steps of training like all others.
WARM_UP_STEPS = 3

# How many steps a graph unrolls, about: a replay costs the processor 10 µs or more, and the kernels of a small step
# take only a few times as long.
UNROLLED = range(12, 25)


def groups(images: int, batch_size: int, unrolled: int) -> Iterator[tuple[int, int]]:
    """The steps of an epoch as pairs of how many follow each other and of how many images each is.

    `unrolled` steps at a time, then single ones; a smaller batch, if one is left over, is the last.
    """
    full, rest = divmod(images, batch_size)
    for _ in range(full // unrolled):
        yield unrolled, batch_size
    for _ in range(full % unrolled):
        yield 1, batch_size
    if rest:
        yield 1, rest


def first(steps: Iterable[tuple[int, int]], count: int) -> list[tuple[int, int]]:
    """Those pairs of `groups` that have the first `count` steps: more where steps go together, fewer if it ends."""
    pairs = list(steps)
    before = accumulate((many for many, _ in pairs), initial=0)
    return [pair for pair, done in zip(pairs, before, strict=False) if done < count]


def best_unrolling(images: int, batch_size: int) -> int:
    """How many steps a graph holds: of `UNROLLED` the number that leaves the fewest single steps."""
    full = images // batch_size
    return min(UNROLLED, key=lambda count: (full % count, -count))


class Steps:
    """Fits `model` to the images, some batches at a time, and updates `average`, if there is one.

    Args:
        images, labels: `(N, 1, 28, 28)` float32 in 0…1 and `(N,)` int64 on the model's device.
        optimizer: AdamW over the model's parameters.
        inputs: what the steps of the epoch read; filled by the caller.
        world: the processes that share each batch.
        captured: whether graphs of steps are captured, which is for CUDA.
    """

    def __init__(
        self,
        model: VAE,
        average: VAE | None,
        optimizer: AdamW,
        config: TrainConfig,
        images: Tensor,
        labels: Tensor,
        inputs: Inputs,
        world: World,
        captured: bool,
    ) -> None:
        self.model, self.average, self.optimizer, self.config = model, average, optimizer, config
        self.images, self.labels, self.inputs, self.world = images, labels, inputs, world
        self.captured = captured
        self._elbo = world.averaging_gradients(_Elbo(model))
        self._taken: Counter[tuple[int, bool]] = Counter()
        self.graphs: dict[tuple[int, int, bool], Graph] = {}

    def __call__(self, count: int, size: int) -> None:
        """Take the epoch's next `count` steps, each on `size` images; all before them had `batch_size`."""
        kind, warm = (count, size, self.inputs.deformed), (size, self.inputs.deformed)
        if self.captured and kind not in self.graphs and self._taken[warm] >= WARM_UP_STEPS:
            self._capture(kind)
        if kind in self.graphs:
            self.graphs[kind].replay()
        else:
            self._take(count, size)
        self._taken[warm] += count

    def _capture(self, kind: tuple[int, int, bool]) -> None:
        count, size, _ = kind
        try:
            self.graphs[kind] = Graph(lambda: self._take(count, size))
        except torch.OutOfMemoryError:
            raise
        except RuntimeError as error:  # whatever a driver or a card does not allow; no step has been taken by then
            self.captured = False
            reason = str(error).splitlines()[0][:160]
            print(f"training goes on without CUDA graphs, slower: they cannot be captured here ({reason})", flush=True)

    def _take(self, count: int, size: int) -> None:
        inputs, device = self.inputs, self.images.device
        numbers = inputs.step + torch.arange(count, device=device)  # (count,)
        rows = inputs.step * self.config.batch_size + torch.arange(count * size, device=device)
        rows = self.world.share(rows.view(count, size).T).T.reshape(-1)  # (count * share,)
        # One gather for all the steps: each of them then has a view.
        chosen = inputs.order[rows]
        x = self.images[chosen]
        if inputs.deformed:
            x = warp(x, inputs.maps[rows])
        share = len(rows) // count
        batches = zip(x.split(share), self.labels[chosen].split(share), inputs.eps[rows].split(share), strict=True)
        rates, betas, weights = inputs.rates[numbers], inputs.betas[numbers], inputs.weights[numbers]
        found = []
        for step, batch in enumerate(batches):
            found.append(self._step(*batch, size, rates[step], betas[step]))
            self._update_average(weights[step])
        inputs.sums.index_copy_(0, numbers, torch.stack(found))
        inputs.step.add_(count)

    def _step(self, x: Tensor, label: Tensor, eps: Tensor, batch_size: int, rate: Tensor, beta: Tensor) -> Tensor:
        """One step on this process's share of a batch; the sums of reconstruction and KL over it, `(2,)` nats."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.zero_grad(set_to_none=True)
        with torch.autocast(x.device.type, torch.bfloat16, enabled=self.config.precision == "bfloat16"):
            terms: ElboTerms = self._elbo(x, label, eps)
        # The gradient has to be that of the mean over the whole batch. Gradients are averaged over the processes, so
        # each one divides by the mean size of a share; shares may differ by a row.
        (terms.weighted(beta).sum() / (batch_size / self.world.size)).backward()
        if self.config.clip:
            nn.utils.clip_grad_norm_(self.model.parameters(), self.config.clip)
        self.optimizer.step()
        return torch.stack([terms.reconstruction.detach().sum(), terms.kl.detach().sum()])

    @torch.no_grad()
    def _update_average(self, weight: Tensor) -> None:
        """average += weight * (model - average); `weight` is a tensor, so that a graph reads it anew."""
        if self.average is not None:
            averages: list[Tensor] = list(self.average.parameters())
            parameters: list[Tensor] = list(self.model.parameters())
            difference = torch._foreach_sub(parameters, averages)
            torch._foreach_mul_(difference, weight)
            torch._foreach_add_(averages, difference)


class _Elbo(nn.Module):
    """`VAE.elbo` as a forward pass, which is where DistributedDataParallel looks for gradients."""

    def __init__(self, model: VAE) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: Tensor, label: Tensor, eps: Tensor) -> ElboTerms:
        return self.model.elbo(x, label, eps)
