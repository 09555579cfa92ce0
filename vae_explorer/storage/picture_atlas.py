"""The 28x28 pictures: reading IDX files, and the atlas that holds a test set as one PNG."""

from __future__ import annotations

import gzip
import hashlib
import io
import struct
import zlib
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vae_explorer import paths
from vae_explorer.errors import DataError
from vae_explorer.model.config import IMAGE_SIZE
from vae_explorer.storage import picture_file, regular_file
from vae_explorer.storage.model_folder import ModelFolder
from vae_explorer.storage.model_json import AGAIN, DataInfo, read_file

ATLAS_COLUMNS = 100

# Bytes of an IDX file: five times the largest of the named data sets.
LARGEST_IDX = 512 * 2**20

# How a gzipped file starts. Its name does not say: some browsers unpack what they download, and keep the `.gz`.
GZIP = b"\x1f\x8b"

# The largest atlas that is decoded: 176 million pixels, just below what Pillow itself refuses, take as many bytes.
MOST_PICTURES = 225_000
ONE_BYTE_MODES = ("1", "L", "P")

# The test sets that lie in assets/<name>/digits.png, by the SHA-256 of their pixels.
SHIPPED_SHA256 = {
    "mnist": "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
    "fashion-mnist": "c867c93ff95360594e8ec3287995350b824dd110b11595c0e13d5423f621867a",
}


def read_idx(path: Path, again: str = "Delete it to have it downloaded again") -> NDArray[np.uint8]:
    """An IDX file of bytes, plain or gzipped whatever it is called, as an array of the shape it states.

    `again` is what to do about one that is damaged, for the message.

    The format: two zero bytes, 8 for "unsigned byte", the number of dimensions, each dimension as a
    big-endian int32, then the data (yann.lecun.com/exdb/mnist).

    Raises:
        DataError: the file cannot be read, is no IDX file of bytes, or is cut short.
    """
    data = regular_file.read(path, LARGEST_IDX, again)
    if data.startswith(GZIP):
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
                data = packed.read(LARGEST_IDX + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise DataError(f"{path}: cannot be read ({error}). {again}") from error
        if len(data) > LARGEST_IDX:
            raise DataError(f"{path}: it unpacks to more than {LARGEST_IDX:,} bytes. {again}")
    if len(data) < 4 or data[:3] != b"\0\0\x08" or not 1 <= data[3] <= 4 or len(data) < 4 + 4 * data[3]:
        raise DataError(f"{path}: not an IDX file of bytes. {again}")
    shape = struct.unpack(f">{data[3]}i", data[4 : 4 + 4 * data[3]])
    body = memoryview(data)[4 + 4 * data[3] :]
    if min(shape) < 0 or len(body) != int(np.prod(shape, dtype=np.int64)):
        raise DataError(
            f"{path}: {len(body):,} bytes of data found, {' x '.join(map(str, shape))} stated: the file is "
            f"damaged or cut short. {again}"
        )
    return np.frombuffer(body, np.uint8).reshape(shape)


def is_shipped(data: DataInfo) -> bool:
    """Whether the package ships the test pictures of this very data set."""
    return SHIPPED_SHA256.get(data.name) == data.sha256


def atlas_path(folder: ModelFolder) -> Path:
    """The atlas of a model's test pictures: the one that the package ships, or the folder's own, if it is there."""
    return (paths.assets() / folder.data.name if is_shipped(folder.data) else folder.path) / "digits.png"


def atlas_sheet(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """`(N, 28, 28)` uint8 as the pixels of one picture, 100 pictures a row, in order; empty places are black."""
    rows = _rows(len(images))
    tiles = np.zeros((rows * ATLAS_COLUMNS, IMAGE_SIZE, IMAGE_SIZE), np.uint8)
    tiles[: len(images)] = images
    sheet = tiles.reshape(rows, ATLAS_COLUMNS, IMAGE_SIZE, IMAGE_SIZE).swapaxes(1, 2)
    return sheet.reshape(rows * IMAGE_SIZE, -1)


def atlas_bytes(images: NDArray[np.uint8]) -> bytes:
    """`(N, 28, 28)` uint8 as one grey PNG."""
    buffer = io.BytesIO()
    Image.fromarray(atlas_sheet(images)).save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


def read_sheet(path: Path, count: int) -> NDArray[np.uint8]:
    """The pixels of an atlas of at least `count` pictures; raises as `read_atlas` does."""
    body = read_file(path, _most_bytes(MOST_PICTURES))
    with _opened(body, path, MOST_PICTURES) as image:
        _require_room(image, path, count)
        return np.asarray(image.convert("L"))


def read_atlas(path: Path, count: int) -> NDArray[np.uint8]:
    """The first `count` pictures of an atlas, `(count, 28, 28)` uint8.

    Raises:
        DataError: the file is no readable PNG, or too small for `count` pictures.
        ModelFolderError: it is missing, no regular file, too large, or cannot be read.
    """
    sheet = read_sheet(path, count)
    rows = sheet.shape[0] // IMAGE_SIZE
    tiles = sheet[: rows * IMAGE_SIZE].reshape(rows, IMAGE_SIZE, ATLAS_COLUMNS, IMAGE_SIZE).swapaxes(1, 2)
    return tiles.reshape(-1, IMAGE_SIZE, IMAGE_SIZE)[:count]


def file_bytes(folder: ModelFolder) -> bytes:
    """The atlas of a model as a page fetches it: the folder's own was decoded to see that it can be.

    Raises:
        DataError: it is damaged, or its size is not that of the folder's pictures.
        ModelFolderError: it is missing, no regular file, too large, or cannot be read.
    """
    path, count = atlas_path(folder), folder.data.count
    body = read_file(path, _most_bytes(count))
    if not is_shipped(folder.data):
        with _opened(body, path, count) as image:
            _require_room(image, path, count)
            image.load()
    return body


def _opened(body: bytes, path: Path, count: int) -> AbstractContextManager[Image.Image]:
    """An atlas of at most `count` pictures."""
    most = _rows(min(count, MOST_PICTURES)) * ATLAS_COLUMNS * IMAGE_SIZE**2
    return picture_file.opened(body, path, AGAIN, most_pixels=most, formats=("PNG",))


def _require_room(image: Image.Image, path: Path, count: int) -> None:
    """Raise DataError unless an atlas of this size and depth can hold `count` pictures."""
    width, height = ATLAS_COLUMNS * IMAGE_SIZE, _rows(count) * IMAGE_SIZE
    if image.width != width or image.height < height:
        raise DataError(
            f"{path}: {image.width:,} x {image.height:,} pixels found, too small for {count:,} pictures, which take "
            f"{width:,} x {height:,}. {AGAIN}"
        )
    if image.mode not in ONE_BYTE_MODES:
        raise DataError(f"{path}: colours found (mode {image.mode}), greys expected. {AGAIN}")


def _rows(count: int) -> int:
    return -(-count // ATLAS_COLUMNS)


def _most_bytes(count: int) -> int:
    """More than a PNG takes whose pixels cannot be compressed."""
    return 2 * _rows(count) * ATLAS_COLUMNS * IMAGE_SIZE**2 + 2**20


def pictures_sha256(images: NDArray[np.uint8]) -> str:
    """SHA-256 of the pixels in order, hexadecimal: what identifies a set of pictures."""
    return hashlib.sha256(np.ascontiguousarray(images).tobytes()).hexdigest()
