"""A map of many codes from a slow layout of some: the first, the landmarks, are laid out, the others between them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

NEIGHBOURS = 5


def lay_out(layout: Callable[[Array], Array], codes: Array, landmarks: int | None = None) -> Array:
    """Points `(N, 2)` of `(N, D)` codes: `layout` of the first `landmarks`, or of all if that is None.

    Each other code goes to the mean of its five nearest landmarks, weighted by closeness.
    """
    laid_out = codes[:landmarks]
    points = layout(laid_out)
    if len(laid_out) == len(codes):
        return points
    from sklearn.neighbors import KNeighborsRegressor

    placing = KNeighborsRegressor(NEIGHBOURS, weights="distance").fit(laid_out, points)
    return np.concatenate([points, placing.predict(codes[len(laid_out) :])])
