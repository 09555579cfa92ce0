"""PCA of the codes, with scikit-learn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA

Array = NDArray[np.float32]


def pca(codes: Array) -> dict[str, Array]:
    """First three principal axes of `(N, D)` codes: `pca` `(N, 3)`, `pca_mean` `(D,)`, `pca_components` `(3, D)`.

    Axes that fewer dimensions leave over are zero.
    """
    dim = codes.shape[1]
    fitted = PCA(min(3, dim)).fit(codes.astype(np.float64))
    components = np.zeros((3, dim))
    components[: len(fitted.components_)] = fitted.components_
    points = (codes - fitted.mean_) @ components.T
    return {
        "pca": points.astype(np.float32),
        "pca_mean": fitted.mean_.astype(np.float32),
        "pca_components": components.astype(np.float32),
    }
