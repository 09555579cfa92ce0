"""Augmentation: small changes of handwriting that leave a digit what it is: rotation, shear, and a scale per axis.

A network that has seen every training image a hundred times learns them by heart; one that sees each a little different
every time cannot. Images keep their centre, because those of MNIST have their centre of mass there.

Not torchvision's transforms: they draw one map for a whole batch, and on the CPU.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from ..seeds import uniform

# The largest change in either direction: degrees, logarithm of the scale, and shear as a share of the height.
ROTATION = 5.0
SCALE = 0.04
SHEAR = 0.06


def random_maps(count: int, share: float, generator: torch.Generator, device: torch.device) -> Tensor:
    """Affine maps from a new image's coordinates to the old one's, `(count, 2, 3)` float32, for `warp`.

    About `share` of them, 0…1, change an image; the others are the identity. Coordinates are those of `affine_grid`:
    -1…1 across the image.
    """
    drawn = uniform(5, count, random=generator, device=device)
    chosen = (drawn[4] < share).float()
    angle, shear, log_width, log_height = (
        (2 * row - 1) * largest * chosen
        for row, largest in zip(drawn, (math.radians(ROTATION), SHEAR, SCALE, SCALE), strict=False)
    )
    width, height = log_width.exp(), log_height.exp()
    zero = torch.zeros_like(width)
    across = torch.stack([angle.cos() * width, shear - angle.sin() * width, zero], dim=1)
    down = torch.stack([angle.sin() * height, angle.cos() * height, zero], dim=1)
    return torch.stack([across, down], dim=1)


def warp(x: Tensor, maps: Tensor) -> Tensor:
    """Images `(B, 1, 28, 28)` in 0…1, each resampled by its map, `maps` `(B, 2, 3)`; black outside the old image.

    Bicubic, because a model of images that are blurred a little learns to draw blurred ones: bilinear resampling
    takes a third of the energy of a stroke one pixel wide, this a seventh.
    """
    grid = functional.affine_grid(maps, list(x.shape), align_corners=False)
    return functional.grid_sample(x, grid, mode="bicubic", align_corners=False).clamp(0, 1)
