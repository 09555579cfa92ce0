"""The manifest: its types are those that the page reads it by, and its projections those that a folder has."""

from __future__ import annotations

import re
import typing
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load

from tests.unit.test_model_folder import small_folder
from vae_explorer.catalog.manifest import Manifest, manifest, projections
from vae_explorer.catalog.page_files import codes_bytes, file_ref, page_bytes
from vae_explorer.model.config import ModelConfig
from vae_explorer.paths import PACKAGE
from vae_explorer.projections import pca
from vae_explorer.storage import model_folder
from vae_explorer.storage.model_folder import ModelFolder

Add = Callable[..., Path]
Fields = dict[str, str]

TYPES = (PACKAGE / "frontend" / "types.js").read_text(encoding="utf-8")


def types_in_javascript(text: str) -> dict[str, Fields]:
    """Every object in `text`: its fields and their types; the name of one that may be missing ends with `?`."""
    found: dict[str, Fields] = {}
    fields: Fields = {}
    for line in text.splitlines():
        if name := re.match(r" \* @typedef \{.*\} (\w+)", line):
            fields = found[name[1]] = {}
        elif entry := re.match(r" \* @property \{(.+)\} (?:(\w+)|\[(\w+)\])(?:\s|$)", line):
            fields[entry[2] or f"{entry[3]}?"] = entry[1]
    return found


def types_in_python(of: type) -> dict[str, Fields]:
    """The same of a TypedDict and those inside it."""
    found: dict[str, Fields] = {of.__name__: {}}

    def spelled(hint: object) -> str:
        if hint in (str, int, float, bool):
            return {str: "string", bool: "boolean"}.get(typing.cast(type, hint), "number")
        if typing.get_origin(hint) is list:
            return f"{spelled(typing.get_args(hint)[0])}[]"
        if typing.get_origin(hint) is typing.Literal:
            return " | ".join(f'"{value}"' for value in typing.get_args(hint))
        assert typing.is_typeddict(hint), hint
        assert isinstance(hint, type)
        found.update(types_in_python(hint))
        return hint.__name__

    for name, hint in typing.get_type_hints(of, include_extras=True).items():
        if typing.get_origin(hint) is typing.NotRequired:
            found[of.__name__][f"{name}?"] = spelled(typing.get_args(hint)[0])
        else:
            found[of.__name__][name] = spelled(hint)
    return found


def test_types_are_the_same_in_python_and_javascript() -> None:
    expected = types_in_python(Manifest)
    assert {"Manifest", "ManifestFiles", "ManifestProjection", "FileRef"} <= expected.keys()
    found = types_in_javascript(TYPES)
    assert {name: found.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("there", "instead"),
    [
        ("{boolean} deterministic", "{boolean} plain"),
        ("{number} limit", "{string} limit"),
        ("{FileRef} [classifier]", "{FileRef} classifier"),
        ("{FileRef} digits", "{FileRef} [digits]"),
        ("@property {number} crc32", ""),
        ("@property {FileRef} codes", "@property {FileRef} codes\n * @property {FileRef} more"),
    ],
)
def test_each_difference_is_noticed(there: str, instead: str) -> None:
    assert TYPES.count(there) == 1
    found = types_in_javascript(TYPES.replace(there, instead))
    expected = types_in_python(Manifest)
    assert {name: found.get(name) for name in expected} != expected


def test_what_a_page_is_given_has_these_fields(add_model: Add) -> None:
    folder = model_folder.read(add_model("a"))
    files = {kind: file_ref(kind, body) for kind, body in page_bytes(folder).items()}
    about = manifest("own/a", folder, files)
    expected = types_in_python(Manifest)
    assert about.keys() == expected["Manifest"].keys()
    assert about["projections"][0].keys() == expected["ManifestProjection"].keys()
    assert about["files"].keys() == {name for name in expected["ManifestFiles"] if not name.endswith("?")}


# ---- projections -----------------------------------------------------------------------------------------------------


def with_projections(folder: ModelFolder, **points: np.ndarray) -> ModelFolder:
    """The folder with these in place of its own."""
    codes = {name: array for name, array in folder.codes.items() if not name.startswith("projection/")}
    return replace(folder, codes=codes | {f"projection/{name}": array for name, array in points.items()})


