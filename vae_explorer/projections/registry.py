"""The list of projections, in the order of the Map page. A new one is one more entry."""

from __future__ import annotations

from collections.abc import Container, Mapping

from vae_explorer.projections import code_plane, pca, tsne, umap
from vae_explorer.projections.projection import Array, Projection

PROJECTIONS: tuple[Projection, ...] = (pca.PROJECTION, tsne.PROJECTION, umap.PROJECTION)


def present_in(codes: Container[str]) -> list[Projection]:
    """The projections whose points are among the tensors of a model folder."""
    return [projection for projection in PROJECTIONS if projection.tensor in codes]


def shown_of(codes: Mapping[str, Array]) -> list[Projection]:
    """The projections that the pages show. Of a plane, PCA is only a rotation: the plane itself takes its place."""
    present = present_in(codes)
    if not code_plane.suits(codes):
        return present
    return [code_plane.PROJECTION, *(projection for projection in present if projection is not pca.PROJECTION)]
