"""Trains the classifier of a data set: Adam, a one-cycle rate, shifts of up to two pixels.

Batch normalisation is used while it is trained and folded into the weights afterwards.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_eval, fuse_linear_bn_eval

from vae_explorer.errors import OutputError
from vae_explorer.model import half
from vae_explorer.model.config import IMAGE_SIZE
from vae_explorer.model.layer import Layer
from vae_explorer.model.vae import sequential
from vae_explorer.storage.classifier_file import Array, ClassifierFile

from ..data.data_set import DataSet, Split, to_device
from .classifier import Classifier

FEATURES = 64
LARGEST_SHIFT = 2  # pixels, in each direction
BATCH = 128
PEAK_RATE = 4e-3
DROPOUT = 0.2


def train_classifier(
    data: DataSet, device: torch.device, epochs: int, seed: int = 0, say: Callable[[str], None] = print
) -> ClassifierFile:
    """Train a classifier on a data set's training images."""
    torch.manual_seed(seed)
    layers = classifier_layers(len(data.spec.classes))
    network = with_norms(layers).to(device).to(memory_format=torch.channels_last)
    images, labels = to_device(data.train, device)
    random = torch.Generator().manual_seed(seed)
    steps = epochs * -(-len(images) // BATCH)
    optimizer = torch.optim.Adam(network.parameters(), lr=PEAK_RATE, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_RATE, steps)

    def as_file(test_accuracy: float = 0.0) -> ClassifierFile:
        tensors = {name: half.rounded(tensor) for name, tensor in _folded(layers, network.eval()).items()}
        return ClassifierFile(layers, data.spec.classes, test_accuracy, len(layers) - 2, tensors)

    test_accuracy = 0.0
    for epoch in range(1, epochs + 1):
        started, total = time.perf_counter(), torch.zeros((), device=device)
        network.train()
        for indices in torch.randperm(len(images), generator=random).to(device).split(BATCH):
            loss = functional.cross_entropy(network(shifted(images[indices], random)), labels[indices])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.detach() * len(indices)
        test_accuracy = accuracy(Classifier(as_file(), device), data.test)
        say(
            f"epoch {epoch:>2}/{epochs}  loss {float(total) / len(images):.4f} nats per image  "
            f"test accuracy {test_accuracy:.2%}  {time.perf_counter() - started:.1f} s"
        )
    return as_file(test_accuracy)


def classifier_layers(classes: int) -> tuple[Layer, ...]:
    """From an image to logits in 0.9 million multiply-adds; the features are the output of the last ReLU."""
    inner = 32 * (IMAGE_SIZE // 4) ** 2
    return (
        Layer("conv", inputs=1, outputs=16, kernel=5, stride=2, padding=2),
        Layer("relu"),
        Layer("conv", inputs=16, outputs=32, kernel=3, stride=2, padding=1),
        Layer("relu"),
        Layer("conv", inputs=32, outputs=32, kernel=3, stride=1, padding=1),
        Layer("relu"),
        Layer("reshape", shape=(inner,)),
        Layer("linear", inputs=inner, outputs=FEATURES),
        Layer("relu"),
        Layer("linear", inputs=FEATURES, outputs=classes),
    )


def accuracy(classifier: Classifier, split: Split) -> float:
    """The share of images for which the classifier predicts their label."""
    images, labels = to_device(split, classifier.device)
    return float((classifier.predict(images).probabilities.argmax(dim=1) == labels).float().mean())


def require_free(path: Path, overwrite: bool) -> None:
    """Raise OutputError unless a classifier may be written at `path`."""
    if path.is_dir():
        raise OutputError(f"{path} is a folder; a file was expected. Choose another name with --output")
    if path.exists() and not overwrite:
        raise OutputError(f"{path} is there already. Add --overwrite to replace it, or choose another --output")


def with_norms(layers: tuple[Layer, ...]) -> nn.Sequential:
    """The network to train, its modules named by their layers (`0`, `1`, …): with a batch norm (`norm0`) before each
    ReLU, and dropout (`dropout`) before the first dense layer."""
    network = nn.Sequential()
    for index, (layer, module) in enumerate(zip(layers, sequential(layers), strict=True)):
        network.add_module(str(index), module)
        if index + 1 < len(layers) and layers[index + 1].op == "relu":
            norm = nn.BatchNorm2d if layer.op == "conv" else nn.BatchNorm1d
            network.add_module(f"norm{index}", norm(layer.outputs))
        if layer.op == "reshape":
            network.add_module("dropout", nn.Dropout(DROPOUT))
    return network


def _folded(layers: tuple[Layer, ...], network: nn.Sequential) -> dict[str, Array]:
    """The parameters of `layers` alone, each batch norm folded into the layer before it. `network` is in eval mode."""
    modules = dict(network.named_children())
    tensors: dict[str, Array] = {}
    for index in range(len(layers)):
        module = modules[str(index)]
        norm = modules.get(f"norm{index}")
        if isinstance(module, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
            module = fuse_conv_bn_eval(module, norm)
        elif isinstance(module, nn.Linear) and isinstance(norm, nn.BatchNorm1d):
            module = fuse_linear_bn_eval(module, norm)
        for name, parameter in module.named_parameters():
            tensors[f"{index}.{name}"] = parameter.detach().cpu().contiguous().numpy()
    return tensors


def shifted(x: Tensor, random: torch.Generator) -> Tensor:
    """Each image of `(B, 1, 28, 28)` shifted by a random whole number of pixels, black where it leaves a gap.

    Not torchvision's RandomCrop, which shifts a whole batch alike.
    """
    count = len(x)
    corners = torch.randint(0, 2 * LARGEST_SHIFT + 1, (count, 2), generator=random).to(x.device)
    padded = functional.pad(x, [LARGEST_SHIFT] * 4)
    line = torch.arange(IMAGE_SIZE, device=x.device)
    rows = (corners[:, :1] + line)[:, :, None]  # (B, 28, 1)
    columns = (corners[:, 1:] + line)[:, None, :]  # (B, 1, 28)
    image = torch.arange(count, device=x.device)[:, None, None]
    return padded[image, 0, rows, columns].unsqueeze(1)
