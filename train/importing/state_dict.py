"""Where in a file the weights of one VAE are: scripts save optimiser, averages and numbers around and beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import combinations

from torch import Tensor

from .weights_file import Place

# How many names that all tensors share are passed, and how many parts of a checkpoint are put together in pairs.
DEEPEST = 8
MOST_PARTS = 12
MOST_CANDIDATES = 200

# What is trained beside a VAE, and is no part of it.
_BESIDE = re.compile("discr|critic|classif|clf|optim|^d$")

Tensors = Mapping[Place, Tensor]


def candidates(tensors: Tensors) -> Iterator[Tensors]:
    """Sets of tensors that may be one network: all, all but a branch, then two, then each, the outermost first.

    At each point at which names branch (`model.…`, `ema.…`, `optimizer.…`), the network may be one of the branches, or
    its halves two of them, or something else may stand beside its layers. Averages of the weights come last.
    """
    waiting = [(tensors, 0)]
    for _ in range(MOST_CANDIDATES):
        if not waiting:
            return
        found, depth = waiting.pop(0)
        branches = _branches(found, depth)
        while len(branches) == 1 and depth < DEEPEST:
            depth += 1
            branches = _branches(found, depth)
        beside = {place for name, branch in branches.items() if _BESIDE.search(name.lower()) for place in branch}
        alone = {place: tensor for place, tensor in found.items() if place not in beside}
        if beside and alone:
            yield alone
        yield found
        if depth >= DEEPEST:
            continue
        names = sorted(branches, key=lambda name: bool(re.search("ema|averag|shadow|swa", name.lower())))
        # A branch of one layer is none: two layers of any VAE would make a small autoencoder.
        large = [branches[name] for name in names if sum(tensor.dim() >= 2 for tensor in branches[name].values()) > 1]
        for branch in reversed(large[-MOST_PARTS:]) if len(branches) > 2 else []:
            yield {place: tensor for place, tensor in alone.items() if place not in branch}
        for one, other in combinations(large[:MOST_PARTS], 2):
            if len(large) > 2:
                yield {**one, **other}
        waiting += [(branch, depth + 1) for branch in large]


def _branches(tensors: Tensors, depth: int) -> dict[str, dict[Place, Tensor]]:
    """The tensors by the name that they have at this depth."""
    found: dict[str, dict[Place, Tensor]] = {}
    for place, tensor in tensors.items():
        if depth < len(place):
            found.setdefault(place[depth], {})[place] = tensor
    return found
