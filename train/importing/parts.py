"""The layers that the tensors of a state dict belong to, whatever their names are.

A layer is a matrix (dense) or four-dimensional (convolutional) weight, with the bias and the batch norm behind it. Its
tensors share the beginning of their names; where all lie side by side, as in a list of parameters, shapes say which
bias belongs to which weight.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from torch import Tensor

from .torch_layout import in_torch_layout
from .weights_file import Place

# The tensors of a batch norm, beside weight and bias, which it may lack.
_STATISTICS = ("running_mean", "running_var")


class NotAPlainLayerError(Exception):
    """A tensor belongs to a layer that cannot be one of a plain list; the message says which."""


@dataclass(frozen=True)
class Norm:
    """A batch norm: its tensors, each `(features,)`; `weight` and `bias` are None where it learns none."""

    mean: Tensor
    variance: Tensor
    weight: Tensor | None
    bias: Tensor | None


@dataclass(frozen=True)
class Part:
    """A layer of the file: `weight` `(outputs, inputs)` or four-dimensional, `bias` `(outputs,)` or None.

    `name` is that of the layer in the file, `norm` the batch norm behind it. Of a four-dimensional weight the shape
    alone does not say whether it is that of a convolution or of a transposed one.
    """

    name: str
    weight: Tensor
    bias: Tensor | None = None
    norm: Norm | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.weight.shape)

    @property
    def is_dense(self) -> bool:
        return self.weight.dim() == 2

    def has_outputs(self, count: int) -> bool:
        """Whether bias and batch norm are those of so many outputs."""
        return all(vector.shape == (count,) for vector in self.tensors[1:])

    @property
    def tensors(self) -> list[Tensor]:
        """All of it, the weight first."""
        norm = self.norm
        found = [self.weight, self.bias, *((norm.mean, norm.variance, norm.weight, norm.bias) if norm else ())]
        return [tensor for tensor in found if tensor is not None]


def parts_of(tensors: Mapping[Place, Tensor]) -> list[Part]:
    """The layers in the order of the file; tensors without dimensions, and lone vectors, are left out.

    Raises:
        NotAPlainLayerError: a layer is of another kind, such as a layer norm.
    """
    groups: dict[Place, dict[str, Tensor]] = {}
    for place, tensor in _in_order(in_torch_layout(tensors)).items():
        groups.setdefault(place[:-1], {})[place[-1] if place else ""] = tensor
    parts: list[Part] = []
    norms: list[tuple[str, Norm, int]] = []  # each with the number of parts before it
    for place, group in groups.items():
        name = ".".join(place)
        if all(statistic in group for statistic in _STATISTICS):
            mean, variance = (group[statistic] for statistic in _STATISTICS)
            norms.append((name, Norm(mean, variance, group.get("weight"), group.get("bias")), len(parts)))
            continue
        found = list(_weighted(name, group))
        if not found and any(leaf in group and group[leaf].dim() == 1 for leaf in ("weight", "weight_g")):
            raise NotAPlainLayerError(f"{name or 'it'} is a layer norm, a PReLU or the like")
        parts += found
    for name, norm, before in norms:
        at = _owner(name, norm, parts, before)
        parts[at] = replace(parts[at], norm=norm)
    return parts


def _in_order(tensors: Mapping[Place, Tensor]) -> Mapping[Place, Tensor]:
    """The tensors in the order of their layers: that of the file, unless names were sorted, which puts 10 before 2."""
    places = list(tensors)
    if places != sorted(places) and places != sorted(places, key=".".join):
        return tensors
    return {place: tensors[place] for place in sorted(places, key=_by_numbers)}


def _by_numbers(place: Place) -> list[tuple[str, int]]:
    words = re.findall(r"(\D*)(\d{0,9})", ".".join(place))
    return [(text, int(digits or -1)) for text, digits in words]


def _weighted(name: str, group: Mapping[str, Tensor]) -> Iterator[Part]:
    """The layers of tensors that lie side by side: usually one, with the names weight and bias."""
    weights = {leaf: tensor for leaf, tensor in group.items() if tensor.dim() >= 2}
    biases = {leaf: tensor for leaf, tensor in group.items() if tensor.dim() == 1}
    if "weight_g" in group or "weight_orig" in group:
        raise NotAPlainLayerError(f"{name} has a weight in parts that do not fit each other")
    for leaf, weight in weights.items():
        if weight.dim() not in (2, 4):
            raise NotAPlainLayerError(f"{name} has a weight of {weight.dim()} dimensions")
        sizes = {weight.shape[0]} if weight.dim() == 2 else set(weight.shape[:2])
        fitting = next((other for other, bias in biases.items() if bias.shape[0] in sizes), None)
        alone = name if len(weights) == 1 else ".".join(filter(None, (name, leaf)))
        yield Part(alone or leaf, weight, None if fitting is None else biases.pop(fitting))


def _owner(name: str, norm: Norm, parts: list[Part], before: int) -> int:
    """The layer that a batch norm stands behind: one of its size before it, and without another.

    Scripts that name their layers (`fc1`, `fc2`, `bn1`, `bn2`) give both the same number; others have them in turn.
    """
    size = norm.mean.shape[0]
    free = [
        index
        for index, part in enumerate(parts[:before])
        if part.norm is None and size in (part.shape[:1] if part.is_dense else part.shape[:2])
    ]
    if not free:
        raise NotAPlainLayerError(f"{name} is a batch norm of {size} features behind no layer with as many outputs")
    number = re.search(r"(\d+)$", name)
    twins = [index for index in free if number and re.search(rf"\D{number[1]}$", parts[index].name)]
    if twins:
        return twins[0]
    return free[-1] if free[-1] == before - 1 else free[0]
