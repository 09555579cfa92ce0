"""VAEs as other people write them, and the shipped models' weights under other people's names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from train.importing.build import build
from train.importing.choose import Choice, choose, sample_of
from train.importing.conventions import Conventions
from train.importing.convolutions import geometries
from train.importing.network import Network
from train.importing.run import read_networks
from vae_explorer import load
from vae_explorer.model.vae import VAE

Weights = dict[str, Tensor]
# From pictures `(B, 1, 28, 28)` in 0…1 and one-hot classes `(B, 10)` to mu and log variance; from codes and classes to
# pixels in 0…1, `(B, 784)`.
Encode = Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]
Decode = Callable[[Tensor, Tensor], Tensor]

TEXTBOOK = Conventions()


@dataclass(frozen=True)
class Foreign:
    """A module of somebody else's, what it computes, and what to ask for when it is imported."""

    module: nn.Module
    encode: Encode
    decode: Decode
    asked: Conventions = TEXTBOOK


def shipped_weights(name: str) -> Weights:
    """The weights of a shipped model, under its own names."""
    return {key: tensor.detach().clone() for key, tensor in load(name).state_dict().items()}


def five_layers() -> Weights:
    """`mlp-20` under the names of the VAE that is copied most."""
    w = shipped_weights("mlp-20")
    found: Weights = {}
    for new, old in {"fc1": "encoder.0", "fc3": "decoder.0", "fc4": "decoder.2"}.items():
        found |= {f"{new}.{leaf}": w[f"{old}.{leaf}"] for leaf in ("weight", "bias")}
    for leaf in ("weight", "bias"):
        found[f"fc21.{leaf}"], found[f"fc22.{leaf}"] = w[f"encoder.2.{leaf}"].chunk(2)
    order = ("fc1", "fc21", "fc22", "fc3", "fc4")
    return {f"{layer}.{leaf}": found[f"{layer}.{leaf}"].clone() for layer in order for leaf in ("weight", "bias")}


def small_layers() -> Weights:
    """The textbook VAE, small and untrained, with the layers' names of the one that is copied most."""
    torch.manual_seed(0)
    names = ("fc1", "fc21", "fc22", "fc3", "fc4")
    layers = (nn.Linear(784, 9), nn.Linear(9, 3), nn.Linear(9, 3), nn.Linear(3, 9), nn.Linear(9, 784))
    return dict(nn.ModuleDict(dict(zip(names, layers, strict=True))).state_dict())


def saved(weights: object, folder: Path) -> Path:
    """The file that somebody saved them in."""
    file = folder / "theirs.pth"
    torch.save(weights, file)
    return file


def chosen(file: Path, images: Tensor, labels: Tensor, **asked: object) -> Choice:
    """What `import` makes of a file, before it publishes."""
    choice = choose(read_networks(file), asked, *sample_of(images, labels))
    assert choice is not None
    return choice


def same_function(foreign: Foreign, network: Network, within: float = 1e-5) -> VAE | None:
    """The model, of those that strides and paddings leave open, that computes what the module computes."""
    torch.manual_seed(1)
    x, labels = torch.rand(6, 1, 28, 28), torch.arange(6)
    one_hot = functional.one_hot(labels, 10).float()
    z = torch.randn(6, network.latent_dim)
    foreign.module.eval()
    with torch.no_grad():
        wanted = [*foreign.encode(x, one_hot), foreign.decode(z, one_hot)]
        for geometry in geometries(network):
            model = build(network, geometry, foreign.asked)
            label = labels if model.config.classes else None
            found = [*model.encode(x, label), model.decode(z, label).flatten(1)]
            if all(torch.allclose(*pair, rtol=1e-5, atol=within) for pair in zip(found, wanted, strict=True)):
                return model
    return None


def dense(*widths: int, between: Callable[[], nn.Module] = nn.ReLU, norm: bool = False) -> nn.Sequential:
    """Dense layers with an activation between them, and a batch norm before it where asked."""
    modules: list[nn.Module] = []
    for inputs, outputs in pairwise(widths):
        modules += [nn.Linear(inputs, outputs), *([nn.BatchNorm1d(outputs)] if norm else []), between()]
    return nn.Sequential(*modules[: -2 if norm else -1])


def randomise_norms(module: nn.Module) -> None:
    """Statistics and weights of batch norms, as if it had been trained."""
    torch.manual_seed(2)
    for each in module.modules():
        if isinstance(each, nn.BatchNorm1d | nn.BatchNorm2d):
            for tensor in (each.running_mean, each.bias.data):
                tensor.copy_(0.3 * torch.randn_like(tensor))
            for tensor in (each.running_var, each.weight.data):
                tensor.copy_(0.5 + torch.rand_like(tensor))
