"""Weights as torch's layers have them: put together where they are stored in parts, turned where rows are inputs."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from .weights_file import Place

# What parametrizations call what hooks called otherwise, before them.
_RENAMED: dict[Place, str] = {
    ("parametrizations", "weight", "original0"): "weight_g",
    ("parametrizations", "weight", "original1"): "weight_v",
    ("parametrizations", "weight", "original"): "weight_orig",
    ("parametrizations", "weight", "0", "_u"): "weight_u",
    ("parametrizations", "weight", "0", "_v"): "weight_v",
}
_PARTS = {"weight_g", "weight_v", "weight_u", "weight_orig", "weight_mask"}


def in_torch_layout(tensors: Mapping[Place, Tensor]) -> Mapping[Place, Tensor]:
    """The tensors with one `weight` for each layer, `(outputs, inputs)` where it is dense, in the order of the file.

    Weight norm, spectral norm and pruning are done away with, as each does in evaluation. What is not understood stays
    as it is.
    """
    groups: dict[Place, dict[str, Tensor]] = {}
    for place, tensor in tensors.items():
        *layer, leaf = _renamed(place) or ("",)
        groups.setdefault((*layer,), {})[leaf] = tensor
    whole = {layer: _whole(group) for layer, group in groups.items()}
    turned = _rows_are_inputs(whole)
    return {
        (*layer, leaf) if leaf else layer: tensor.t() if turned and tensor.dim() == 2 else tensor
        for layer, group in whole.items()
        for leaf, tensor in group.items()
    }


def _renamed(place: Place) -> Place:
    for ending, name in _RENAMED.items():
        if place[-len(ending) :] == ending:
            return (*place[: -len(ending)], name)
    return place


def _whole(group: dict[str, Tensor]) -> dict[str, Tensor]:
    """The tensors of one layer with its weight put together, if they are parts of one."""
    weight = None
    if {"weight_g", "weight_v"} <= {*group}:
        weight = _with_magnitude(group["weight_g"].double(), group["weight_v"].double())
    elif {"weight_orig", "weight_u", "weight_v"} <= {*group}:
        weight = _of_norm_one(*(group[name].double() for name in ("weight_orig", "weight_u", "weight_v")))
    elif {"weight_orig", "weight_mask"} <= {*group} and group["weight_orig"].shape == group["weight_mask"].shape:
        weight = group["weight_orig"] * group["weight_mask"]
    if weight is None:
        return group
    return {"weight": weight, **{name: tensor for name, tensor in group.items() if name not in _PARTS}}


def _with_magnitude(magnitude: Tensor, direction: Tensor) -> Tensor | None:
    """Weight norm: each row, or whatever else the magnitude has a number for, has that length."""
    if magnitude.dim() not in (0, direction.dim()):
        return None
    dims = [dim for dim in range(direction.dim()) if magnitude.dim() == 0 or magnitude.shape[dim] == 1]
    length = torch.linalg.vector_norm(direction, dim=dims, keepdim=True)
    fits = all(size in (1, whole) for size, whole in zip(magnitude.shape, direction.shape, strict=False))
    return direction * (magnitude / length) if fits else None


def _of_norm_one(weight: Tensor, left: Tensor, right: Tensor) -> Tensor | None:
    """Spectral norm: divided by the largest singular value, which the two singular vectors give."""
    for dim in (0, 1):  # that of the outputs, which a transposed convolution has second
        rows = weight.transpose(0, dim).flatten(1)
        if rows.shape == (left.numel(), right.numel()):
            return weight / (left.flatten() @ rows @ right.flatten())
    return None


def _rows_are_inputs(groups: Mapping[Place, dict[str, Tensor]]) -> bool:
    """Whether matrices are `(inputs, outputs)`, as in Keras and JAX: biases fit columns, none only rows."""
    fits = set()
    for group in groups.values():
        matrices = [tensor for tensor in group.values() if tensor.dim() == 2]
        vectors = [tensor for tensor in group.values() if tensor.dim() == 1]
        if len(matrices) == 1 and len(vectors) == 1 and matrices[0].shape[0] != matrices[0].shape[1]:
            fits.add(tuple(size == len(vectors[0]) for size in matrices[0].shape))
    return (False, True) in fits and (True, False) not in fits
