"""What a projection is: a layout of codes in two or three dimensions. numpy only.

There are two kinds. The page can place a code and decode a position on a map of either kind, so a new projection of
one of these kinds needs no JavaScript.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from vae_explorer.projections.landmarks import lay_out

Array = NDArray[np.float32]
Shape = tuple[int, ...]
Kind = Literal["linear", "neighbours"]


@dataclass(frozen=True, kw_only=True)
class Projection(ABC):
    """One projection.

    Args:
        name: of its tensors in a model folder, `projection/{name}`, and in links and tables.
        title: on its button.
        about: what its map shows, and what it does not.
        in_quick_runs: False if it is too slow for a run that somebody waits for.
    """

    kind: ClassVar[Kind]

    name: str
    title: str
    about: str
    in_quick_runs: bool = True

    @property
    def tensor(self) -> str:
        """The name of its points `(N, 2 or 3)` in a model folder; other tensors of it have this as a prefix."""
        return f"projection/{self.name}"

    def axis_titles(self, axes: int) -> list[str]:
        """Titles for the first `axes` axes of a map; empty if its axes mean nothing."""
        return []

    def describe(self, codes: Mapping[str, Array], axes: int) -> str:
        """What a map of the first `axes` axes shows, given the arrays of a model folder."""
        return self.about

    @abstractmethod
    def part_shapes(self, dim: int) -> dict[str, Shape]:
        """Name and shape of its other tensors, beside its points, for codes of `dim` dimensions."""

    @abstractmethod
    def tensors(self, codes: Array, landmarks: int | None = None) -> dict[str, Array]:
        """All its tensors for `(N, D)` codes, by name.

        Args:
            landmarks: how many codes are laid out at most; see `landmarks.py`. None for all.

        Raises:
            MissingExtraError: its library is not installed.
        """


@dataclass(frozen=True, kw_only=True)
class LinearProjection(Projection):
    """A linear projection: a code lies at `(z - mean) @ components.T`.

    So the position of a code, and the code of a position, are exact. Two axes make a map, all three make one in 3-D.

    Args:
        about: as above; `{axes}` stands for two or three, `{share}` for their share of the codes' variance.
        axis: the name of its axes, which get a number.
        fit: from codes `(N, D)` to `mean` `(D,)` and orthonormal `components` `(3, D)`, those beyond D zero.
    """

    kind: ClassVar[Kind] = "linear"

    axis: str
    fit: Callable[[Array], tuple[NDArray[Any], NDArray[Any]]]

    def axis_titles(self, axes: int) -> list[str]:
        return [f"{self.axis} {number + 1}" for number in range(axes)]

    def describe(self, codes: Mapping[str, Array], axes: int) -> str:
        mu, points = codes["mu"], codes[self.tensor][:, :axes]
        shown, whole = (float(array.var(axis=0, dtype=np.float64).sum()) for array in (points, mu))
        return self.caption(mu.shape[1], axes, shown / whole if whole > 0 else 1.0)

    def caption(self, dim: int, axes: int, share: float) -> str:
        """What a map of the first `axes` axes shows of `dim` dimensions; `share` of their variance, 0…1."""
        if dim <= axes:
            return f"{self.title} merely rotates this space: all of it is in view."
        return self.about.format(axes={2: "two", 3: "three"}[axes], share=f"{share:.0%}".replace("%", "\u00a0%"))

    def part_shapes(self, dim: int) -> dict[str, Shape]:
        return {f"{self.tensor}/mean": (dim,), f"{self.tensor}/components": (3, dim)}

    def tensors(self, codes: Array, landmarks: int | None = None) -> dict[str, Array]:
        mean, components = self.fit(codes)
        found = {
            self.tensor: (codes - mean) @ components.T,  # (N, 3)
            f"{self.tensor}/mean": mean,
            f"{self.tensor}/components": components,
        }
        return {name: _to_store(array) for name, array in found.items()}


@dataclass(frozen=True, kw_only=True)
class NeighbourProjection(Projection):
    """A map without a formula, which keeps neighbours together.

    A code is placed between its nearest codes, and a position decodes to the mean of the codes nearest to it.

    Args:
        fit: from codes `(N, D)` to their points `(N, 2)`, float32.
        most_codes: how many codes it can lay out; of more, the others are placed between these. None for any number.
    """

    kind: ClassVar[Kind] = "neighbours"

    fit: Callable[[Array], Array]
    most_codes: int | None = None

    def laid_out(self, count: int, landmarks: int | None = None) -> int:
        """How many of `count` codes are laid out where `landmarks` are wanted, None for all."""
        return min([count, *(limit for limit in (landmarks, self.most_codes) if limit is not None)])

    def part_shapes(self, dim: int) -> dict[str, Shape]:
        return {}

    def tensors(self, codes: Array, landmarks: int | None = None) -> dict[str, Array]:
        return {self.tensor: _to_store(lay_out(self.fit, codes, self.laid_out(len(codes), landmarks)))}


def _to_store(array: NDArray[Any]) -> Array:
    """float32 in C order: safetensors would write the numbers of any other array in the wrong order."""
    return np.ascontiguousarray(array, np.float32)
