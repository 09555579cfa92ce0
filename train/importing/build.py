"""From a reading of a file, and the conventions to read it by, to a model of this project.

Everything that is no plain layer is folded into the weights of one that is, in float64: batch norms, another range of
pixels, log sigma, tanh in place of a sigmoid. Functions of the result are those of the original.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from vae_explorer.errors import DataError
from vae_explorer.model.config import LARGEST_HIDDEN, PIXELS, ModelConfig
from vae_explorer.model.layer import Layer
from vae_explorer.model.layers import decoder_layers, encoder_layers
from vae_explorer.model.vae import VAE

from .conventions import ACTIVATIONS, SCALES, Conventions
from .convolutions import Geometry, Sizes, doubled_weight, layer_of
from .network import Network, Step, side_of
from .parts import Norm, Part
from .softplus import log_softplus

# What torch adds to the variance of a batch norm.
NORM_EPSILON = 1e-5


@dataclass
class _Stack:
    """Layers, and their parameters in float64, one behind the other.

    `numbers` is how many come out of the last layer, 0 if it is planes; `planes` how many those are.
    `waiting` is what a batch norm behind an activation makes of the numbers, which the next dense layer takes in.
    """

    numbers: int = 0
    planes: int = 0
    waiting: tuple[Tensor, Tensor] | None = None
    layers: list[Layer] = field(default_factory=list)
    tensors: dict[str, Tensor] = field(default_factory=dict)

    def add(self, layer: Layer, weight: Tensor | None = None, bias: Tensor | None = None) -> None:
        if self.waiting is not None:
            (scale, shift), self.waiting = self.waiting, None
            if layer.op == "linear" and weight is not None and bias is not None:
                weight, bias = weight * scale, bias + weight @ shift
            else:
                self.add(_dense(torch.diag(scale)), torch.diag(scale), shift)
        for name, tensor in (("weight", weight), ("bias", bias)):
            if tensor is not None:
                self.tensors[f"{len(self.layers)}.{name}"] = tensor
        self.layers.append(layer)
        if layer.op == "reshape":
            self.numbers = layer.shape[0] if len(layer.shape) == 1 else 0
            self.planes = 0 if self.numbers else layer.shape[0]
        elif layer.op == "linear":
            self.numbers = layer.outputs
        elif layer.outputs:
            self.planes = layer.outputs

    def activate(self, name: str, norm: Norm | None = None) -> None:
        """Add an activation, and the batch norm behind it."""
        activation = ACTIVATIONS[name]
        if activation is not None:
            self.add(activation)
        if norm is None:
            return
        scale, shift = _scale_and_shift(norm)
        if self.numbers:
            # One norm for each plane that the numbers become.
            scale, shift = (tensor.repeat_interleave(self.numbers // len(tensor)) for tensor in (scale, shift))
            self.waiting = scale, shift
        else:
            _add_pixelwise(self, scale, shift)


def build(network: Network, geometry: Geometry, conventions: Conventions) -> VAE:
    """The model, on the CPU.

    Raises:
        ConfigError: it is larger than what the app can run.
    """
    encoder, decoder = _encoder(network, geometry, conventions), _decoder(network, geometry, conventions)
    model = VAE(_config(network, encoder.layers, decoder.layers))
    model.load_state_dict(
        {
            f"{half}.{name}": tensor.float()
            for half, stack in (("encoder", encoder), ("decoder", decoder))
            for name, tensor in stack.tensors.items()
        }
    )
    return model.eval().requires_grad_(False)


def require_numbers(network: Network, file_name: str) -> None:
    """Raise DataError unless every tensor is dense, and holds finite floats."""
    for step in (*network.trunk, *network.heads, *network.decoder):
        part = step.part
        for tensor in part.tensors:
            if not tensor.is_floating_point() or tensor.layout != torch.strided or tensor.device.type != "cpu":
                fix = "Save the weights of the model before it was quantised"
                if tensor.is_floating_point():
                    fix = "Save dense ones: {name: tensor.to_dense() for name, tensor in model.state_dict().items()}"
                raise DataError(
                    f"{file_name}: {part.name} is not a dense tensor of floats ({tensor.dtype}, {tensor.layout}). {fix}"
                )
            if not tensor.isfinite().all():
                raise DataError(
                    f"{file_name}: {part.name} holds a number that is not finite. Save it from an earlier epoch"
                )


def _config(network: Network, encoder: list[Layer], decoder: list[Layer]) -> ModelConfig:
    """The architecture: `mlp` for what is the textbook's, else the layers themselves."""
    textbook = ModelConfig(
        "mlp",
        network.latent_dim,
        hidden=min(encoder[0].outputs, LARGEST_HIDDEN),
        classes=network.classes,
        deterministic=network.deterministic,
    )
    if encoder_layers(textbook) == encoder and decoder_layers(textbook) == decoder:
        return textbook
    return replace(
        textbook, architecture="layers", hidden=ModelConfig.hidden, encoder=tuple(encoder), decoder=tuple(decoder)
    )


