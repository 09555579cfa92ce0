"""IDX files and the atlas: right ones are read bit for bit, damaged ones refused with a sentence."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vae_explorer import paths
from vae_explorer.errors import DataError
from vae_explorer.storage import picture_atlas


def idx_bytes(array: np.ndarray) -> bytes:
    return struct.pack(f">HBB{array.ndim}i", 0, 8, array.ndim, *array.shape) + array.tobytes()


@pytest.fixture
def pictures() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (123, 28, 28), dtype=np.uint8)


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_read_idx_round_trip(tmp_path: Path, pictures: np.ndarray, suffix: str) -> None:
    file = tmp_path / f"images{suffix}"
    body = idx_bytes(pictures)
    file.write_bytes(gzip.compress(body) if suffix else body)
    assert np.array_equal(picture_atlas.read_idx(file), pictures)


def test_read_idx_refuses_what_is_damaged(tmp_path: Path, pictures: np.ndarray) -> None:
    body = idx_bytes(pictures)
    damaged = {
        "cut short": body[:-1],
        "too long": body + b"\0",
        "no header": b"",
        "a page": b"<!doctype html>",
        "other type": body[:2] + b"\x0d" + body[3:],
        "negative size": struct.pack(">HBB3i", 0, 8, 3, -1, 28, 28),
    }
    for name, content in damaged.items():
        file = tmp_path / name
        file.write_bytes(content)
        with pytest.raises(DataError, match=name):
            picture_atlas.read_idx(file)
    file = tmp_path / "cut.gz"
    file.write_bytes(gzip.compress(body)[:-20])
    with pytest.raises(DataError, match="cannot be read"):
        picture_atlas.read_idx(file)
    with pytest.raises(DataError, match="cannot be read"):
        picture_atlas.read_idx(tmp_path / "absent")


def test_atlas_round_trip(tmp_path: Path, pictures: np.ndarray) -> None:
    file = tmp_path / "digits.png"
    file.write_bytes(picture_atlas.atlas_bytes(pictures))
    with Image.open(file) as image:
        assert image.size == (2800, 56)
    assert np.array_equal(picture_atlas.read_atlas(file, 123), pictures)


def test_atlas_refuses_what_is_too_small_or_no_picture(tmp_path: Path, pictures: np.ndarray) -> None:
    file = tmp_path / "digits.png"
    file.write_bytes(picture_atlas.atlas_bytes(pictures))
    with pytest.raises(DataError, match="too small"):
        picture_atlas.read_atlas(file, 201)
    file.write_bytes(b"no picture")
    with pytest.raises(DataError, match="not a readable picture"):
        picture_atlas.read_atlas(file, 1)


@pytest.mark.parametrize("name", picture_atlas.SHIPPED_SHA256)
def test_shipped_atlas_is_the_test_set_that_the_table_states(name: str) -> None:
    pictures = picture_atlas.read_atlas(paths.assets() / name / "digits.png", 10_000)
    assert picture_atlas.pictures_sha256(pictures) == picture_atlas.SHIPPED_SHA256[name]
    assert 20 < pictures.mean() < 120
