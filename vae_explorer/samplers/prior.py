"""The prior N(0, I), towards which the KL pulls the posteriors; there is nothing to fit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vae_explorer.samplers.sampler import Codes, Labels, Sampler, Shapes, Tensors


def fit(codes: Codes, labels: Labels | None = None, quick: bool = False) -> Tensors:
    """No tensors."""
    return {}


def tensor_shapes(found: Tensors, dim: int) -> Shapes:
    """No tensors."""
    return {}


def draw(tensors: Tensors, n: int, dim: int, generator: np.random.Generator) -> NDArray[np.float32]:
    """Codes `(n, D)` from N(0, I)."""
    return generator.standard_normal((n, dim)).astype(np.float32)


SAMPLER = Sampler(name="prior", title="Prior", fit=fit, tensor_shapes=tensor_shapes, draw=draw)