def _dense(weight: Tensor) -> Layer:
    return Layer("linear", inputs=weight.shape[1], outputs=weight.shape[0])


def _encoder(network: Network, geometry: Geometry, conventions: Conventions) -> _Stack:
    first = (*network.trunk, *network.heads)[0]
    stack = _Stack(numbers=PIXELS + network.classes if first.op == "linear" else 0)
    between = conventions.between(len(network.trunk))
    mean, deviation = SCALES[conventions.input_scale]
    if first.op != "linear" and (mean, deviation) != (0, 1):
        _add_scaling(stack, network.classes, mean, deviation)
    sizes = iter(geometry.encoder)
    for index, step in enumerate(network.trunk):
        _add(stack, step, _next(step, sizes), *_encoder_tensors(step, index == 0, network, conventions))
        stack.activate(between[index], step.part.norm if conventions.norm_last else None)
    heads = [_encoder_tensors(step, not network.trunk, network, conventions) for step in network.heads]
    weight, bias = _posterior(heads, network, conventions)
    _add(stack, network.heads[0], _next(network.heads[0], sizes), weight, bias)
    if network.heads[0].op != "linear":  # planes of one pixel
        stack.add(Layer("reshape", shape=(len(bias),)))
    if conventions.softplus_sigma and not network.deterministic:
        expand, combine = log_softplus(network.latent_dim)
        stack.add(_dense(expand[0]), *expand)
        stack.activate("softplus")
        stack.add(_dense(combine[0]), *combine)
    return stack


def _decoder(network: Network, geometry: Geometry, conventions: Conventions) -> _Stack:
    stack = _Stack(numbers=network.latent_dim + network.classes)
    between = conventions.between(len(network.decoder) - 1, decoding=True)
    sizes = iter(geometry.decoder)
    last = network.decoder[-1]
    for index, step in enumerate(network.decoder):
        weight, bias = _plain(step, not conventions.norm_last or step is last)
        if index == 0:
            inputs = 0 if step.op == "conv_transpose" else 1  # which dimension counts what comes in
            weight = _with_class(weight, inputs, network.latent_dim, network.decoder_classes, network, conventions)
        if step is last and conventions.output == "tanh":  # (1 + tanh a) / 2 is the sigmoid of 2 a
            weight, bias = 2 * weight, 2 * bias
        _add(stack, step, _next(step, sizes), weight, bias)
        if step is last:
            break
        becomes_planes = step.op == "linear" and network.decoder[index + 1].op != "linear"
        active = geometry.active_planes or not becomes_planes
        stack.activate(between[index] if active else "none", step.part.norm if conventions.norm_last else None)
    if last.op != "linear":
        stack.add(Layer("reshape", shape=(PIXELS,)))
    return stack


def _next(step: Step, sizes: Iterator[Sizes]) -> Sizes:
    return Sizes() if step.op == "linear" else next(sizes)


def _add(stack: _Stack, step: Step, sizes: Sizes, weight: Tensor, bias: Tensor) -> None:
    """Add a step, behind a reshape where it takes another kind of signal than what is there."""
    layer = layer_of(Step(step.op, Part(step.part.name, weight)), sizes)
    if layer.op == "linear" and not stack.numbers:
        stack.add(Layer("reshape", shape=(layer.inputs,)))
    if layer.op != "linear" and stack.numbers:
        side = side_of(stack.numbers, layer.inputs)
        stack.add(Layer("reshape", shape=(layer.inputs, side, side)))
    stack.add(layer, doubled_weight(weight) if sizes.doubled else weight, bias)


