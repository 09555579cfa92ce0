"""`train import` recognises other people's networks by shape and order; the model is the same function as theirs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from tests.unit.foreign import TEXTBOOK, Foreign, dense, randomise_norms, same_function, saved
from train.importing.conventions import SCALES, Conventions
from train.importing.run import read_networks


def two_heads(between: Callable[[], nn.Module] = nn.ReLU, norm: bool = False, asked: Conventions = TEXTBOOK) -> Foreign:
    """A trunk with two heads, a decoder of other widths, and what `asked` says of pixels and heads."""
    module = nn.ModuleDict(
        {
            "q_net": dense(784, 24, 16, 12, between=between, norm=norm),
            "head_a": nn.Linear(12, 5),
            "head_b": nn.Linear(12, 5),
            "p_net": dense(5, 14, 14, 784, between=between, norm=norm),
        }
    )
    mean, deviation = SCALES[asked.input_scale]

    def encode(x: Tensor, _: Tensor) -> tuple[Tensor, Tensor]:
        h = between()(module["q_net"]((x.flatten(1) - mean) / deviation))
        mu, log_var = module["head_a"](h), module["head_b"](h)
        if asked.log_var_first:
            mu, log_var = log_var, mu
        return mu, 2 * log_var if asked.log_sigma else log_var

    def decode(z: Tensor, _: Tensor) -> Tensor:
        numbers = module["p_net"](z)
        return (torch.tanh(numbers) + 1) / 2 if asked.output == "tanh" else torch.sigmoid(numbers)

    return Foreign(module, encode, decode, asked)


def conditional(asked: Conventions = TEXTBOOK, also_encoder: bool = True) -> Foreign:
    module = nn.ModuleDict({"enc": dense(794 if also_encoder else 784, 20, 8), "dec": dense(14, 20, 784)})

    def joined(own: Tensor, one_hot: Tensor) -> Tensor:
        return torch.cat([one_hot, own] if asked.class_first else [own, one_hot], dim=1)

    def encode(x: Tensor, one_hot: Tensor) -> tuple[Tensor, Tensor]:
        flat = x.flatten(1)
        mu, log_var = module["enc"](joined(flat, one_hot) if also_encoder else flat).chunk(2, dim=1)
        return mu, log_var

    return Foreign(module, encode, lambda z, c: torch.sigmoid(module["dec"](joined(z, c))), asked)


def convolutional(asked: Conventions = TEXTBOOK, active: bool = True) -> Foreign:
    """Stride 2 with output padding, batch norms, and no biases behind them: the commonest of all."""
    module = nn.ModuleDict(
        {
            "encoder": nn.Sequential(
                nn.Conv2d(1, 4, 3, 2, 1, bias=False), nn.BatchNorm2d(4), nn.ReLU(), nn.Conv2d(4, 6, 3, 2, 1), nn.ReLU()
            ),
            "fc_mu": nn.Linear(6 * 49, 5),
            "fc_var": nn.Linear(6 * 49, 5),
            "decoder_input": nn.Linear(5, 6 * 49),
            "decoder": nn.Sequential(
                nn.ConvTranspose2d(6, 4, 3, 2, 1, output_padding=1, bias=False),
                nn.BatchNorm2d(4),
                nn.ReLU(),
                nn.ConvTranspose2d(4, 4, 3, 2, 1, output_padding=1),
                nn.ReLU(),
                nn.Conv2d(4, 1, 3, padding=1),
            ),
        }
    )
    mean, deviation = SCALES[asked.input_scale]

    def encode(x: Tensor, _: Tensor) -> tuple[Tensor, Tensor]:
        h = module["encoder"]((x - mean) / deviation).flatten(1)
        return module["fc_mu"](h), module["fc_var"](h)

    def decode(z: Tensor, _: Tensor) -> Tensor:
        h = module["decoder_input"](z)
        planes = (torch.relu(h) if active else h).view(-1, 6, 7, 7)
        return torch.sigmoid(module["decoder"](planes)).flatten(1)

    return Foreign(module, encode, decode, asked)


def paddings_that_differ() -> Foreign:
    """28, 14, 7, 3 and back, where the last convolution and the first transposed one have no padding."""
    module = nn.ModuleDict(
        {
            "encoder": nn.Sequential(
                nn.Conv2d(1, 3, 3, 2, 1),
                nn.ReLU(),
                nn.Conv2d(3, 4, 3, 2, 1),
                nn.ReLU(),
                nn.Conv2d(4, 5, 3, 2),
                nn.ReLU(),
            ),
            "mu": nn.Linear(5 * 9, 4),
            "log_var": nn.Linear(5 * 9, 4),
            "start": nn.Linear(4, 5 * 9),
            "decoder": nn.Sequential(
                nn.ConvTranspose2d(5, 4, 3, 2),
                nn.ReLU(),
                nn.ConvTranspose2d(4, 3, 3, 2, 1, output_padding=1),
                nn.ReLU(),
                nn.ConvTranspose2d(3, 1, 3, 2, 1, output_padding=1),
            ),
        }
    )

    def encode(x: Tensor, _: Tensor) -> tuple[Tensor, Tensor]:
        h = torch.relu(module["encoder"](x)).flatten(1)
        return module["mu"](h), module["log_var"](h)

    def decode(z: Tensor, _: Tensor) -> Tensor:
        return torch.sigmoid(module["decoder"](torch.relu(module["start"](z)).view(-1, 5, 3, 3))).flatten(1)

    return Foreign(module, encode, decode)


def without_dense_layers() -> Foreign:
    """As in a GAN: mu and log variance are convolutions over the whole of the planes."""
    module = nn.ModuleDict(
        {
            "encoder": nn.Sequential(nn.Conv2d(1, 3, 4, 2, 1), nn.ReLU(), nn.Conv2d(3, 4, 4, 2, 1), nn.ReLU()),
            "log_var": nn.Conv2d(4, 5, 7),
            "mu": nn.Conv2d(4, 5, 7),
            "decoder": nn.Sequential(
                nn.ConvTranspose2d(5, 4, 7),
                nn.ReLU(),
                nn.ConvTranspose2d(4, 3, 4, 2, 1),
                nn.ReLU(),
                nn.ConvTranspose2d(3, 1, 4, 2, 1),
            ),
        }
    )

    def encode(x: Tensor, _: Tensor) -> tuple[Tensor, Tensor]:
        h = module["encoder"](x)
        return module["mu"](h).flatten(1), module["log_var"](h).flatten(1)

    return Foreign(module, encode, lambda z, _: torch.sigmoid(module["decoder"](z[:, :, None, None])).flatten(1))


def enlarging() -> Foreign:
    """Planes enlarged before a convolution, instead of a transposed one."""
    module = nn.ModuleDict(
        {
            "down": nn.Sequential(nn.Conv2d(1, 3, 4, 2, 1), nn.ReLU(), nn.Conv2d(3, 4, 4, 2, 1), nn.ReLU()),
            "posterior": nn.Linear(4 * 49, 6),
            "start": nn.Linear(3, 4 * 49),
            "up": nn.Sequential(
                nn.Upsample(scale_factor=2),
                nn.Conv2d(4, 3, 3, padding=1),
                nn.ReLU(),
                nn.Upsample(scale_factor=2),
                nn.Conv2d(3, 1, 5, padding=2),
            ),
        }
    )

    def encode(x: Tensor, _: Tensor) -> tuple[Tensor, Tensor]:
        mu, log_var = module["posterior"](module["down"](x).flatten(1)).chunk(2, dim=1)
        return mu, log_var

    def decode(z: Tensor, _: Tensor) -> Tensor:
        return torch.sigmoid(module["up"](torch.relu(module["start"](z)).view(-1, 4, 7, 7))).flatten(1)

    return Foreign(module, encode, decode)


def from_one_pixel() -> Foreign:
    """A code as planes of one pixel, as in a GAN's generator: 1, 4, 7, 14, 28."""
    module = nn.ModuleDict(
        {
            "encoder": dense(784, 30, 20, 12),
            "decoder": nn.Sequential(
                nn.ConvTranspose2d(6, 5, 4, 1, 0),
                nn.ReLU(),
                nn.ConvTranspose2d(5, 4, 3, 2, 1),
                nn.ReLU(),
                nn.ConvTranspose2d(4, 3, 4, 2, 1),
                nn.ReLU(),
                nn.ConvTranspose2d(3, 1, 4, 2, 1),
            ),
        }
    )

    def encode(x: Tensor, _: Tensor) -> tuple[Tensor, Tensor]:
        mu, log_var = module["encoder"](x.flatten(1)).chunk(2, dim=1)
        return mu, log_var

    return Foreign(module, encode, lambda z, _: torch.sigmoid(module["decoder"](z[:, :, None, None])).flatten(1))


