"""t-SNE, with scikit-learn."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable

import numpy as np

from vae_explorer.projections.landmarks import lay_out
from vae_explorer.projections.projection import Array, NeighbourProjection
from vae_explorer.projections.tsne_settings import ITERATIONS

PERPLEXITY = 30

# Standard deviation of the first layout's wider axis, as scikit-learn has it, and of what is added to it at random.
START = 1e-4
STIR = 0.3 * START


def tsne(
    codes: Array,
    landmarks: int | None = None,
    seed: int = 0,
    perplexity: float = PERPLEXITY,
    report: Callable[[int], None] | None = None,
) -> Array:
    """t-SNE of `(N, D)` codes in two dimensions, `(N, 2)`: van der Maaten and Hinton, JMLR 2008.

    10,000 codes take 39 s on two cores, 1,000 take 3 s.

    Args:
        landmarks: lay out only this many codes, the first; the others are placed between them. None for all.
        perplexity: about how many neighbours each code is kept close to; reduced if there are too few codes.
        report: called every 50 iterations with how many of `ITERATIONS` are done.
    """
    from sklearn.manifold import TSNE

    def layout(laid_out: Array) -> Array:
        fitting = TSNE(
            perplexity=min(perplexity, (len(laid_out) - 1) / 3),
            max_iter=ITERATIONS,
            init=_start(laid_out, seed),
            random_state=seed,
            n_jobs=-1,
            verbose=0 if report is None else 2,
        )
        with contextlib.nullcontext() if report is None else contextlib.redirect_stdout(_Progress(report)):
            return np.asarray(fitting.fit_transform(laid_out), np.float32)

    return lay_out(layout, codes, landmarks)


def _start(codes: Array, seed: int) -> Array:
    """The layout to start from, `(N, 2)`: the first two principal axes, which keeps what is far apart so.

    Something random is added: from the axes alone all seeds end in the same map.
    """
    from sklearn.decomposition import PCA

    stirred = np.random.default_rng(seed).normal(0, STIR, (len(codes), 2))
    if codes.shape[1] > 1:  # one dimension has no two principal axes
        axes = PCA(2, svd_solver="full").fit_transform(codes.astype(np.float64))
        stirred += START * axes / max(axes[:, 0].std(), np.finfo(float).tiny)
    return stirred.astype(np.float32)


PROJECTION = NeighbourProjection(
    name="tsne",
    title="t-SNE",
    about="t-SNE keeps close neighbours close. Distances between clusters, and their sizes, mean little.",
    fit=tsne,
)


class _Progress:
    """A text file that reads the iterations from what scikit-learn prints to it, which offers no callback."""

    def __init__(self, report: Callable[[int], None]) -> None:
        self._report = report

    def write(self, text: str) -> int:
        found = re.match(r"\[t-SNE\] Iteration (\d+):", text)
        if found:
            self._report(int(found[1]))
        return len(text)

    def flush(self) -> None:
        pass
