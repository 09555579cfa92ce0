"""Which latent dimensions a model uses."""

from __future__ import annotations

from collections.abc import Sequence

from vae_explorer.storage.model_folder import ModelFolder

# The mean KL from which a dimension counts as used, nats.
LEAST_KL = 0.01


def used_dims(folder: ModelFolder) -> list[int]:
    """The dimensions that the decoder of a folder has a use for, see `used_of`."""
    return used_of(folder.mean_kl, deterministic=folder.config.deterministic)


def used_of(mean_kl: Sequence[float], *, deterministic: bool) -> list[int]:
    """The dimensions that a decoder has a use for, from 0, most informative first; all if every one has collapsed.

    A plain autoencoder has no KL that a dimension could be too dear for: it uses all.

    Args:
        mean_kl: `(D,)` nats, see `vae_explorer.storage.mean_kl`.
    """
    order = sorted(range(len(mean_kl)), key=lambda dim: -mean_kl[dim])
    used = [dim for dim in order if deterministic or mean_kl[dim] >= LEAST_KL]
    return used or order
