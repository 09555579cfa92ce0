"""Model folders with anything in them: each opens, or is said to be broken in one line; none stops the others."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.json_values import LEAVES, TEXTS, VALUES
from tests.unit.test_model_folder import small_folder
from vae_explorer.catalog.zoo import BrokenModel, Model, Zoo
from vae_explorer.storage import model_folder, picture_atlas

FILES = ("model.json", "weights.safetensors", "codes.safetensors", "digits.png")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a folder that opens."""
    folder, path = small_folder(), tmp_path_factory.mktemp("whole") / "model"
    pictures = np.zeros((folder.data.count, 28, 28), np.uint8)
    model_folder.write(folder, path, {"digits.png": picture_atlas.atlas_bytes(pictures)})
    return {name: (path / name).read_bytes() for name in FILES}


@pytest.fixture(scope="module")
def opened(whole: dict[str, bytes]) -> Iterator[Callable[[dict[str, bytes]], Model | BrokenModel]]:
    """Opens a folder of these files beside one that is whole."""
    place = Path(tempfile.mkdtemp())
    zoo = Zoo(lambda: {"own": place})

    def write(name: str, files: dict[str, bytes]) -> None:
        (place / name).mkdir()
        for file, body in files.items():
            (place / name / file).write_bytes(body)

    def open_beside(files: dict[str, bytes]) -> Model | BrokenModel:
        shutil.rmtree(place / "b", ignore_errors=True)
        write("b", files)
        listing = zoo.scan()
        assert [model.id for model in listing.models][:1] == ["own/a"]
        (found,) = (*listing.models[1:], *listing.broken)
        if isinstance(found, BrokenModel):
            assert found.problem.isprintable()
            assert 10 < len(found.problem) <= 500
        else:
            text = json.dumps(found.manifest, allow_nan=False)
            text.encode("utf-8")
        return found

    write("a", whole)
    yield open_beside
    shutil.rmtree(place)


def paths_in(value: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something is in a JSON value."""
    yield before
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from paths_in(inner, (*before, key))


@settings(max_examples=1300)
@given(st.data())
def test_about(
    whole: dict[str, bytes], opened: Callable[[dict[str, bytes]], Model | BrokenModel], data: st.DataObject
) -> None:
    about = json.loads(whole["model.json"])
    for _ in range(data.draw(st.integers(1, 3))):
        places = [path for path in paths_in(about) if path]
        if not places:
            break
        *path, last = data.draw(st.sampled_from(places))
        inner = about
        for key in path:
            inner = inner[key]
        what = data.draw(st.sampled_from(["replace", "remove", "add"]))
        if what == "replace":
            inner[last] = data.draw(st.one_of(LEAVES, VALUES))
        elif what == "remove":
            del inner[last]
        elif isinstance(inner, dict):
            inner[data.draw(TEXTS)] = data.draw(VALUES)
    opened(whole | {"model.json": json.dumps(about).encode()})


@settings(max_examples=1000)
@given(st.sampled_from(FILES), st.integers(0, 10**6), st.binary(max_size=12), st.sampled_from(["over", "cut", "in"]))
def test_bytes(
    whole: dict[str, bytes],
    opened: Callable[[dict[str, bytes]], Model | BrokenModel],
    name: str,
    place: int,
    bytes_: bytes,
    how: str,
) -> None:
    body = whole[name]
    # Half of them near the beginning, where the headers are.
    place = place % (len(body) if place % 2 else min(len(body), 300))
    after = {"over": body[place + len(bytes_) :], "cut": b"", "in": body[place:]}[how]
    opened(whole | {name: body[:place] + bytes_ + after})


@settings(max_examples=200)
@given(st.sets(st.sampled_from(FILES)))
def test_files_that_are_missing(
    whole: dict[str, bytes], opened: Callable[[dict[str, bytes]], Model | BrokenModel], missing: set[str]
) -> None:
    if missing >= set(FILES[:3]):
        return  # nothing of a model is left
    found = opened({name: body for name, body in whole.items() if name not in missing})
    assert isinstance(found, BrokenModel) == bool(missing)


@settings(max_examples=500)
@given(st.dictionaries(TEXTS, VALUES, max_size=4), st.binary(max_size=100))
def test_headers_of_tensors(
    whole: dict[str, bytes],
    opened: Callable[[dict[str, bytes]], Model | BrokenModel],
    entries: dict[str, Any],
    rest: bytes,
) -> None:
    header = json.dumps(entries).encode()
    found = opened(whole | {"codes.safetensors": len(header).to_bytes(8, "little") + header + rest})
    assert isinstance(found, BrokenModel)
