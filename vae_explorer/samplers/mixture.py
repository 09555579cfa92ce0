"""A Gaussian mixture of the training pictures' codes.

The prior of a VAE has mass where no picture's code lies. A mixture fitted to the codes themselves has less of it:
"ex-post density estimation", Ghosh et al., "From Variational to Deterministic Autoencoders", ICLR 2020.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vae_explorer.model import half
from vae_explorer.samplers.sampler import Codes, Labels, Sampler, Shapes, Tensors

# Total numbers of components to try, for as long as held-out codes become more likely.
COMPONENTS = (50, 100, 200)
HELD_OUT = 10  # every tenth code

# For a trial run that somebody waits for.
QUICK_COMPONENTS = 50
QUICK_CODES = 10_000
QUICK_ITERATIONS = 8

ITERATIONS = 60
TOLERANCE = 1e-3  # nats per code
SMALLEST_VARIANCE = 1e-4

# A component has at least this many codes for each number in its mean and each row of its covariance.
FEWEST_CODES = 2


def fit(codes: Codes, labels: Labels | None = None, quick: bool = False, seed: int = 0) -> Tensors:
    """Fit a Gaussian mixture with full covariances to codes `(N, D)`.

    With `labels` `(N,)` each class has components of its own, so that none spans two classes, with a total weight in
    proportion to its codes. A tenth of the codes is held out to choose the number of components. `quick` uses fewer
    codes and a fixed number of components: one second, where all 60,000 codes take a processor a minute.

    Returns:
        Weights `(K,)`, means `(K, D)`, and lower Cholesky factors `(K, D, D)`: a sample of component k is
        `means[k] + cholesky[k] @ eps` with standard normal `eps`. All are float32; the last two are rounded to float16.
    """
    import joblib  # scikit-learn's own

    if quick:
        codes, labels = codes[:QUICK_CODES], None if labels is None else labels[:QUICK_CODES]
    groups = [codes] if labels is None else [codes[labels == label] for label in np.unique(labels)]
    if min(map(len, groups)) <= codes.shape[1]:
        groups = [codes]  # a class with fewer codes than dimensions has no covariance of its own
    totals = (QUICK_COMPONENTS,) if quick else COMPONENTS
    counts = [-(-total // len(groups)) for total in totals]
    # Each group is fitted as if it were alone, so that it does not matter how many are at a time; processes take a
    # second to start.
    at_once = 1 if quick else min(len(groups), joblib.cpu_count())
    mixtures = joblib.Parallel(at_once)(
        joblib.delayed(_fit_group)(group.astype(np.float64), counts, quick, seed) for group in groups
    )
    weights = np.concatenate([len(g) * m.weights_ for g, m in zip(groups, mixtures, strict=True)])
    return {
        "mixture_weights": (weights / weights.sum()).astype(np.float32),
        "mixture_means": half.rounded(np.concatenate([m.means_ for m in mixtures])),
        "mixture_cholesky": half.rounded(np.linalg.cholesky(np.concatenate([m.covariances_ for m in mixtures]))),
    }


def tensor_shapes(found: Tensors, dim: int) -> Shapes:
    """Names and shapes of what `fit` returns, with as many components as `found` has weights."""
    weights = found.get("mixture_weights")
    components = 1 if weights is None else max(1, weights.size)
    return {
        "mixture_weights": (components,),
        "mixture_means": (components, dim),
        "mixture_cholesky": (components, dim, dim),
    }


def draw(tensors: Tensors, n: int, dim: int, generator: np.random.Generator) -> NDArray[np.float32]:
    """Codes `(n, D)` from the mixture."""
    eps = generator.standard_normal((n, dim)).astype(np.float32)
    weights = tensors["mixture_weights"].astype(np.float64)
    component = generator.choice(len(weights), size=n, p=weights / weights.sum())
    deviations = np.einsum("nij,nj->ni", tensors["mixture_cholesky"][component], eps)
    z: NDArray[np.float32] = tensors["mixture_means"][component] + deviations
    return z


def _fit_group(codes: Codes, counts: list[int], quick: bool, seed: int) -> Any:
    """The mixture of `(N, D)` codes under whose number of components held-out codes are most likely."""
    most = max(1, len(codes) // (FEWEST_CODES * (codes.shape[1] + 1)))
    counts = sorted({min(count, most) for count in counts})
    if len(counts) == 1:
        return _fit(codes, counts[0], quick, seed)
    held_out = np.random.default_rng(seed).permutation(len(codes)) % HELD_OUT == 0
    best, likelihood = None, -np.inf
    for count in counts:
        mixture = _fit(codes[~held_out], count, quick, seed)
        found = float(mixture.score(codes[held_out]))
        if found < likelihood:
            break
        best, likelihood = mixture, found
    return best


def _fit(codes: Codes, components: int, quick: bool, seed: int) -> Any:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import GaussianMixture
    from threadpoolctl import threadpool_limits

    mixture = GaussianMixture(
        components,
        covariance_type="full",
        reg_covar=SMALLEST_VARIANCE,
        tol=TOLERANCE,
        max_iter=QUICK_ITERATIONS if quick else ITERATIONS,
        random_state=seed,
    )
    # The products are small: a second BLAS thread makes them ten times slower when the cores are shared.
    with threadpool_limits(1), warnings.catch_warnings():
        # The last steps gain hundredths of a nat; the held-out codes decide, not whether EM has converged.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return mixture.fit(codes)


SAMPLER = Sampler(name="mixture", title="Mixture", fit=fit, tensor_shapes=tensor_shapes, draw=draw)
