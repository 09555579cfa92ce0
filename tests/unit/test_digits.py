"""IDX files and the atlas: right ones are read bit for bit, damaged ones refused with a sentence."""

from __future__ import annotations

import gzip
import io
import os
import struct
import zlib
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import EpsImagePlugin, Image

from vae_explorer import paths
from vae_explorer.errors import DataError
from vae_explorer.storage import picture_atlas
from vae_explorer.storage.model_folder import ModelFolder

from .test_model_folder import small_folder

CHECKOUT = Path(__file__).parents[2]


def idx_bytes(array: np.ndarray) -> bytes:
    return struct.pack(f">HBB{array.ndim}i", 0, 8, array.ndim, *array.shape) + array.tobytes()


def png_header(width: int, height: int, colour_type: int = 0) -> bytes:
    """The start of a PNG of this size, grey unless `colour_type` says otherwise; its pixels are not there."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, colour_type, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header)) + b"\0\0\0\1IDAT"
    )


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
    with pytest.raises(DataError, match=r"missing\. Delete it to have it downloaded"):
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


def own_atlas(tmp_path: Path, body: bytes) -> ModelFolder:
    """A model of 20 pictures whose atlas is this file."""
    (tmp_path / "digits.png").write_bytes(body)
    return replace(small_folder(), path=tmp_path)


def test_the_atlas_of_a_model_is_what_its_file_holds(tmp_path: Path, pictures: np.ndarray) -> None:
    body = picture_atlas.atlas_bytes(pictures[:20])
    assert picture_atlas.file_bytes(own_atlas(tmp_path, body)) == body


@pytest.mark.parametrize("size", [(2_800, 28_000), (70_000, 28)])
def test_an_atlas_that_is_too_large_is_refused_by_its_header(tmp_path: Path, size: tuple[int, int]) -> None:
    folder = own_atlas(tmp_path, png_header(*size))
    with pytest.raises(DataError, match=f"{size[0]:,} x {size[1]:,} pixels found, 78,400 at most expected"):
        picture_atlas.file_bytes(folder)


def test_an_atlas_in_colour_is_refused_by_its_header(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"colours found \(mode RGBA\), greys expected"):
        picture_atlas.file_bytes(own_atlas(tmp_path, png_header(2_800, 28, colour_type=6)))


def test_an_atlas_whose_pixels_are_damaged(tmp_path: Path, pictures: np.ndarray) -> None:
    body = picture_atlas.atlas_bytes(pictures[:20])
    with pytest.raises(DataError, match="not a readable picture"):
        picture_atlas.file_bytes(own_atlas(tmp_path, body[: len(body) // 2]))


def test_pictures_are_opened_in_one_place_only() -> None:
    files = [file for folder in ("vae_explorer", "train") for file in (CHECKOUT / folder).rglob("*.py")]
    opening = [file.name for file in files if "Image.open(" in file.read_text(encoding="utf-8")]
    assert opening == ["picture_file.py"]


def test_no_program_is_started_for_a_picture_that_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pictures: np.ndarray
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    ghostscript = programs / "gs"
    ghostscript.write_text(f"#!/bin/sh\ntouch '{tmp_path}/started'\n")
    ghostscript.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(EpsImagePlugin, "gs_binary", None)  # looked for once in a process
    eps = io.BytesIO()
    Image.new("L", (30, 30)).save(eps, "EPS")
    with Image.open(eps) as image, suppress(OSError):
        image.load()
    assert (tmp_path / "started").exists(), "the file is a real danger"
    (tmp_path / "started").unlink()
    folder = own_atlas(tmp_path, eps.getvalue())
    refused = r"digits.png: not a readable picture \(cannot identify"
    with pytest.raises(DataError, match=refused):
        picture_atlas.file_bytes(folder)
    with pytest.raises(DataError, match=refused):
        picture_atlas.read_atlas(tmp_path / "digits.png", 1)
    assert not (tmp_path / "started").exists()


@pytest.mark.parametrize("name", picture_atlas.SHIPPED_SHA256)
def test_shipped_atlas_is_the_test_set_that_the_table_states(name: str) -> None:
    pictures = picture_atlas.read_atlas(paths.assets() / name / "digits.png", 10_000)
    assert picture_atlas.pictures_sha256(pictures) == picture_atlas.SHIPPED_SHA256[name]
    assert 20 < pictures.mean() < 120
