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
CHUNK = 100
# A deviation of e^10 is beyond every mean, and its square is far from overflowing.
LARGEST_LOG_VAR = 20.0


def neighbour_distances(folder: ModelFolder) -> dict[str, Array]:
    """The percentiles, `(1, 101)` each, or `(classes, 101)` if the decoder is conditioned on a class.

    Row k of a conditional decoder is of the pictures of class k alone, since it was trained with no other codes of that
    class. A row of NaN has fewer than two pictures to compare. A plain autoencoder has no posterior to sample, so that
    its codes are compared as they are; and no prior.
    """
    used = used_dims(folder)
    mu = folder.codes["mu"][:, used].astype(np.float64)
    random = np.random.default_rng(0)
    if folder.config.deterministic:
        samples = mu
    else:
        log_var = np.minimum(folder.codes["log_var"][:, used].astype(np.float64), LARGEST_LOG_VAR)
        samples = mu + np.exp(log_var / 2) * random.standard_normal(mu.shape)
    labels = folder.codes["label"]
    groups = [labels == label for label in range(folder.config.classes)] or [np.ones(len(mu), bool)]
    count = max(1, min(SAMPLES, MOST_PRODUCTS // mu.size))
    found = {POSTERIOR: [_percentiles(_of_own(samples[own], mu[own], random, count)) for own in groups]}
    if not folder.config.deterministic:
        found[PRIOR] = [
            _percentiles(_nearest(random.standard_normal((min(count, own.sum()), len(used))), mu[own]))
            for own in groups
        ]
    return {name: np.array(rows, np.float32) for name, rows in found.items()}


def _of_own(
    samples: NDArray[np.float64], mu: NDArray[np.float64], random: np.random.Generator, count: int
) -> NDArray[np.float64]:
    """Distances from some of the samples `(N, D)` to the nearest mean of another picture than their own."""
    chosen = random.permutation(len(mu))[:count]
    return _nearest(samples[chosen], mu, chosen)


def _nearest(
    z: NDArray[np.float64], mu: NDArray[np.float64], but: NDArray[np.int64] | None = None
) -> NDArray[np.float64]:
    """Euclidean distances from codes `(M, D)` to the nearest of `mu` `(N, D)`, for code i any but that of `but[i]`.

    Empty if there are fewer than two to compare with.
    """
    if len(mu) < 2:
        return np.empty(0)
    lengths = (mu**2).sum(axis=1)
    found = []
    for start in range(0, len(z), CHUNK):
        some = z[start : start + CHUNK]
        squares = (some**2).sum(axis=1)[:, np.newaxis] - 2 * some @ mu.T + lengths
        if but is not None:
            squares[np.arange(len(some)), but[start : start + CHUNK]] = np.inf
        found.append(squares.min(axis=1))
    distances: NDArray[np.float64] = np.sqrt(np.maximum(np.concatenate(found), 0))
    return distances


def _percentiles(distances: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.percentile(distances, PERCENTILES) if len(distances) else np.full(len(PERCENTILES), np.nan)
