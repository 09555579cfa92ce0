"""PCA, with numpy alone: the web process computes it for model folders without any projection."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vae_explorer.projections.projection import Array, LinearProjection


def fit_pca(codes: Array) -> tuple[NDArray[Any], NDArray[Any]]:
    """Mean `(D,)` and the first three principal axes `(3, D)` of `(N, D)` codes, float64; those beyond D are zero."""
    dim = codes.shape[1]
    covariance = np.cov(codes.astype(np.float64), rowvar=False).reshape(dim, dim)
    axes = np.linalg.eigh(covariance).eigenvectors.T[::-1][:3]  # the widest first
    components = np.zeros((3, dim))
    # An axis has no sign of its own.
    components[: len(axes)] = np.where(axes.sum(axis=1, keepdims=True) < 0, -axes, axes)
    return codes.mean(axis=0, dtype=np.float64), components


PROJECTION = LinearProjection(
    name="pca",
    title="PCA",
    about="PCA shows the {axes} directions in which the codes vary most, with {share} of their variance.",
    axis="PC",
    fit=fit_pca,
)
