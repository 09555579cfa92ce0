"""The shipped classifier's architecture, trained on few labelled pictures for a fixed number of steps."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from .train_classifier import PEAK_RATE, classifier_layers, shifted, with_norms

STEPS = 200
BATCH = 64
TEST_BATCH = 1_000


@dataclass(frozen=True)
class Labelled:
    """`images` `(N, 1, 28, 28)` float32 in 0…1 with `labels` `(N,)` int64, on one device."""

    images: Tensor
    labels: Tensor

    def __getitem__(self, chosen: Tensor) -> Labelled:
        return Labelled(self.images[chosen], self.labels[chosen])

    def __len__(self) -> int:
        return len(self.labels)


def choose(every: Labelled, per_class: int, seed: int) -> Labelled:
    """So many pictures of each class at random; fewer of a class that has not as many."""
    random = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(every), generator=random)
    labels = every.labels.cpu()[order]
    chosen = [order[labels == label][:per_class] for label in labels.unique()]
    return every[torch.cat(chosen).to(every.labels.device)]


def train(few: Labelled, more: Labelled | None, classes: int, seed: int, steps: int = STEPS) -> nn.Sequential:
    """A network in eval mode. With `more`, a half of each batch is from there; the steps are as many.

    Everything is shifted by up to two pixels, as the shipped classifier's pictures are.
    """
    torch.manual_seed(seed)
    random = torch.Generator().manual_seed(seed)
    network = with_norms(classifier_layers(classes)).to(few.images.device).to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(network.parameters(), lr=PEAK_RATE, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_RATE, steps)
    network.train()
    for _ in range(steps):
        parts = [(few, BATCH)] if more is None else [(few, BATCH // 2), (more, BATCH // 2)]
        drawn = [
            part[torch.randint(0, len(part), (count,), generator=random).to(part.labels.device)]
            for part, count in parts
        ]
        images, labels = torch.cat([each.images for each in drawn]), torch.cat([each.labels for each in drawn])
        loss = functional.cross_entropy(network(shifted(images, random)), labels)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        schedule.step()
    return network.eval()


@torch.no_grad()
def predicted(network: nn.Sequential, images: Tensor) -> Tensor:
    """The most probable class of each image, `(N,)` int64."""
    return torch.cat([network(x).argmax(dim=1) for x in images.split(TEST_BATCH)])


def accuracy(network: nn.Sequential, test: Labelled) -> float:
    """The share of test pictures whose class is named right."""
    return float((predicted(network, test.images) == test.labels).float().mean())
