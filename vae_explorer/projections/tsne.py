"""t-SNE of codes, with scikit-learn: for `train` and for the process of `tsne_child`, never for the web process."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from sklearn.manifold import TSNE
from sklearn.neighbors import KNeighborsRegressor

from vae_explorer.projections.tsne_settings import ITERATIONS

Array = NDArray[np.float32]

PERPLEXITY = 30
PLACING_NEIGHBOURS = 5


def tsne(
    codes: Array,
    landmarks: int | None = None,
    seed: int = 0,
    perplexity: float = PERPLEXITY,
    report: Callable[[int], None] | None = None,
) -> Array:
    """t-SNE of `(N, D)` codes in two dimensions, `(N, 2)`: van der Maaten and Hinton, JMLR 2008.

    With `landmarks` only that many codes, the first, are laid out; each other one is placed between its five
    nearest landmarks. 10,000 codes take 39 s on two cores, 1,000 take 3 s.

    Args:
        perplexity: about how many neighbours each code is kept near to; less where there are too few codes.
        report: is told every 50 iterations how many of `ITERATIONS` are done.
    """
    laid_out = codes[:landmarks]
    layout = TSNE(
        perplexity=min(perplexity, (len(laid_out) - 1) / 3),
        max_iter=ITERATIONS,
        init="pca" if codes.shape[1] > 1 else "random",  # one dimension has no two principal axes
        random_state=seed,
        n_jobs=-1,
        verbose=0 if report is None else 2,
    )
    with contextlib.nullcontext() if report is None else contextlib.redirect_stdout(_Progress(report)):
        points: Array = layout.fit_transform(laid_out)
    if len(laid_out) < len(codes):
        placed = KNeighborsRegressor(PLACING_NEIGHBOURS, weights="distance").fit(laid_out, points)
        points = np.concatenate([points, placed.predict(codes[len(laid_out) :])])
    return points.astype(np.float32)


class _Progress:
    """A text file to print to: it takes the iterations out of what scikit-learn prints, which offers no callback."""

    def __init__(self, report: Callable[[int], None]) -> None:
        self._report = report

    def write(self, text: str) -> int:
        found = re.match(r"\[t-SNE\] Iteration (\d+):", text)
        if found:
            self._report(int(found[1]))
        return len(text)

    def flush(self) -> None:
        pass
