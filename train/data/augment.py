"""Small changes of handwriting that a digit survives: rotation, shear, and a scale for each axis.

A network that has seen every training picture a hundred times knows them by heart; one that has seen each a little
different every time cannot. Pictures keep their centre, as those of MNIST all have theirs at the centre of mass.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

# The most that is done either way: degrees, logarithm of the scale, and shear as a share of the height.
ROTATION = 5.0
SCALE = 0.04
SHEAR = 0.06


def random_deformations(count: int, share: float, generator: torch.Generator, device: torch.device) -> Tensor:
    """Maps from a new picture's coordinates to the old one's, `(count, 2, 3)` float32; about `share` of them change it.

    The others are the identity. Coordinates are those of `affine_grid`: -1…1 over the picture.
    """
    drawn = torch.rand(5, count, device=device, generator=generator)
    chosen = (drawn[4] < share).float()
    angle, shear, log_width, log_height = (
        (2 * row - 1) * most * chosen
        for row, most in zip(drawn, (math.radians(ROTATION), SHEAR, SCALE, SCALE), strict=False)
    )
    width, height = log_width.exp(), log_height.exp()
    zero = torch.zeros_like(width)
    across = torch.stack([angle.cos() * width, shear - angle.sin() * width, zero], dim=1)
    down = torch.stack([angle.sin() * height, angle.cos() * height, zero], dim=1)
    return torch.stack([across, down], dim=1)


def deformed(x: Tensor, maps: Tensor) -> Tensor:
    """`(B, 1, 28, 28)` images in 0…1 as `maps` `(B, 2, 3)` say, black where nothing was."""
    grid = functional.affine_grid(maps, list(x.shape), align_corners=False)
    return functional.grid_sample(x, grid, align_corners=False).clamp(0, 1)
