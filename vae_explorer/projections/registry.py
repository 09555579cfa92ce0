"""The projections that there are, in the order in which the Map offers them. Another one is another line."""

from __future__ import annotations

from collections.abc import Container

from vae_explorer.projections import pca, tsne, umap
from vae_explorer.projections.projection import Projection

PROJECTIONS: tuple[Projection, ...] = (pca.PROJECTION, tsne.PROJECTION, umap.PROJECTION)


def present_in(codes: Container[str]) -> list[Projection]:
    """Those whose points are among the tensors of a model folder."""
    return [projection for projection in PROJECTIONS if projection.tensor in codes]
