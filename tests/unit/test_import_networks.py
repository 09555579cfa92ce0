"""`train import` recognises other people's networks by shape and order; the model is the same function as theirs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils import parametrizations, prune, spectral_norm

from tests.unit.foreign import Foreign, dense, randomise_norms, same_function, saved
from tests.unit.foreign_networks import (
    autoencoder,
    conditional,
    convolutional,
    enlarging,
    from_one_pixel,
    normalised,
    norms_last,
    one_by_one,
    paddings_that_differ,
    two_heads,
    without_dense_layers,
)
from train.importing.conventions import Conventions
from train.importing.run import read_networks

NETWORKS: dict[str, Callable[[], Foreign]] = {
    "two heads": two_heads,
    "batch norms": lambda: two_heads(norm=True),
    "tanh": lambda: two_heads(nn.Tanh, asked=Conventions(activation="tanh")),
    "selu": lambda: two_heads(nn.SELU, asked=Conventions(activation="selu")),
    "mish": lambda: two_heads(nn.Mish, asked=Conventions(activation="mish")),
    "gelu": lambda: two_heads(nn.GELU, asked=Conventions(activation="gelu")),
    "elu": lambda: two_heads(nn.ELU, asked=Conventions(activation="elu")),
    "softplus, log sigma": lambda: two_heads(nn.Softplus, asked=Conventions(activation="softplus", log_sigma=True)),
    "leaky": lambda: two_heads(lambda: nn.LeakyReLU(0.2), asked=Conventions(activation="leaky_relu_0.2")),
    "log variance first": lambda: two_heads(asked=Conventions(log_var_first=True)),
    "normalised": lambda: two_heads(asked=Conventions(input_scale="normalised")),
    "pixels in -1 to 1": lambda: two_heads(asked=Conventions(input_scale="minus-one-one", output="tanh")),
    "softplus sigma": lambda: two_heads(asked=Conventions(softplus_sigma=True)),
    "an activation of its own at each place": one_by_one,
    "norms behind activations": norms_last,
    "norms behind activations, convolutional": lambda: norms_last(planes=True),
    "weight norm": lambda: normalised(parametrizations.weight_norm),
    "spectral norm": lambda: normalised(parametrizations.spectral_norm),
    "spectral norm by a hook": lambda: normalised(spectral_norm),
    "pruned": lambda: normalised(lambda layer: prune.random_unstructured(layer, "weight", 0.3)),
    "conditional": conditional,
    "class first": lambda: conditional(Conventions(class_first=True)),
    "conditional decoder": lambda: conditional(also_encoder=False),
    "convolutional": convolutional,
    "no activation before planes": lambda: convolutional(active=False),
    "convolutional, normalised": lambda: convolutional(Conventions(input_scale="normalised")),
    "paddings that differ": paddings_that_differ,
    "without dense layers": without_dense_layers,
    "enlarged planes": enlarging,
    "from one pixel": from_one_pixel,
    "autoencoder": autoencoder,
}


@pytest.mark.parametrize("kind", NETWORKS)
def test_the_model_computes_what_the_module_computes(kind: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    foreign = NETWORKS[kind]()
    randomise_norms(foreign.module)
    networks = read_networks(saved(foreign.module.state_dict(), tmp_path))
    # Softplus for sigma is a sum of a few others.
    model = same_function(foreign, networks[0], within=3e-3 if foreign.asked.softplus_sigma else 1e-5)
    assert model is not None
    assert model.config.deterministic == (kind == "autoencoder")
    assert model.config.classes == (10 if "class" in kind or "conditional" in kind else 0)
    textbook = ("conditional", "class first", "conditional decoder", "autoencoder")
    assert model.config.architecture == ("mlp" if kind in textbook else "layers")


@pytest.mark.parametrize("order", [sorted, lambda names: [*names[22:], *names[:22]]], ids=["sorted", "decoder first"])
def test_layers_of_the_same_shape_are_told_apart_by_their_names(order: Callable, tmp_path: Path) -> None:
    """As safetensors sorts them; ten layers, so that 10 comes before 2."""
    torch.manual_seed(0)
    module = nn.ModuleDict({"q": dense(784, *[9] * 10, 4), "p": dense(2, *[9] * 10, 784)})

    def encode(x: Tensor, _: Tensor) -> tuple[Tensor, Tensor]:
        mu, log_var = module["q"](x.flatten(1)).chunk(2, dim=1)
        return mu, log_var

    foreign = Foreign(module, encode, lambda z, _: torch.sigmoid(module["p"](z)))
    weights = module.state_dict()
    file = saved({name: weights[name] for name in order(list(weights))}, tmp_path)
    assert any(same_function(foreign, network) for network in read_networks(file))


@pytest.mark.parametrize(("first", "second"), [("fc_mu", "fc_logvar"), ("fc_logvar", "fc_mu"), ("z_std", "z_loc")])
def test_names_say_which_head_is_mu(first: str, second: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    module = nn.ModuleDict(
        {"e": nn.Linear(784, 9), first: nn.Linear(9, 3), second: nn.Linear(9, 3), "d": dense(3, 9, 784)}
    )
    (network, *_) = read_networks(saved(module.state_dict(), tmp_path))
    assert [step.part.name for step in network.heads] == sorted((first, second), key=lambda n: n[-3:] in ("var", "std"))
    assert network.says_which_is_mu


def test_batch_norms_named_by_number_stand_behind_the_layer_of_that_number(tmp_path: Path) -> None:
    """All of a size, and not in turn: `fc1`, `fc2`, `bn1`, `bn2`."""
    torch.manual_seed(0)
    module = nn.ModuleDict(
        {
            "fc1": nn.Linear(784, 9),
            "fc2": nn.Linear(9, 9),
            "bn1": nn.BatchNorm1d(9),
            "bn2": nn.BatchNorm1d(9),
            "out": nn.Linear(9, 4),
            "decoder": dense(2, 7, 784),
        }
    )
    randomise_norms(module)

    def encode(x: Tensor, _: Tensor) -> tuple[Tensor, Tensor]:
        h = torch.relu(module["bn1"](module["fc1"](x.flatten(1))))
        mu, log_var = module["out"](torch.relu(module["bn2"](module["fc2"](h)))).chunk(2, dim=1)
        return mu, log_var

    foreign = Foreign(module, encode, lambda z, _: torch.sigmoid(module["decoder"](z)))
    (network, *_) = read_networks(saved(module.state_dict(), tmp_path))
    assert same_function(foreign, network)
