"""Finding model folders: each read once, again when it changes, in bounded memory, from many threads."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load

from vae_explorer.catalog import manifest, page_files, watch, zoo
from vae_explorer.catalog.zoo import Zoo
from vae_explorer.model.config import ModelConfig
from vae_explorer.storage import model_folder
from vae_explorer.storage.model_folder import ModelFolder

Add = Callable[..., Path]


@pytest.fixture
def own(models_folder: Path) -> Zoo:
    return Zoo(lambda: {"own": models_folder})


def digest_of(found: zoo.Model, kind: str) -> str:
    return page_files.digest_of(found.manifest["files"][kind])  # type: ignore[literal-required]


def test_folders_that_are_no_models_are_left_alone(own: Zoo, add_model: Add, models_folder: Path) -> None:
    add_model("b")
    add_model("a")
    (models_folder / "notes.txt").write_text("x")
    (models_folder / "empty").mkdir()
    (models_folder / ".a-being-written").mkdir()
    (models_folder / ".a-being-written" / "model.json").write_text("{")
    (models_folder / "nowhere").symlink_to(models_folder / "not-there")
    listing = own.scan()
    assert [model.id for model in listing.models] == ["own/a", "own/b"]
    assert not listing.broken


def test_places_that_are_not_there(tmp_path: Path) -> None:
    listing = Zoo(lambda: {"own": tmp_path / "none", "shipped": tmp_path / "neither"}).scan()
    assert listing == zoo.Listing((), ())


def test_file_is_what_the_manifest_says(own: Zoo, add_model: Add) -> None:
    path = add_model("a")
    (model,) = own.scan().models
    for entry in model.manifest["files"].values():
        file = own.file(page_files.digest_of(entry))
        assert file is not None
        body = file.body
        assert (len(body), zlib.crc32(body)) == (entry["bytes"], entry["crc32"])
    decoder = own.file(digest_of(model, "decoder"))
    assert decoder is not None
    folder = model_folder.read(path)
    assert load(decoder.body).keys() == load(page_files.decoder_bytes(folder)).keys()
    assert np.array_equal(load(decoder.body)["0.weight"], folder.weights["decoder.0.weight"])
    assert own.file("0" * 32) is None


def test_same_model_has_the_same_address_after_a_restart(add_model: Add) -> None:
    folder = model_folder.read(add_model("a"))
    assert len({page_files.page_bytes(folder)["encoder"] for _ in range(10)}) == 1


def test_listing_holds_no_arrays(own: Zoo, add_model: Add) -> None:
    add_model("a")
    (model,) = own.scan().models
    assert not model.folder.weights
    assert not model.folder.codes


def test_unchanged_folders_are_not_read_again(own: Zoo, add_model: Add, monkeypatch: pytest.MonkeyPatch) -> None:
    add_model("a")
    first = own.scan()
    monkeypatch.setattr(model_folder, "read", lambda _: pytest.fail("read again"))
    assert own.scan() is first


def test_looking_again_asks_for_each_file_once(
    own: Zoo, add_model: Add, count_looks: Callable[[], list[object]]
) -> None:
    for name in "abcdefg":
        add_model(name)
    own.scan()
    looks = count_looks()
    own.scan()
    files = 7 * len(watch.MODEL_FILES + watch.OTHER_FILES)
    assert files <= len(looks) <= files + 10


def test_changed_folder_is_read_again(own: Zoo, add_model: Add) -> None:
    path = add_model("a")
    (before,) = own.scan().models
    about = (path / "model.json").read_text()
    (path / "model.json").write_text(about.replace("Small", "Changed"))
    (after,) = own.scan().models
    assert (before.folder.title, after.folder.title) == ("Small", "Changed")


def test_little_memory_is_enough(models_folder: Path, add_model: Add) -> None:
    for name in "abc":
        add_model(name)
    small = Zoo(lambda: {"own": models_folder}, max_cache_bytes=1)
    for model in small.scan().models:
        for kind in ("decoder", "encoder", "codes", "digits"):
            file = small.file(digest_of(model, kind))
            assert file is not None
            assert page_files.digest_of(page_files.file_ref(kind, file.body)) == digest_of(model, kind)
    assert len(small._bytes._entries) == len(model.files), "those of the last model alone"


def test_file_of_a_model_that_was_trained_again(models_folder: Path, add_model: Add) -> None:
    path = add_model("a")
    add_model("b", ModelConfig("mlp", 2, 5))
    small = Zoo(lambda: {"own": models_folder}, max_cache_bytes=1)
    model, _ = small.scan().models  # the files of the second are at hand
    (path / "weights.safetensors").write_bytes(b"")
    assert small.file(digest_of(model, "decoder")) is None


def test_folder_is_read_once_for_all_who_ask(
    models_folder: Path, add_model: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large model takes half a gigabyte while it is read."""
    add_model("a")
    add_model("b", ModelConfig("mlp", 2, 5))
    shared = Zoo(lambda: {"own": models_folder}, max_cache_bytes=1)
    model, _ = shared.scan().models
    reads: list[Path] = []

    def read(path: Path) -> ModelFolder:
        reads.append(path)
        time.sleep(0.2)
        return model_folder_read(path)

    model_folder_read = model_folder.read
    monkeypatch.setattr(model_folder, "read", read)
    with ThreadPoolExecutor(8) as pool:
        files = list(pool.map(lambda kind: shared.file(digest_of(model, kind)), ["decoder", "encoder"] * 8))
    assert all(file is not None for file in files)
    assert len(reads) == 1


def test_many_threads(models_folder: Path, add_model: Add) -> None:
    add_model("a")
    shared = Zoo(lambda: {"own": models_folder}, max_cache_bytes=50_000)
    (model,) = shared.scan().models

    def visit(turn: int) -> bool:
        kind = ("decoder", "encoder", "codes", "digits")[turn % 4]
        return len(shared.scan().models) == 1 and shared.file(digest_of(model, kind)) is not None

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(visit, range(80)))


def test_mean_kl_is_the_closed_form(add_model: Add) -> None:
    folder = model_folder.read(add_model("a"))
    mu, log_var = folder.codes["mu"][:, 1], folder.codes["log_var"][:, 1]
    by_hand = sum(0.5 * (m * m + 2.718281828459045**v - 1 - v) for m, v in zip(mu, log_var, strict=True)) / len(mu)
    assert folder.mean_kl[1] == pytest.approx(by_hand, rel=1e-4)


def test_mean_kl_is_computed_once_per_folder(add_model: Add) -> None:
    """All that a page gets of a model is made of the same figures, and there may be a million codes to go through."""
    folder = model_folder.read(add_model("a"))
    found = folder.mean_kl
    assert page_files.codes_bytes(folder)
    assert manifest.manifest("own/a", folder, {})["mean_kl"] is found
    assert folder.mean_kl is found
    assert replace(folder, codes={"mu": folder.codes["mu"], "log_var": folder.codes["mu"]}).mean_kl != found


@pytest.mark.parametrize(("farthest", "count", "limit"), [(0, 1000, 3), (-7.2, 10, 8), (7.2, 1, 3)])
def test_sliders_reach_where_the_codes_are(add_model: Add, farthest: float, count: int, limit: int) -> None:
    folder = model_folder.read(add_model("a"))
    mu = np.zeros((500, 2), np.float32)
    mu[:count, 1] = farthest
    assert manifest.slider_limit(replace(folder, codes=folder.codes | {"mu": mu})) == limit
