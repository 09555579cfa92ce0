"""Projections of a model's codes: those of a new model, and the command `project`, which adds them to a folder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from vae_explorer.errors import MissingExtraError, OutputError
from vae_explorer.model.config import require_choice
from vae_explorer.notebook import find_folder
from vae_explorer.projections.projection import Array, NeighbourProjection, Projection
from vae_explorer.projections.registry import PROJECTIONS
from vae_explorer.projections.tsne_settings import LANDMARKS
from vae_explorer.storage import model_folder


@dataclass(frozen=True)
class Projected:
    """Projections as a model folder keeps them: `tensors` by name, and how many codes each laid out, `landmarks`."""

    tensors: dict[str, Array] = field(default_factory=dict)
    landmarks: dict[str, int] = field(default_factory=dict)


def project_codes(
    codes: Array, projections: Iterable[Projection], landmarks: int | None = None, required: bool = False
) -> Projected:
    """Lay out `(N, D)` codes. A projection whose library is missing is left out, which a line says, unless `required`.

    `landmarks` is how many codes are laid out where that takes long, None for all; the others are placed between.

    Raises:
        MissingExtraError: a required one's library is not installed.
    """
    found = Projected()
    for projection in projections:
        print(f"laying out the codes: {projection.title}", flush=True)
        try:
            found.tensors.update(projection.tensors(codes, landmarks))
        except MissingExtraError as error:
            if required:
                raise
            print(f"{projection.title} is left out: {error}", flush=True)
            continue
        if isinstance(projection, NeighbourProjection):
            found.landmarks[projection.name] = projection.laid_out(len(codes), landmarks)
    return found


def add_projections(
    model: str, only: Sequence[str] = (), overwrite: bool = False, known: Sequence[Projection] = PROJECTIONS
) -> list[str]:
    """Lay out a model's codes by the projections that its folder lacks, or by `only` these; the titles of those added.

    Raises:
        ConfigError: there is no projection of that name.
        OutputError: one is there already and `overwrite` is False, or the folder cannot be written.
        MissingExtraError: the library of one that was named is not installed.
    """
    for name in only:
        require_choice("--only", name, tuple(projection.name for projection in known))
    path = find_folder(model)
    folder = model_folder.read(path)
    named = [projection for projection in known if projection.name in only]
    for projection in named:
        if projection.tensor in folder.codes and not overwrite:
            raise OutputError(f"{path} has {projection.title} already. Add --overwrite to lay it out anew")
    wanted = named or [projection for projection in known if overwrite or projection.tensor not in folder.codes]
    found = project_codes(folder.codes["mu"], wanted, LANDMARKS, required=bool(named))
    if found.tensors:
        landmarks = folder.made_by.get("landmarks", {}) | found.landmarks
        made_by = folder.made_by | {"landmarks": landmarks}
        model_folder.update(replace(folder, codes=folder.codes | found.tensors, made_by=made_by), path)
    return [projection.title for projection in wanted if projection.tensor in found.tensors]