def autoencoder() -> Foreign:
    module = nn.ModuleDict({"encoder": dense(784, 20, 4), "decoder": dense(4, 20, 784)})

    def encode(x: Tensor, _: Tensor) -> tuple[Tensor, Tensor]:
        code = module["encoder"](x.flatten(1))
        return code, torch.zeros_like(code)

    return Foreign(module, encode, lambda z, _: torch.sigmoid(module["decoder"](z)))


NETWORKS: dict[str, Callable[[], Foreign]] = {
    "two heads": two_heads,
    "batch norms": lambda: two_heads(norm=True),
    "tanh": lambda: two_heads(nn.Tanh, asked=Conventions(activation="tanh")),
    "gelu": lambda: two_heads(nn.GELU, asked=Conventions(activation="gelu")),
    "elu": lambda: two_heads(nn.ELU, asked=Conventions(activation="elu")),
    "softplus, log sigma": lambda: two_heads(nn.Softplus, asked=Conventions(activation="softplus", log_sigma=True)),
    "leaky": lambda: two_heads(lambda: nn.LeakyReLU(0.2), asked=Conventions(activation="leaky_relu_0.2")),
    "log variance first": lambda: two_heads(asked=Conventions(log_var_first=True)),
    "normalised": lambda: two_heads(asked=Conventions(input_scale="normalised")),
    "pixels in -1 to 1": lambda: two_heads(asked=Conventions(input_scale="minus-one-one", output="tanh")),
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
    model = same_function(foreign, networks[0])
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
