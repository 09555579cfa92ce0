"""PCA and t-SNE of the codes, with scikit-learn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE
from sklearn.neighbors import KNeighborsRegressor

Array = NDArray[np.float32]

TSNE_PERPLEXITY = 30
PLACING_NEIGHBOURS = 5


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


def tsne(codes: Array, landmarks: int | None = None, seed: int = 0) -> Array:
    """t-SNE of `(N, D)` codes in two dimensions, `(N, 2)`: van der Maaten and Hinton, JMLR 2008.

    With `landmarks` only that many codes, the first, are laid out; each other one is placed between its five
    nearest landmarks. 10,000 codes take 39 s on two cores, 2,000 take 5 s.
    """
    laid_out = codes[:landmarks]
    perplexity = min(TSNE_PERPLEXITY, (len(laid_out) - 1) / 3)
    points: Array = TSNE(perplexity=perplexity, init="pca", random_state=seed, n_jobs=-1).fit_transform(laid_out)
    if len(laid_out) < len(codes):
        placed = KNeighborsRegressor(PLACING_NEIGHBOURS, weights="distance").fit(laid_out, points)
        points = np.concatenate([points, placed.predict(codes[len(laid_out) :])])
    return points.astype(np.float32)
