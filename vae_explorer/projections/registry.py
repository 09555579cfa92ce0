"""The list of projections, in the order of the Map page. A new one is one more entry."""

from __future__ import annotations

from collections.abc import Container

from vae_explorer.projections import pca, tsne, umap
from vae_explorer.projections.projection import Projection

PROJECTIONS: tuple[Projection, ...] = (pca.PROJECTION, tsne.PROJECTION, umap.PROJECTION)


def present_in(codes: Container[str]) -> list[Projection]:
    """The projections whose points are among the tensors of a model folder."""
    return [projection for projection in PROJECTIONS if projection.tensor in codes]
