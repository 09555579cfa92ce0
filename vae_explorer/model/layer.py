"""One layer of a network, as data: what it is, its sizes, and what it makes of the shape of its input.

`frontend/network/layers.js` knows the same ops, and `vae.py` has a torch module for each.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any

from vae_explorer.errors import ConfigError

Shape = tuple[int, ...]

# The sizes that each op has; the others are those of an activation, which has none but perhaps a slope.
_CHANNELS = ("inputs", "outputs")
_SIZES: dict[str, tuple[str, ...]] = {
    "linear": _CHANNELS,
    "conv": (*_CHANNELS, "kernel", "stride", "padding"),
    "conv_transpose": (*_CHANNELS, "kernel", "stride", "padding", "output_padding"),
    "reshape": ("shape",),
    "relu": (),
    "silu": (),
    "gelu": (),
    "sigmoid": (),
    "tanh": (),
    "elu": (),
    "softplus": (),
    "selu": (),
    "mish": (),
    "leaky_relu": ("slope",),
}
OPS = tuple(_SIZES)

# Sizes that may be 0 where an op has them.
_MAY_BE_ZERO = {"padding", "output_padding"}

# Far more than any layer that is trained for pictures of 28x28, and little enough that a page does not fall over.
LARGEST_SIZE = 2**20
LARGEST_SLOPE = 1.0


@dataclass(frozen=True)
class Layer:
    """One layer. `op` is its kind, one of `OPS`.

    `inputs` and `outputs` count features (linear) or channels (convolutions); `shape` is the result of `reshape` for
    one image, for example (784,) or (32, 7, 7); `slope` is that of `leaky_relu` below 0. Sizes that an op does not use
    are 0 or ().

    Raises:
        ConfigError: an unknown op, or a size that it does not have, lacks, or that is out of range.
    """

    op: str
    inputs: int = 0
    outputs: int = 0
    kernel: int = 0
    stride: int = 0
    padding: int = 0
    output_padding: int = 0
    shape: Shape = ()
    slope: float = 0.0

    def __post_init__(self) -> None:
        if self.op not in OPS:
            raise ConfigError(f"op {str(self.op)[:40]!r} of a layer is unknown; known are {', '.join(OPS)}")
        for size in fields(self)[1:]:
            value = getattr(self, size.name)
            fits = _fits(size.name, value) if size.name in _SIZES[self.op] else value in (0, ()) and value is not False
            if not fits:
                raise ConfigError(f"{size.name} of a layer {self.op} is {str(value)[:40]}, which cannot be")
        if self.output_padding and self.output_padding >= self.stride:
            raise ConfigError(
                f"output_padding is {self.output_padding}; it must be less than the stride, {self.stride}"
            )

    def parameter_shapes(self) -> dict[str, Shape]:
        """Names and shapes of the layer's parameters, in torch's layout."""
        if self.op == "linear":
            return {"weight": (self.outputs, self.inputs), "bias": (self.outputs,)}
        if self.op == "conv":
            return {"weight": (self.outputs, self.inputs, self.kernel, self.kernel), "bias": (self.outputs,)}
        if self.op == "conv_transpose":
            return {"weight": (self.inputs, self.outputs, self.kernel, self.kernel), "bias": (self.outputs,)}
        return {}

    def side_after(self, side: int) -> int:
        """The side of what a convolution makes of square planes with this side, in pixels; below 1 if none is left."""
        if self.op == "conv":
            return (side + 2 * self.padding - self.kernel) // self.stride + 1
        return (side - 1) * self.stride - 2 * self.padding + self.kernel + self.output_padding

    def shape_after(self, shape: Shape) -> Shape:
        """The shape of its output for one image, from that of its input: `(features,)` or `(channels, side, side)`.

        Raises:
            ConfigError: the layer does not take such an input.
        """
        if self.op == "reshape":
            if math.prod(self.shape) != math.prod(shape):
                raise ConfigError(f"reshape gets {_spelled(shape)} and is to make {_spelled(self.shape)} of it")
            return self.shape
        if self.op == "linear":
            if shape != (self.inputs,):
                raise ConfigError(f"linear gets {_spelled(shape)}, {self.inputs} expected")
            return (self.outputs,)
        if self.op in ("conv", "conv_transpose"):
            if len(shape) != 3 or shape[0] != self.inputs or shape[1] != shape[2]:
                raise ConfigError(f"{self.op} gets {_spelled(shape)}, {self.inputs} square planes expected")
            side = self.side_after(shape[1])
            if not 1 <= self.outputs * side**2 * (side > 0) <= LARGEST_SIZE:
                raise ConfigError(f"{self.op} makes {self.outputs} planes with a side of {side} of {_spelled(shape)}")
            return (self.outputs, side, side)
        return shape

    def multiply_adds(self, shape: Shape) -> int:
        """Multiply-adds for one image whose shape is `shape` when it comes in."""
        if self.op == "linear":
            return self.inputs * self.outputs
        # Each pixel of the side that has fewer taps meets the whole kernel.
        taps = self.inputs * self.outputs * self.kernel**2
        if self.op == "conv":
            return taps * self.side_after(shape[1]) ** 2
        return taps * shape[1] ** 2 if self.op == "conv_transpose" else 0

    def to_json(self) -> dict[str, Any]:
        """The layer without the sizes that it does not use."""
        return {key: value for key, value in asdict(self).items() if value}

    @classmethod
    def from_json(cls, value: object) -> Layer:
        """The inverse of `to_json`.

        Raises:
            ConfigError: no object, an unknown key, or as for any layer.
        """
        if not isinstance(value, dict) or "op" not in value:
            raise ConfigError("a layer is no object with an op")
        unknown = sorted(str(key) for key in value if key not in {field.name for field in fields(cls)})
        if unknown:
            raise ConfigError(f"unknown size {unknown[0][:40]!r} of a layer")
        shape = value.get("shape", ())
        return cls(**{**value, "shape": tuple(shape) if isinstance(shape, list) else shape})


def shapes_between(layers: Iterable[Layer], start: Shape) -> list[Shape]:
    """The shape before each layer, and the last one's result; `start` is that of the input.

    Raises:
        ConfigError: two layers do not fit each other; the message counts layers from 0.
    """
    shapes = [start]
    for index, layer in enumerate(layers):
        try:
            shapes.append(layer.shape_after(shapes[-1]))
        except ConfigError as error:
            raise ConfigError(f"layer {index}: {error}") from error
    return shapes


def total_multiply_adds(layers: Iterable[Layer], start: Shape) -> int:
    """Multiply-adds of a whole network for one image; arguments and errors are those of `shapes_between`."""
    layers = tuple(layers)
    return sum(map(Layer.multiply_adds, layers, shapes_between(layers, start)))


def _fits(name: str, value: object) -> bool:
    """Whether a size that the op has can be `value`."""
    if name == "slope":
        return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= LARGEST_SLOPE
    if name == "shape":
        return (
            isinstance(value, tuple)
            and len(value) in (1, 3)
            and all(_is_whole(side, 1) for side in value)
            and (len(value) == 1 or value[1] == value[2])
        )
    return _is_whole(value, 0 if name in _MAY_BE_ZERO else 1)


def _is_whole(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= LARGEST_SIZE


def _spelled(shape: Shape) -> str:
    return " x ".join(map(str, shape))
