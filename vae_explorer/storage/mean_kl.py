"""What each latent dimension carries, from the codes of a model folder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Pictures at a time: there may be a million.
ROWS = 10_000


def mean_kl(codes: Mapping[str, NDArray[Any]], *, deterministic: bool) -> list[float]:
    """KL(q(z_i | x) || N(0, 1)) of each dimension in nats, the mean over the model's pictures.

    0.5 (mu^2 + exp(log_var) - 1 - log_var), Kingma and Welling 2014, appendix B. A plain autoencoder has no
    posterior and so no KL: each dimension gets its variance over them instead, which orders the dimensions
    by information just as well. In numpy, because the web process has no torch; `model.vae` has it for training.
    """
    mu = codes["mu"]
    if deterministic:
        per_dimension = mu.var(axis=0, dtype=np.float64)
    else:
        total = np.zeros(mu.shape[1])
        for start in range(0, len(mu), ROWS):
            some = mu[start : start + ROWS].astype(np.float64)
            # exp of a finite float32 may overflow, and JSON has no infinity: a variance of e^80 says enough.
            log_var = np.minimum(codes["log_var"][start : start + ROWS].astype(np.float64), 80.0)
            total += (some**2 + np.exp(log_var) - 1 - log_var).sum(axis=0)
        per_dimension = 0.5 * total / len(mu)
    return [round(float(value), 6) for value in per_dimension]  # (D,)
