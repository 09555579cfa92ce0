"""UMAP, with umap-learn: an extra of its own, because it depends on numba and LLVM."""

from __future__ import annotations

import warnings

import numpy as np

from vae_explorer.errors import MissingExtraError
from vae_explorer.projections.projection import Array, NeighbourProjection

SEED = 0
NEIGHBOURS = 15


def fit_umap(codes: Array) -> Array:
    """UMAP of `(N, D)` codes in two dimensions, `(N, 2)`: McInnes, Healy and Melville, arXiv 1802.03426, 2018.

    The same codes give the same map: with a seed it runs in one thread. 10,000 codes take 10 s, after the 35 s in which
    numba compiles it, once in each process.

    Raises:
        MissingExtraError: umap-learn is not installed.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ImportWarning)  # it warns that Tensorflow is missing
            from umap import UMAP
    except ImportError as error:
        raise MissingExtraError("umap-learn", "umap") from error

    layout = UMAP(n_neighbors=min(NEIGHBOURS, len(codes) - 1), random_state=SEED, n_jobs=1)
    return np.asarray(layout.fit_transform(codes), np.float32)


PROJECTION = NeighbourProjection(
    name="umap",
    title="UMAP",
    about="UMAP keeps close neighbours close and packs clusters tightly. Distances between clusters, and their "
    "densities, mean little.",
    in_quick_runs=False,  # numba compiles it again in each process
    fit=fit_umap,
)
