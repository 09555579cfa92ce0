"""Strides and paddings, which no state dict holds: those that lead from a picture to the sizes that it does hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product

import torch
from torch import Tensor

from vae_explorer.errors import ConfigError
from vae_explorer.model.config import IMAGE_SIZE
from vae_explorer.model.layer import Layer

from .network import Network, Step, side_of

MOST_GEOMETRIES = 32
MOST_LISTED = 2_000
# What makes sizes not worth trying beside others.
FAR_LESS_USUAL = 8
STRIDES = (1, 2, 3)


@dataclass(frozen=True)
class Sizes:
    """Those of one convolution. `doubled`: the planes are enlarged to twice their side before it (nearest pixel)."""

    stride: int = 1
    padding: int = 0
    output_padding: int = 0
    doubled: bool = False


@dataclass(frozen=True)
class Geometry:
    """Sizes of the convolutions of both halves, in their order.

    `active_planes`: in the decoder an activation stands between the last dense layer and the planes that it becomes.
    """

    encoder: tuple[Sizes, ...] = ()
    decoder: tuple[Sizes, ...] = ()
    active_planes: bool = True


def layer_of(step: Step, sizes: Sizes = Sizes()) -> Layer:
    """The layer that a step is with these sizes."""
    if step.op == "linear":
        outputs, inputs = step.part.shape
        return Layer("linear", inputs=inputs, outputs=outputs)
    first, second, kernel, _ = step.part.shape
    inputs, outputs = (first, second) if step.op == "conv_transpose" else (second, first)
    if sizes.doubled:
        padding = kernel - 1 - sizes.padding
        return Layer("conv_transpose", inputs=inputs, outputs=outputs, kernel=kernel + 1, stride=2, padding=padding)
    return Layer(
        step.op,
        inputs=inputs,
        outputs=outputs,
        kernel=kernel,
        stride=sizes.stride,
        padding=sizes.padding,
        output_padding=sizes.output_padding,
    )


def doubled_weight(weight: Tensor) -> Tensor:
    """From the weight of a convolution behind planes of twice the side to that of one transposed convolution.

    Args:
        weight: `(outputs, inputs, k, k)`.

    Returns:
        `(inputs, outputs, k + 1, k + 1)`: pixel i of the small planes is in the large ones at 2 i and 2 i + 1, so that
        each tap of the kernel, turned round, counts at two neighbouring places in each direction.
    """
    taps = weight.transpose(0, 1).flip(2, 3)
    kernel = taps.shape[-1]
    doubled = torch.zeros(*taps.shape[:2], kernel + 1, kernel + 1, dtype=weight.dtype)
    for down, across in product((0, 1), repeat=2):
        doubled[:, :, down : down + kernel, across : across + kernel] += taps
    return doubled


def geometries(network: Network) -> list[Geometry]:
    """Those that fit the shapes, the most regular first, at most `MOST_GEOMETRIES`; one for a dense network."""
    down = (*network.trunk, *network.heads[:1])
    encoder = _fitting(down, IMAGE_SIZE, 1, decoding=False)
    first = layer_of(network.decoder[0])
    start = side_of(network.latent_dim + network.decoder_classes, first.inputs)  # of a code that becomes planes
    decoder = _fitting(network.decoder, start, IMAGE_SIZE, decoding=True)
    becomes_planes = any(
        one.op == "linear" != other.op for one, other in zip(network.decoder, network.decoder[1:], strict=False)
    )
    pairs = sorted(
        product(encoder, decoder),
        key=lambda pair: _irregularity(down, pair[0]) + _irregularity(network.decoder, pair[1]),
    )
    found = [
        Geometry(*pair, active_planes=active)
        for pair in pairs
        for active in ((True, False) if becomes_planes else (True,))
    ]
    return found[:MOST_GEOMETRIES]


def _fitting(steps: tuple[Step, ...], side: int, end: int, decoding: bool) -> list[tuple[Sizes, ...]]:
    """Sizes of the convolutions among `steps` that lead from a side to sides that dense layers expect, and to `end`."""
    kernels = sorted({step.part.shape[-1] for step in steps if step.op != "linear"})
    found: dict[tuple[Sizes, ...], None] = {}
    # Kernels of a size with the same padding first: there are few, and they are the usual ones.
    for paddings in product(*(range(kernel // 2 + 1) for kernel in kernels)):
        same = {kernel: (padding,) for kernel, padding in zip(kernels, paddings, strict=True)}
        found |= dict.fromkeys(islice(_ways(steps, same, side, end, decoding), MOST_LISTED))
    each = {kernel: tuple(range(kernel // 2 + 1)) for kernel in kernels}
    found |= dict.fromkeys(islice(_ways(steps, each, side, end, decoding), MOST_LISTED))
    usual = sorted(found, key=lambda sizes: _irregularity(steps, sizes))
    return [sizes for sizes in usual if _irregularity(steps, sizes) <= _irregularity(steps, usual[0]) + FAR_LESS_USUAL]


def _ways(
    steps: tuple[Step, ...], paddings: Mapping[int, tuple[int, ...]], side: int, end: int, decoding: bool
) -> Iterator[tuple[Sizes, ...]]:
    """The sizes with these paddings of each kernel for which every dense layer gets as many numbers as it takes, and
    planes that come last have the side `end`."""

    dead: set[tuple[int, int, int]] = set()

    def onwards(index: int, side: int, planes: int) -> Iterator[tuple[Sizes, ...]]:
        """From step `index`, which gets so many planes; 0 where it gets a list of numbers."""
        place, leads = (index, side, planes), False
        if place in dead:
            return
        for sizes in from_here(*place):
            leads = True
            yield sizes
        if not leads:
            dead.add(place)

    def from_here(index: int, side: int, planes: int) -> Iterator[tuple[Sizes, ...]]:
        if index == len(steps):
            if not planes or side == end:
                yield ()
            return
        step = steps[index]
        if step.op == "linear":
            if not planes or side_of(step.part.shape[1], planes) == side:
                yield from onwards(index + 1, side, 0)
            return
        if index and not planes:  # a dense layer comes before it
            side = side_of(steps[index - 1].part.shape[0], layer_of(step).inputs)
        kernel = step.part.shape[-1]
        for padding in paddings[kernel]:
            # A code as planes of one pixel becomes the kernel itself.
            itself = decoding and not index and side == 1
            for sizes in [Sizes()] * (not padding) if itself else _sizes(step, padding, decoding):
                try:
                    layer = layer_of(step, sizes)
                except ConfigError:
                    continue
                after = layer.side_after(side)
                if 1 <= after <= 2 * IMAGE_SIZE:
                    for rest in onwards(index + 1, after, layer.outputs):
                        yield (sizes, *rest)

    return onwards(0, side, 0)


def _sizes(step: Step, padding: int, decoding: bool) -> Iterator[Sizes]:
    if step.op == "conv_transpose":
        for stride in STRIDES:
            for more in range(min(stride, 2)):
                yield Sizes(stride, padding, more)
    else:
        for stride in STRIDES:
            yield Sizes(stride, padding)
        if decoding:
            yield Sizes(1, padding, doubled=True)


def _irregularity(steps: tuple[Step, ...], sizes: tuple[Sizes, ...]) -> int:
    """How unusual sizes are: how many different ones there are, then strides beyond 2, enlarged planes, and kernels of
    an even side that neither halve nor double the planes."""
    kernels = [step.part.shape[-1] for step in steps if step.op != "linear"]
    idle = sum(kernel % 2 == 0 and size.stride == 1 for kernel, size in zip(kernels, sizes, strict=True))
    different = len({(kernel, size) for kernel, size in zip(kernels, sizes, strict=True)})
    return 4 * different + 2 * sum(size.stride > 2 for size in sizes) + sum(size.doubled for size in sizes) + 2 * idle