def _encoder_tensors(step: Step, is_first: bool, network: Network, conventions: Conventions) -> tuple[Tensor, Tensor]:
    weight, bias = _plain(step, not conventions.norm_last or step in network.heads)
    if not is_first:
        return weight, bias
    pixels = PIXELS if step.op == "linear" else 1
    weight = _with_class(weight, 1, pixels, network.encoder_classes, network, conventions)
    if step.op == "linear":
        mean, deviation = SCALES[conventions.input_scale]
        scaled = weight.clone()
        scaled[:, :PIXELS] /= deviation
        bias = bias - scaled[:, :PIXELS].sum(dim=1) * mean
        weight = scaled
    return weight, bias


def _with_class(weight: Tensor, dim: int, own: int, classes: int, network: Network, conventions: Conventions) -> Tensor:
    """The weight with the inputs of the class behind its `own`; zeros where this half of a model takes no class."""
    if not network.classes:
        return weight
    if not classes:
        shape = [*weight.shape]
        shape[dim] = network.classes
        return torch.cat([weight, weight.new_zeros(shape)], dim=dim)
    if conventions.class_first:
        return torch.cat([weight.narrow(dim, classes, own), weight.narrow(dim, 0, classes)], dim=dim)
    return weight


def _posterior(heads: list[tuple[Tensor, Tensor]], network: Network, conventions: Conventions) -> tuple[Tensor, Tensor]:
    """Weight and bias of the one layer whose outputs are mu, then log variance."""
    weight, bias = (torch.cat(tensors) for tensors in zip(*heads, strict=True))
    if network.deterministic:  # a posterior that nobody asks for, of variance 1
        return torch.cat([weight, torch.zeros_like(weight)]), torch.cat([bias, torch.zeros_like(bias)])
    halves = [list(tensor.chunk(2)) for tensor in (weight, bias)]
    for half in halves:
        if conventions.log_var_first:
            half.reverse()
        if conventions.log_sigma:
            half[1] = 2 * half[1]
    weight, bias = (torch.cat(half) for half in halves)
    return weight, bias


def _plain(step: Step, with_norm: bool) -> tuple[Tensor, Tensor]:
    """Weight and bias in float64, and where asked the batch norm folded in: in evaluation it is another such layer."""
    part = step.part
    outputs = 1 if step.op == "conv_transpose" else 0  # which dimension counts what comes out
    weight = part.weight.detach().double()
    count = weight.shape[outputs]
    bias = weight.new_zeros(count) if part.bias is None else part.bias.detach().double()
    if part.norm is not None and with_norm:
        scale, shift = _scale_and_shift(part.norm)
        shape = [1] * weight.dim()
        shape[outputs] = count
        weight, bias = weight * scale.view(shape), bias * scale + shift
    return weight, bias


def _scale_and_shift(norm: Norm) -> tuple[Tensor, Tensor]:
    """What a batch norm multiplies by in evaluation, and then adds, each `(features,)` float64."""
    scale = (norm.variance.double() + NORM_EPSILON).rsqrt()
    if norm.weight is not None:
        scale = scale * norm.weight.detach().double()
    shift = -norm.mean.double() * scale
    return scale, shift if norm.bias is None else shift + norm.bias.detach().double()


def _add_scaling(stack: _Stack, classes: int, mean: float, deviation: float) -> None:
    """(x - mean) / deviation as a convolution of single pixels: the padding of the next one is 0 behind it."""
    scale, shift = torch.ones(1 + classes, dtype=torch.float64), torch.zeros(1 + classes, dtype=torch.float64)
    scale[0], shift[0] = 1 / deviation, -mean / deviation
    _add_pixelwise(stack, scale, shift)


def _add_pixelwise(stack: _Stack, scale: Tensor, shift: Tensor) -> None:
    """Multiply each plane by its own number, and add one: as a convolution of single pixels."""
    planes = len(scale)
    weight = torch.diag(scale).view(planes, planes, 1, 1)
    stack.add(Layer("conv", inputs=planes, outputs=planes, kernel=1, stride=1), weight, shift)
