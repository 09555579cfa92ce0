"""The loop that every tutorial has, to compare with: DataLoader, ToTensor, eager Adam, one model class.

Written out on purpose, its loss as well: the same model and mathematics as the recipe `plain`, with nothing from the
rest of this package.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader

BATCH_SIZE = 128


class PlainVAE(nn.Module):
    """784-400-ReLU-2x20, 20-400-ReLU-784-sigmoid."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(784, 400), nn.ReLU(), nn.Linear(400, 40))
        self.decoder = nn.Sequential(nn.Linear(20, 400), nn.ReLU(), nn.Linear(400, 784), nn.Sigmoid())

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """A reconstruction `(B, 784)`, mu and log_var `(B, 20)` of images `(B, 1, 28, 28)`."""
        mu, log_var = self.encoder(x.view(-1, 784)).chunk(2, dim=1)
        z = mu + torch.exp(0.5 * log_var) * torch.randn_like(mu)
        return self.decoder(z), mu, log_var


def negative_elbo(model: PlainVAE, x: Tensor) -> Tensor:
    """-ELBO of a batch, summed over its images, `()`, nats."""
    x_hat, mu, log_var = model(x)
    reconstruction = functional.binary_cross_entropy(x_hat, x.view(-1, 784), reduction="sum")
    return reconstruction - 0.5 * torch.sum(1 + log_var - mu.pow(2) - log_var.exp())


class PlainRun:
    """The plain recipe as a run that can advance by a few steps or an epoch at a time."""

    def __init__(self, data_dir: Path, device: torch.device) -> None:
        from torchvision import datasets, transforms

        self.data_dir, self.device = data_dir, device
        to_tensor = transforms.ToTensor()
        train = datasets.MNIST(str(data_dir), train=True, transform=to_tensor)
        test = datasets.MNIST(str(data_dir), train=False, transform=to_tensor)
        self.loader = DataLoader(train, batch_size=BATCH_SIZE, shuffle=True)
        self.test_loader = DataLoader(test, batch_size=BATCH_SIZE)
        self.model = PlainVAE().to(device)
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-3)

    def steps(self, count: int) -> float:
        """Take `count` steps, over as many epochs as they need; returns images per second."""
        batches: Iterator[list[Tensor]] = itertools.chain.from_iterable(itertools.repeat(self.loader))
        images = 0
        started = time.perf_counter()
        for _ in range(count):
            x = next(batches)[0].to(self.device)
            self.optimizer.zero_grad()
            loss = negative_elbo(self.model, x)
            loss.backward()
            loss.item()  # every tutorial logs it
            self.optimizer.step()
            images += len(x)
        return images / (time.perf_counter() - started)

    @torch.no_grad()
    def test(self) -> float:
        """Test -ELBO, nats per image, one sample each."""
        total = sum(float(negative_elbo(self.model, x.to(self.device))) for x, _ in self.test_loader)
        return total / 10_000
