"""Which latent dimensions a model uses."""

from __future__ import annotations

from vae_explorer.storage.model_folder import ModelFolder

# The mean KL from which a dimension counts as used, nats.
LEAST_KL = 0.01


def used_dims(folder: ModelFolder) -> list[int]:
    """The dimensions that the decoder has a use for, from 0, most informative first; all if every one has collapsed.

    A plain autoencoder has no KL that a dimension could be too dear for: it uses all.
    """
    kl = folder.mean_kl
    order = sorted(range(len(kl)), key=lambda dim: -kl[dim])
    used = [dim for dim in order if folder.config.deterministic or kl[dim] >= LEAST_KL]
    return used or order
