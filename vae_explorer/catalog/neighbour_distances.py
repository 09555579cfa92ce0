"""How far codes usually are from those of the encoded pictures, so that a page can say when one is unusual.

A code that a visitor makes is like a sample from a posterior, not like a posterior's mean: in many dimensions samples
lie much farther from all means than these lie from each other. So the distance from a code to the nearest mean is
compared with that of samples: of each picture's posterior, to the nearest mean of another picture. Whatever the model,
a share of p of the codes that its encoder samples lie beyond the distance that 1 - p of them keep.

Dimensions that the model does not use count for nothing: samples fill them with noise, and the decoder ignores them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vae_explorer.catalog.latent_dims import used_dims
from vae_explorer.storage.model_folder import Array, ModelFolder

POSTERIOR = "neighbour_distance/posterior"
PRIOR = "neighbour_distance/prior"

PERCENTILES = np.arange(101)

# Samples of each kind: of 1,000 the 97th percentile is that of all within one or two.
SAMPLES = 1000
# Products of numbers, a tenth of a second; a folder may hold a million codes.
MOST_PRODUCTS = 200_000_000
# Distances, or numbers of codes, that are in memory at once.
AT_ONCE = 4_000_000
# A deviation of e^10 is beyond every mean, and its square is far from overflowing.
LARGEST_LOG_VAR = 20.0


def neighbour_distances(folder: ModelFolder) -> dict[str, Array]:
    """The percentiles, `(1, 101)` each, or `(classes, 101)` if the decoder is conditioned on a class.

    Row k of a conditional decoder is of the pictures of class k alone, since it was trained with no other codes of that
    class. A row of NaN has fewer than two pictures to compare. A plain autoencoder has no posterior to sample, so that
    its codes are compared as they are; and no prior.
    """
    used = used_dims(folder)
    mu, labels = folder.codes["mu"][:, used], folder.codes["label"]
    random = np.random.default_rng(0)
    count = max(1, min(SAMPLES, MOST_PRODUCTS // mu.size))
    groups = [np.flatnonzero(labels == label) for label in range(folder.config.classes)] or [np.arange(len(mu))]
    found: dict[str, list[NDArray[np.float64]]] = {POSTERIOR: []}
    for members in groups:
        own = mu[members]
        chosen = random.permutation(len(members))[:count]
        samples = own[chosen].astype(np.float64)
        if not folder.config.deterministic:
            log_var = folder.codes["log_var"][members[chosen]][:, used].astype(np.float64)
            deviations = np.exp(np.minimum(log_var, LARGEST_LOG_VAR) / 2)
            samples += deviations * random.standard_normal(samples.shape)
            prior = random.standard_normal(samples.shape)
            found.setdefault(PRIOR, []).append(_percentiles(_nearest(prior, own)))
        found[POSTERIOR].append(_percentiles(_nearest(samples, own, chosen)))
    return {name: np.array(rows, np.float32) for name, rows in found.items()}


def _nearest(z: NDArray[np.float64], mu: Array, but: NDArray[np.int64] | None = None) -> NDArray[np.float64]:
    """Euclidean distances from codes `(M, D)` to the nearest of `mu` `(N, D)`, for code i any but that of `but[i]`.

    Empty if there are fewer than two to compare with.
    """
    if len(mu) < 2:
        return np.empty(0)
    lengths = np.square(z).sum(axis=1)
    nearest = np.full(len(z), np.inf)
    step = max(1, AT_ONCE // max(z.shape))
    for start in range(0, len(mu), step):
        some = mu[start : start + step].astype(np.float64)
        squares = lengths[:, np.newaxis] - 2 * z @ some.T + np.square(some).sum(axis=1)
        if but is not None:
            own = np.flatnonzero((start <= but) & (but < start + len(some)))
            squares[own, but[own] - start] = np.inf
        np.minimum(nearest, squares.min(axis=1), out=nearest)
    distances: NDArray[np.float64] = np.sqrt(np.maximum(nearest, 0))
    return distances


def _percentiles(distances: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.percentile(distances, PERCENTILES) if len(distances) else np.full(len(PERCENTILES), np.nan)