def test_projections_are_those_of_the_folder_that_are_known() -> None:
    folder = small_folder()
    assert [entry["name"] for entry in projections(folder)] == ["pca", "pca3", "tsne"]
    points = np.zeros((20, 2), np.float32)
    folder = with_projections(folder, umap=points, other=points)
    (entry,) = projections(folder)
    assert (entry["name"], entry["title"], entry["kind"], entry["axes"]) == ("umap", "UMAP", "neighbours", [])
    assert "projection/other" not in load(codes_bytes(folder))
    assert np.array_equal(load(codes_bytes(folder))[entry["tensor"]], points)


def test_a_plane_is_shown_as_it_is_and_nothing_is_kept_twice() -> None:
    folder = small_folder(ModelConfig("mlp", 2, 5))
    for known, names in ((folder, ["z", "tsne"]), (with_projections(folder), ["z"])):
        plane, *others = projections(known)
        assert [plane["name"], *(other["name"] for other in others)] == names
        assert (plane["title"], plane["axes"], plane["kind"]) == ("z1, z2", ["z1", "z2"], "linear")
        assert (plane["tensor"], plane["landmarks"]) == ("mu", folder.data.count)
        assert not any(name.startswith("projection/pca") for name in load(codes_bytes(known)))


@pytest.mark.parametrize(("dim", "names"), [(1, ["pca"]), (3, ["pca", "pca3"])])
def test_a_folder_without_projections_has_pca_all_the_same(dim: int, names: list[str]) -> None:
    folder = with_projections(small_folder(ModelConfig("mlp", dim, 5)))
    assert [entry["name"] for entry in projections(folder)] == names
    found = load(codes_bytes(folder))
    assert all(np.array_equal(found[name], array) for name, array in pca.PROJECTION.tensors(folder.codes["mu"]).items())


def test_pca_says_how_much_of_the_variance_it_shows() -> None:
    folder = small_folder(ModelConfig("mlp", 5, 5))
    folder.codes["mu"][:] = np.random.default_rng(0).standard_normal((20, 5)) * [4, 2, 2, 1, 1]
    folder = with_projections(folder)
    variances = folder.codes["mu"].astype(float) - folder.codes["mu"].mean(axis=0)
    spectrum = np.linalg.svd(variances, compute_uv=False) ** 2
    for entry, axes, word in zip(projections(folder), (2, 3), ("two", "three"), strict=True):
        assert entry["axes"] == [f"PC {number + 1}" for number in range(axes)]
        assert f"the {word} directions" in entry["about"]
        assert f"{spectrum[:axes].sum() / spectrum.sum():.0%}".replace("%", "\u00a0%") in entry["about"]
    (flat,) = projections(with_projections(small_folder(ModelConfig("mlp", 1, 5))))
    assert flat["about"] == "PCA merely rotates this space: all of it is in view."


def test_landmarks_are_those_of_each_projection() -> None:
    folder = replace(small_folder(), made_by={"landmarks": {"tsne": 7}})
    assert [entry["landmarks"] for entry in projections(folder)] == [20, 20, 7]
    for nonsense in ({"tsne": "7"}, {"tsne": 21}, {"tsne": 0}, {"tsne": True}, {}):
        folder = replace(small_folder(), made_by={"landmarks": nonsense})
        assert [entry["landmarks"] for entry in projections(folder)] == [20, 20, 20]


def test_no_own_tsne_without_one_of_the_models() -> None:
    folder = small_folder(count=400)
    assert manifest("own/a", folder, {})["tsne"]["largest_perplexity"] == 100
    about = manifest("own/a", with_projections(folder), {})["tsne"]
    assert about["largest_perplexity"] < about["least_perplexity"]


@pytest.mark.parametrize(
    ("training", "deterministic", "beta"),
    [({"beta": 4}, False, 4.0), ({"beta": 4}, True, 0.0), ({}, False, 1.0), ({"beta": "4"}, False, 1.0)],
)
def test_beta_is_that_of_the_training(training: dict[str, object], deterministic: bool, beta: float) -> None:
    folder = small_folder(ModelConfig("mlp", 3, 5, likelihood="mse", deterministic=deterministic))
    found = manifest("own/a", replace(folder, training=training), {})
    assert (found["beta"], found["likelihood"]) == (beta, "mse")
