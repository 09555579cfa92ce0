"""The judge: a small classifier that says what a picture shows, so that samples can be counted and compared.

It is described by the same layers as the VAEs, and runs in the browser like them
(`vae_explorer.storage.classifier_file`).
Batch normalisation is used while it learns and folded into the weights afterwards.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from vae_explorer.errors import OutputError
from vae_explorer.model.config import IMAGE_SIZE
from vae_explorer.model.layers import Layer
from vae_explorer.model.vae import VAE, sequential
from vae_explorer.storage import classifier_file
from vae_explorer.storage.classifier_file import JudgeFile

from ..data.load import DataSet, Split, to_device
from ..data.named_sets import DataSpec

FEATURES = 64
LARGEST_SHIFT = 2  # pixels, each way
BATCH = 128
LOOK_BATCH = 1000
PEAK_RATE = 4e-3
DROPOUT = 0.2
NORM_EPS = 1e-5

# A picture counts as recognised where the judge gives one class more than this probability.
RECOGNISED = 0.9


@dataclass(frozen=True)
class Verdict:
    """What the judge makes of N pictures: `probabilities` `(N, classes)`, `features` `(N, F)`, float32."""

    probabilities: Tensor
    features: Tensor

    @property
    def recognised(self) -> float:
        """The share of pictures with one class above `RECOGNISED`."""
        return float((self.probabilities.max(dim=1).values > RECOGNISED).float().mean())

    def class_shares(self) -> Tensor:
        """The share of pictures that each class is the most probable of, `(classes,)` float64."""
        classes = self.probabilities.shape[1]
        counts = torch.bincount(self.probabilities.argmax(dim=1).cpu(), minlength=classes)
        return counts.cpu().double() / counts.sum().cpu()


class Judge:
    """A trained judge as a torch network on `device`."""

    def __init__(self, file: JudgeFile, device: torch.device) -> None:
        self.file = file
        self.device = device
        # Copies, because what safetensors reads may not be written to.
        self.network = sequential(file.layers)
        self.network.load_state_dict({name: torch.from_numpy(array.copy()) for name, array in file.tensors.items()})
        self.network.to(device).to(memory_format=torch.channels_last).eval().requires_grad_(False)

    @torch.no_grad()
    def look(self, images: Tensor) -> Verdict:
        """The verdict on `(N, 1, 28, 28)` float32 images in 0…1."""
        probabilities, features = [], []
        body, head = self.network[: self.file.feature_layer + 1], self.network[self.file.feature_layer + 1 :]
        for x in images.to(self.device).split(LOOK_BATCH):
            feature = body(x)  # (B, F)
            features.append(feature)
            probabilities.append(head(feature).softmax(dim=1))
        return Verdict(torch.cat(probabilities), torch.cat(features))


def open_judge(path: Path, device: torch.device) -> Judge:
    """The judge in a file.

    Raises:
        DataError: the file is missing, or no judge.
    """
    return Judge(classifier_file.read(path), device)


def shipped_judge(spec: DataSpec, device: torch.device) -> Judge | None:
    """The judge that comes with the data set; None for a data set that has none."""
    path = classifier_file.shipped_path(spec.name)
    judge = open_judge(path, device) if path.exists() else None
    return judge if judge is not None and judge.file.classes == spec.classes else None


@torch.no_grad()
def verdicts(judge: Judge, model: VAE, mu: Tensor, labels: Tensor) -> dict[str, NDArray[Any]]:
    """What the judge takes the reconstructions from `mu` `(N, D)` for, as `model_folder.prediction_shapes` has it."""
    pairs = zip(mu.split(LOOK_BATCH), labels.split(LOOK_BATCH), strict=True)
    found = torch.cat([judge.look(model.decode(z, label)).probabilities for z, label in pairs]).max(dim=1)
    return {
        "prediction": found.indices.cpu().numpy().astype(np.uint8),
        "prediction_confidence": found.values.cpu().numpy(),
    }


def judge_layers(classes: int) -> tuple[Layer, ...]:
    """From an image to logits in 0.9 million multiply-adds; the output of the last ReLU are the features."""
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


def train_judge(
    data: DataSet, device: torch.device, epochs: int, seed: int = 0, say: Callable[[str], None] = print
) -> JudgeFile:
    """Train a judge on a data set's training pictures: Adam, a one-cycle rate, shifts of up to two pixels."""
    torch.manual_seed(seed)
    layers = judge_layers(len(data.spec.classes))
    network = _with_norms(layers).to(device).to(memory_format=torch.channels_last)
    images = to_device(data.train.images, device)
    labels = torch.from_numpy(data.train.labels.astype("int64")).to(device)
    random = torch.Generator().manual_seed(seed)
    steps = epochs * -(-len(images) // BATCH)
    optimizer = torch.optim.Adam(network.parameters(), lr=PEAK_RATE, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_RATE, steps)
    accuracy = 0.0
    for epoch in range(1, epochs + 1):
        started, total = time.perf_counter(), torch.zeros((), device=device)
        network.train()
        for indices in torch.randperm(len(images), generator=random).to(device).split(BATCH):
            x = _shifted(images[indices], random)
            loss = functional.cross_entropy(network(x), labels[indices])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.detach() * len(indices)
        network.eval()
        file = JudgeFile(layers, data.spec.classes, accuracy, len(layers) - 2, _folded(layers, network))
        accuracy = share_right(Judge(file, device), data.test)
        say(
            f"epoch {epoch:>2}/{epochs}  loss {float(total) / len(images):.4f} nats per image  "
            f"test accuracy {accuracy:.2%}  {time.perf_counter() - started:.1f} s"
        )
    return JudgeFile(layers, data.spec.classes, accuracy, len(layers) - 2, _folded(layers, network))


def share_right(judge: Judge, split: Split) -> float:
    """The share of pictures that the judge names as they are labelled."""
    verdict = judge.look(to_device(split.images, judge.device))
    return float((verdict.probabilities.argmax(dim=1).cpu().numpy() == split.labels).mean())


def require_free(path: Path, overwrite: bool) -> None:
    """Raise OutputError unless a judge may be written at `path`."""
    if path.is_dir():
        raise OutputError(f"{path} is a folder; a file was expected. Choose another name with --output")
    if path.exists() and not overwrite:
        raise OutputError(f"{path} is there already. Add --overwrite to replace it, or choose another --output")


def _with_norms(layers: tuple[Layer, ...]) -> nn.Sequential:
    """The network to train, its modules named by their layers (`0`, `1`, …): a batch norm (`norm0`) stands
    before each ReLU, dropout (`dropout`) before the first dense layer."""
    network = nn.Sequential()
    for index, (layer, module) in enumerate(zip(layers, sequential(layers), strict=True)):
        network.add_module(str(index), module)
        if index + 1 < len(layers) and layers[index + 1].op == "relu":
            norm = nn.BatchNorm2d if layer.op == "conv" else nn.BatchNorm1d
            network.add_module(f"norm{index}", norm(layer.outputs, eps=NORM_EPS))
        if layer.op == "reshape":
            network.add_module("dropout", nn.Dropout(DROPOUT))
    return network


def _folded(layers: tuple[Layer, ...], network: nn.Sequential) -> dict[str, classifier_file.Array]:
    """The weights of `layers` alone, each batch norm multiplied into what stands before it."""
    state = {name: tensor.cpu().double() for name, tensor in network.state_dict().items()}
    tensors: dict[str, classifier_file.Array] = {}
    for index, layer in enumerate(layers):
        if not layer.parameter_shapes():
            continue
        weight, bias = state[f"{index}.weight"], state[f"{index}.bias"]
        if f"norm{index}.weight" in state:
            norm = {name: state[f"norm{index}.{name}"] for name in ("weight", "bias", "running_mean", "running_var")}
            scale = norm["weight"] / (norm["running_var"] + NORM_EPS).sqrt()
            weight = weight * scale.view(-1, *[1] * (weight.dim() - 1))
            bias = (bias - norm["running_mean"]) * scale + norm["bias"]
        tensors[f"{index}.weight"] = weight.float().contiguous().numpy()
        tensors[f"{index}.bias"] = bias.float().contiguous().numpy()
    return tensors


def _shifted(x: Tensor, random: torch.Generator) -> Tensor:
    """Each picture of `(B, 1, 28, 28)` moved by a random whole number of pixels, black where nothing was."""
    count = len(x)
    corners = torch.randint(0, 2 * LARGEST_SHIFT + 1, (count, 2), generator=random).to(x.device)
    padded = functional.pad(x, [LARGEST_SHIFT] * 4)
    line = torch.arange(IMAGE_SIZE, device=x.device)
    rows = (corners[:, :1] + line)[:, :, None]  # (B, 28, 1)
    columns = (corners[:, 1:] + line)[:, None, :]  # (B, 1, 28)
    picture = torch.arange(count, device=x.device)[:, None, None]
    return padded[picture, 0, rows, columns].unsqueeze(1)
