"""The settings of a t-SNE map that a visitor chooses, their limits, and the key under which its result is cached."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vae_explorer.errors import ConfigError
from vae_explorer.model.config import require_whole

LEAST_PERPLEXITY, LARGEST_PERPLEXITY = 5, 100
LARGEST_SEED = 2**32 - 1

# Steps of gradient descent; it stops earlier once it has converged.
ITERATIONS = 1000

# t-SNE lays out at most this many codes; the others are placed between them: 60,000 would take ten minutes.
LANDMARKS = 10_000

# Raise it when the same settings begin to give a different map.
LAYOUT_VERSION = 2


@dataclass(frozen=True)
class TsneSettings:
    """`perplexity` 5…100, about how many neighbours each code is kept close to; `seed` 0…2^32 - 1.

    Raises:
        ConfigError: a value is not a whole number in its range.
    """

    perplexity: int
    seed: int

    def __post_init__(self) -> None:
        require_whole("perplexity", self.perplexity, LEAST_PERPLEXITY, LARGEST_PERPLEXITY)
        require_whole("seed", self.seed, 0, LARGEST_SEED)

    def require_fits(self, count: int) -> None:
        """Raise ConfigError unless `count` codes allow this perplexity."""
        largest = largest_perplexity(count)
        if self.perplexity > largest:
            raise ConfigError(f"perplexity is {self.perplexity}; {count:,} codes allow {largest} at most")

    def key(self, codes: NDArray[np.float32]) -> str:
        """The cache key of the map of `(N, D)` codes with these settings: 32 hexadecimal digits."""
        about = (LAYOUT_VERSION, LANDMARKS, self.perplexity, self.seed, *codes.shape)
        digest = hashlib.sha256(" ".join(map(str, about)).encode() + b"\0")
        digest.update(np.ascontiguousarray(codes, "<f4").tobytes())
        return digest.hexdigest()[:32]


def largest_perplexity(count: int) -> int:
    """The largest perplexity that `count` codes allow, below a third of them; less than 5 if there are too few."""
    return min(LARGEST_PERPLEXITY, (min(count, LANDMARKS) - 1) // 3)
