"""The codes themselves, where they have two dimensions: nothing is computed, and nothing is stored a second time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from vae_explorer.projections.projection import Array, Kind, Projection, Shape

DIMENSIONS = 2


@dataclass(frozen=True, kw_only=True)
class CodePlane(Projection):
    """A linear projection whose points are `mu`: its axes are those of z."""

    kind: ClassVar[Kind] = "linear"

    @property
    def tensor(self) -> str:
        return "mu"

    def axis_titles(self, axes: int) -> list[str]:
        return [f"z{number + 1}" for number in range(axes)]

    def part_shapes(self, dim: int) -> dict[str, Shape]:
        return {}

    def tensors(self, codes: Array, landmarks: int | None = None) -> dict[str, Array]:
        return {}


PROJECTION = CodePlane(
    name="z",
    title="z1, z2",
    about="The axes are z1 and z2, the two numbers of each code: nothing of this space is left out.",
)


def suits(codes: Mapping[str, Array]) -> bool:
    """Whether the codes `mu` `(N, D)` lie on a plane as they are."""
    dim: int = codes["mu"].shape[1]
    return dim == DIMENSIONS
