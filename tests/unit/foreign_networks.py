"""Networks as other people write them, untrained, with what each computes."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

from tests.unit.foreign import TEXTBOOK, Foreign, dense
from train.importing.conventions import SCALES, Conventions


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
        if asked.softplus_sigma:
            log_var = functional.softplus(log_var).log()
        return mu, 2 * log_var if asked.reads_sigma else log_var

    def decode(z: Tensor, _: Tensor) -> Tensor:
        numbers = module["p_net"](z)
        return (torch.tanh(numbers) + 1) / 2 if asked.output == "tanh" else torch.sigmoid(numbers)

    return Foreign(module, encode, decode, asked)


def one_by_one() -> Foreign:
    """ELU, then tanh, and back: as in the first VAE for TensorFlow that many have ported. Then a layer without one."""
    module = nn.ModuleDict(
        {
            "enc": nn.Sequential(nn.Linear(784, 9), nn.ELU(), nn.Linear(9, 9), nn.Tanh(), nn.Linear(9, 6)),
            "dec": nn.Sequential(nn.Linear(3, 9), nn.Linear(9, 9), nn.ELU(), nn.Linear(9, 784)),
        }
    )

    def encode(x: Tensor, _: Tensor) -> tuple[Tensor, Tensor]:
        mu, log_var = module["enc"](x.flatten(1)).chunk(2, dim=1)
        return mu, log_var

    asked = Conventions(activation="elu,tanh", decoder_activation="none,elu")
    return Foreign(module, encode, lambda z, _: torch.sigmoid(module["dec"](z)), asked)


def normalised(wrap: Callable[[nn.Module], nn.Module]) -> Foreign:
    """Weights that are stored in parts, also of a transposed convolution."""
    module = nn.ModuleDict(
        {
            "enc": nn.Sequential(wrap(nn.Linear(784, 9)), nn.ReLU(), wrap(nn.Linear(9, 6))),
            "start": nn.Linear(3, 5 * 49),
            "dec": nn.Sequential(
                wrap(nn.ConvTranspose2d(5, 4, 4, 2, 1)), nn.ReLU(), wrap(nn.ConvTranspose2d(4, 1, 4, 2, 1))
            ),
        }
    )

    def encode(x: Tensor, _: Tensor) -> tuple[Tensor, Tensor]:
        mu, log_var = module["enc"](x.flatten(1)).chunk(2, dim=1)
        return mu, log_var

    def decode(z: Tensor, _: Tensor) -> Tensor:
        return torch.sigmoid(module["dec"](torch.relu(module["start"](z)).view(-1, 5, 7, 7))).flatten(1)

    return Foreign(module, encode, decode)


def norms_last(planes: bool = False) -> Foreign:
    """Batch norms behind the activation, also between planes and a dense layer, and between it and planes."""
    down: list[nn.Module] = [nn.Linear(784, 9), nn.ReLU(), nn.BatchNorm1d(9), nn.Linear(9, 8), nn.ReLU()]
    up: list[nn.Module] = [nn.Linear(3, 9), nn.ReLU(), nn.BatchNorm1d(9), nn.Linear(9, 784)]
    if planes:
        down = [nn.Conv2d(1, 4, 4, 2, 1), nn.ReLU(), nn.BatchNorm2d(4), nn.Conv2d(4, 5, 4, 2, 1), nn.ReLU()]
        down += [nn.BatchNorm2d(5), nn.Flatten(), nn.Linear(245, 8), nn.ReLU()]
        up = [nn.Linear(3, 245), nn.ReLU(), nn.BatchNorm1d(245), nn.Unflatten(1, (5, 7, 7))]
        up += [nn.ConvTranspose2d(5, 4, 4, 2, 1), nn.ReLU(), nn.BatchNorm2d(4), nn.ConvTranspose2d(4, 1, 4, 2, 1)]
    encoder, decoder = nn.Sequential(*down, nn.BatchNorm1d(8), nn.Linear(8, 6)), nn.Sequential(*up)
    module = nn.ModuleDict({"encoder": encoder, "decoder": decoder})

    def encode(x: Tensor, _: Tensor) -> tuple[Tensor, Tensor]:
        mu, log_var = encoder(x if planes else x.flatten(1)).chunk(2, dim=1)
        return mu, log_var

    def decode(z: Tensor, _: Tensor) -> Tensor:
        return torch.sigmoid(decoder(z)).flatten(1)

    return Foreign(module, encode, decode, Conventions(norm_last=True))


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
