"""What the steps of an epoch read and write: one set of tensors on the device, filled anew before each epoch.

Everything random is drawn at once, and what changes from step to step stands in tables. So a step needs nothing from
the processor but to be started, and a graph of many steps nothing but to be replayed. At its largest this is a third
of what the images take.
"""

from __future__ import annotations

import torch

from ..data.augment import random_maps
from ..seeds import normal, seeded
from .config import TrainConfig

ORDER, EPS, MAPS = range(3)  # streams of random numbers


class Inputs:
    """The tensors, for N images, S steps and D latent dimensions.

    Args:
        count, latent_dim: N and D.
        device: where the tensors lie.
        noise_device: where the noise is drawn. Another device draws other numbers from the same seed.

    Attributes:
        order: `(N,)` int64, the images in the order of this epoch.
        eps: `(N, D)`, the noise of z.
        maps: `(N, 2, 3)`, how each image is deformed (`data.augment`); they count if `deformed`.
        rates: `(S,)`, the learning rate of each step.
        betas: `(S,)`, the weight of the KL in each step.
        weights: `(S,)`, how much of the model each step adds to the average: one minus its decay.
        sums: `(S, 2)`, to be filled: reconstruction and KL of each step, summed over its images, nats.
        step: `()` int64, how many steps of the epoch are done.
    """

    def __init__(
        self, config: TrainConfig, count: int, latent_dim: int, device: torch.device, noise_device: torch.device
    ) -> None:
        self.config, self.device, self.noise_device = config, device, noise_device
        self.steps = -(-count // config.batch_size)
        self.order = torch.zeros(count, dtype=torch.int64, device=device)
        self.eps = torch.zeros(count, latent_dim, device=device)
        self.maps = torch.zeros(count if config.augment else 0, 2, 3, device=device)
        self.rates = torch.zeros(self.steps, device=device)
        self.betas = torch.zeros(self.steps, device=device)
        self.weights = torch.zeros(self.steps, device=device)
        self.sums = torch.zeros(self.steps, 2, device=device)
        self.step = torch.zeros((), dtype=torch.int64, device=device)
        self.deformed = False

    def fill(self, epoch: int) -> None:
        """For epoch `epoch`, from 0."""
        config, (count, latent_dim) = self.config, self.eps.shape
        # The order is the same whatever device draws the noise.
        self.order.copy_(torch.randperm(count, generator=seeded("cpu", config.seed, epoch, ORDER)))
        self.eps.copy_(normal(count, latent_dim, random=self._random(epoch, EPS), device=self.device))
        share = config.augment_in(epoch)
        self.deformed = share > 0
        if self.deformed:
            self.maps.copy_(random_maps(count, share, self._random(epoch, MAPS), self.device))
        numbers = range(epoch * self.steps, (epoch + 1) * self.steps)
        all_steps = config.epochs * self.steps
        self.rates.copy_(torch.tensor([config.learning_rate_at(step, all_steps) for step in numbers]))
        self.betas.copy_(torch.tensor([config.beta_at(step, self.steps) for step in numbers]))
        self.weights.copy_(torch.tensor([1 - config.average_decay_at(step) for step in numbers]))
        self.sums.zero_()
        self.step.zero_()

    def _random(self, epoch: int, stream: int) -> torch.Generator:
        return seeded(self.noise_device, self.config.seed, epoch, stream)
