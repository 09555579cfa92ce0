"""What a sampler is: a density of codes, fitted once and stored in the model folder, to draw random codes from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.floating[Any]]
Labels = NDArray[np.uint8]
Tensors = dict[str, NDArray[Any]]
Shapes = dict[str, tuple[int, ...]]


@dataclass(frozen=True, kw_only=True)
class Sampler:
    """One density of codes. The page draws from it on its own: `frontend/samplers` has a module of the same name.

    Args:
        name: in metrics, links and file names.
        title: on its button.
        fit: from codes `(N, D)` of training pictures, their labels `(N,)`, or None if the classes do not matter, and
            whether to be quick, to float32 tensors for the model folder.
        tensor_shapes: from the tensors of a folder and D to the names and shapes that its own must have.
        draw: from these tensors, n, D and a generator to random codes `(n, D)` float32.
    """

    name: str
    title: str
    fit: Callable[[Codes, Labels | None, bool], Tensors]
    tensor_shapes: Callable[[Tensors, int], Shapes]
    draw: Callable[[Tensors, int, int, np.random.Generator], NDArray[np.float32]]

    @property
    def tensors(self) -> tuple[str, ...]:
        """The names of its tensors in a model folder."""
        return tuple(self.tensor_shapes({}, 0))
