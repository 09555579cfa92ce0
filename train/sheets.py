"""Sheets of a model's images: samples from the prior, and test images above their reconstructions."""

from __future__ import annotations

import io

import torch
from PIL import Image
from torch import Tensor

from vae_explorer.model.config import IMAGE_SIZE
from vae_explorer.model.vae import VAE

SAMPLE_ROWS = 8
PAIRS_PER_ROW = 16
PAIR_ROWS = 4
GREYS = 63  # steps between black and white


@torch.no_grad()
def samples(model: VAE, seed: int = 0) -> Tensor:
    """8x8 samples from the prior, `(1, 224, 224)` in 0…1, one class per row if there are classes."""
    device = next(model.parameters()).device
    count = SAMPLE_ROWS**2
    z = torch.randn(count, model.config.latent_dim, generator=torch.Generator().manual_seed(seed)).to(device)
    label = torch.arange(count, device=device) // SAMPLE_ROWS % model.config.classes if model.config.classes else None
    return _sheet(model.decode(z, label), SAMPLE_ROWS)


@torch.no_grad()
def reconstructions(model: VAE, images: Tensor, labels: Tensor) -> Tensor:
    """The first test images, each above the reconstruction from its mean code: `(1, 28 rows, 448)` in 0…1."""
    count = min(PAIRS_PER_ROW * PAIR_ROWS, len(images)) // PAIRS_PER_ROW * PAIRS_PER_ROW or len(images)
    x, label = images[:count], labels[:count]
    mu, _ = model.encode(x, label)
    columns = min(PAIRS_PER_ROW, count)
    rows = [torch.cat(pair) for pair in zip(x.split(columns), model.decode(mu, label).split(columns), strict=True)]
    return _sheet(torch.cat(rows), columns)


def _sheet(pictures: Tensor, columns: int) -> Tensor:
    """`(N, 1, 28, 28)` side by side, `(1, 28 N / columns, 28 columns)`."""
    tiles = pictures.float().reshape(-1, columns, IMAGE_SIZE, IMAGE_SIZE).transpose(1, 2)  # (rows, 28, columns, 28)
    return tiles.reshape(1, -1, columns * IMAGE_SIZE).clamp(0, 1).cpu()


def png(sheet: Tensor) -> bytes:
    """A sheet as a grey PNG. Its 64 greys look like 256, and the file is a quarter smaller."""
    greys = (sheet[0] * GREYS).round() / GREYS
    buffer = io.BytesIO()
    Image.fromarray((greys * 255).round().byte().numpy()).save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()
