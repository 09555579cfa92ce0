"""What each latent dimension carries."""

from __future__ import annotations

import numpy as np

from vae_explorer.storage.model_folder import ModelFolder

# The mean KL from which a dimension counts as used, nats.
LEAST_KL = 0.01

# Pictures at a time: there may be a million.
ROWS = 10_000


def mean_kl(folder: ModelFolder) -> list[float]:
    """KL(q(z_i | x) || N(0, 1)) of each dimension in nats, the mean over the model's pictures.

    0.5 (mu^2 + exp(log_var) - 1 - log_var), Kingma and Welling 2014, appendix B. A plain autoencoder has no
    posterior and so no KL: each dimension gets its variance over them instead, which orders the dimensions
    by information just as well. In numpy, because the web process has no torch; `model.vae` has it for training.
    """
    mu = folder.codes["mu"]
    if folder.config.deterministic:
        per_dimension = mu.var(axis=0, dtype=np.float64)
    else:
        total = np.zeros(mu.shape[1])
        for start in range(0, len(mu), ROWS):
            some = mu[start : start + ROWS].astype(np.float64)
            # exp of a finite float32 may overflow, and JSON has no infinity: a variance of e^80 says enough.
            log_var = np.minimum(folder.codes["log_var"][start : start + ROWS].astype(np.float64), 80.0)
            total += (some**2 + np.exp(log_var) - 1 - log_var).sum(axis=0)
        per_dimension = 0.5 * total / len(mu)
    return [round(float(value), 6) for value in per_dimension]  # (D,)


def used_dims(folder: ModelFolder) -> list[int]:
    """The dimensions that the decoder has a use for, from 0, most informative first; all if every one has collapsed.

    A plain autoencoder has no KL that a dimension could be too dear for: it uses all.
    """
    kl = mean_kl(folder)
    order = sorted(range(len(kl)), key=lambda dim: -kl[dim])
    used = [dim for dim in order if folder.config.deterministic or kl[dim] >= LEAST_KL]
    return used or order
