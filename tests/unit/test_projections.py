"""Projections: what each promises to the page, the registry, and `python -m train project`."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.server import ROOT
from tests.unit.test_model_folder import small_folder
from train.projecting import add_projections, project_codes
from vae_explorer.errors import ConfigError, MissingExtraError, OutputError
from vae_explorer.model.config import ModelConfig
from vae_explorer.projections import pca, tsne, umap
from vae_explorer.projections.landmarks import lay_out
from vae_explorer.projections.projection import NeighbourProjection, Projection
from vae_explorer.projections.registry import PROJECTIONS, present_in
from vae_explorer.storage import model_folder

Array = np.ndarray


def two_clusters(dim: int = 4) -> Array:
    """`(40, dim)`: twenty codes on either side of the origin."""
    codes = np.random.default_rng(0).standard_normal((40, dim)).astype(np.float32)
    codes[:20] += 20
    return codes


def test_names_are_unique_and_plain() -> None:
    names = [projection.name for projection in PROJECTIONS]
    assert len(set(names)) == len(names)
    # In file names, links and tables; and a figure at the end would clash with a view in three dimensions, or a column.
    assert all(name.isalpha() and name.islower() for name in names)
    assert present_in([tsne.PROJECTION.tensor, "projection/other"]) == [tsne.PROJECTION]


@pytest.mark.parametrize("dim", [1, 2, 5])
def test_pca_is_what_its_parts_say(dim: int) -> None:
    codes = two_clusters(dim)
    found = pca.PROJECTION.tensors(codes)
    points, mean, components = found["projection/pca"], found["projection/pca/mean"], found["projection/pca/components"]
    assert np.allclose(points, (codes - mean) @ components.T, atol=1e-4)
    used = min(3, dim)
    assert np.allclose(components[:used] @ components[:used].T, np.eye(used), atol=1e-5)
    assert not components[used:].any()
    assert (np.diff(points.var(axis=0)) <= 0).all()


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda projection: projection.name)
def test_tensors_are_those_that_a_folder_takes(projection: Projection, tmp_path: Path) -> None:
    for dim in (1, 4):
        folder = small_folder(ModelConfig("mlp", dim, 5), count=40)
        codes = {name: array for name, array in folder.codes.items() if not name.startswith("projection/")}
        try:
            found = projection.tensors(two_clusters(dim))
        except MissingExtraError as error:
            pytest.skip(str(error))
        model_folder.write(replace(folder, codes=codes | found), tmp_path / f"of-{dim}", {})
        assert present_in(model_folder.read(tmp_path / f"of-{dim}").codes) == [projection]


@pytest.mark.skipif(importlib.util.find_spec("umap") is None, reason="umap-learn is not installed")
def test_umap_keeps_neighbours_together_and_is_the_same_each_time() -> None:
    codes = two_clusters()
    points = umap.fit_umap(codes)
    assert points.shape == (40, 2)
    assert points.dtype == np.float32
    away = ((points[:, None] - points[None]) ** 2).sum(axis=2)
    np.fill_diagonal(away, np.inf)
    assert ((away.argmin(axis=1) < 20) == (np.arange(40) < 20)).all()
    assert np.array_equal(points, umap.fit_umap(codes))


def test_codes_beyond_the_landmarks_are_placed_among_them() -> None:
    codes = two_clusters()
    sizes: list[int] = []

    def first_two(laid_out: Array) -> Array:
        sizes.append(len(laid_out))
        return laid_out[:, :2]

    codes[30:] = codes[:10]
    points = lay_out(first_two, codes, landmarks=30)
    assert sizes == [30]
    assert np.allclose(points, codes[:, :2], atol=1e-5)
    assert np.array_equal(lay_out(first_two, codes), codes[:, :2])


def test_more_codes_than_a_projection_can_lay_out() -> None:
    codes = two_clusters()
    codes[30:] = codes[:10]
    few = NeighbourProjection(name="few", title="Few", about="", fit=lambda laid_out: laid_out[:, :2], most_codes=30)
    found = project_codes(codes, [few])
    assert found.landmarks == {"few": 30}
    assert np.allclose(found.tensors["projection/few"], codes[:, :2], atol=1e-5)
    assert project_codes(codes, [few], landmarks=20).landmarks == {"few": 20}
    assert project_codes(codes[:10], [few]).landmarks == {"few": 10}


# ---- python -m train project -----------------------------------------------------------------------------------------


def with_third(fit: Callable[[Array], Array]) -> tuple[Projection, ...]:
    """A registry whose third projection takes no time."""
    third = NeighbourProjection(name="third", title="Third", about="Nothing.", fit=fit)
    return (pca.PROJECTION, tsne.PROJECTION, third)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    model_folder.write(small_folder(count=40), tmp_path / "m", {"samples.png": b"png"})
    return tmp_path / "m"


def test_what_is_missing_is_added_and_the_rest_stays(path: Path) -> None:
    known = with_third(lambda codes: codes[:, :2])
    before = model_folder.read(path)
    assert add_projections(str(path), known=known) == ["Third"]
    after = model_folder.read(path)
    assert after.codes.keys() - before.codes.keys() == {"projection/third"}
    assert all(np.array_equal(before.codes[name], after.codes[name]) for name in before.codes)
    assert np.array_equal(after.codes["projection/third"], before.codes["mu"][:, :2])
    assert after.made_by == before.made_by | {"landmarks": {"third": 40}}
    assert replace(after, codes={}, weights={}, made_by={}) == replace(before, codes={}, weights={}, made_by={})
    assert add_projections(str(path), known=known) == []


def test_what_is_there_is_laid_out_anew_only_if_asked(path: Path) -> None:
    before = model_folder.read(path).codes["projection/tsne"]
    with pytest.raises(OutputError, match="has t-SNE already"):
        add_projections(str(path), ["tsne"])
    assert np.array_equal(model_folder.read(path).codes["projection/tsne"], before)
    assert add_projections(str(path), ["tsne"], overwrite=True) == ["t-SNE"]
    assert not np.array_equal(model_folder.read(path).codes["projection/tsne"], before)


def test_a_missing_library_leaves_one_out_unless_it_was_named(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def missing(_: Array) -> Array:
        raise MissingExtraError("third-learn", "third")

    known = with_third(missing)
    before = (path / "model.json").read_bytes()
    assert add_projections(str(path), known=known) == []
    (left_out,) = [line for line in capsys.readouterr().out.splitlines() if "left out" in line]
    assert left_out.startswith("Third is left out")
    assert "pip install '.[third]'" in left_out
    with pytest.raises(MissingExtraError):
        add_projections(str(path), ["third"], known=known)
    assert (path / "model.json").read_bytes() == before


def test_an_unknown_projection_is_refused(path: Path) -> None:
    with pytest.raises(ConfigError, match="one of: pca, tsne"):
        add_projections(str(path), ["no such"])


def test_without_its_library_umap_says_what_brings_it() -> None:
    code = (
        "import sys; sys.modules['umap'] = None\n"
        "import numpy\n"
        "from vae_explorer.errors import MissingExtraError\n"
        "from vae_explorer.projections import umap\n"
        "try: umap.fit_umap(numpy.zeros((20, 2), 'f'))\n"
        "except MissingExtraError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "pip install '.[umap]'" in done.stdout, done.stderr
