"""Arrays in a `.npz` or `.npy` that comes from anybody: sizes are judged by headers, and no code in it is run."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from vae_explorer.errors import DataError
from vae_explorer.storage import regular_file

from .stand_in import require_itself

MOST_BYTES_OF_ARRAYS = 4 * 2**30
MOST_BYTES_OF_ARRAY_HEADER = 10_000  # as numpy itself; that of pictures has 118

PICKLE = b"\x80"  # how one starts; numpy writes it where an array is masked

T = TypeVar("T")

SAVE = "Save it with numpy.savez(FILE, images=images, labels=labels)"


def with_arrays(file: Path, use: Callable[[dict[str, tuple[int, ...]], Callable[[str], NDArray[Any]]], T]) -> T:
    """What `use` makes of the arrays in `file`: it gets their shapes by name, and a function that reads one by name.

    The one array of a `.npy` is called `images`.

    Raises:
        DataError: the file is damaged, foreign, larger than it may be, or an array holds Python objects.
        OSError: it cannot be read.
    """
    regular_file.require_regular(file, file.stat())
    require_itself(file)
    with file.open("rb") as handle:
        if handle.read(1) == PICKLE:
            raise DataError(f"{file}: a pickle, which may be a program and is not read. {SAVE}")
    try:
        with file.open("rb") as handle:
            if file.suffix.lower() == ".npy":
                shapes = {"images": _require_moderate(handle, file.stat().st_size, file, file.name)}
                handle.seek(0)
                return use(shapes, lambda name: _read(lambda: np.load(handle, allow_pickle=False), name, file))
            shapes = _shapes(handle, file)
            handle.seek(0)
            with np.load(handle, allow_pickle=False) as arrays:
                return use(shapes, lambda name: _read(lambda: arrays[name], name, file))
    except DataError:
        raise
    except zipfile.BadZipFile as error:
        raise DataError(f"{file}: damaged, or cut short. Download it again, or save it again") from error
    except Exception as error:  # whatever a damaged or foreign file makes numpy raise
        raise DataError(f"{file}: not a readable {file.suffix.lower()} ({str(error)[:120]}). {SAVE}") from error


def _read(load: Callable[[], NDArray[Any]], name: str, file: Path) -> NDArray[Any]:
    try:
        return load()
    except ValueError as error:
        if "allow_pickle" not in str(error):
            raise
        raise DataError(
            f"{file}: {name[:60]!r} holds objects of Python, which may be programs and are not read; numbers or "
            f"names expected. {SAVE}, names as labels.astype(str)"
        ) from error


def _shapes(handle: BinaryIO, file: Path) -> dict[str, tuple[int, ...]]:
    """The shapes of the arrays of an `.npz` by name, if all of them together are of moderate size.

    A kilobyte can unpack to a terabyte, or say that it does.
    """
    with zipfile.ZipFile(handle) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        _require_few_bytes(sum(member.file_size for member in members), file)
        shapes = {}
        for member in members:
            with archive.open(member) as array:
                shapes[member.filename.removesuffix(".npy")] = _require_moderate(
                    array, member.file_size, file, member.filename
                )
    return shapes


def _require_moderate(array: Any, size: int, file: Path, name: str) -> tuple[int, ...]:
    """The shape that the header of an array of `size` bytes states, if the array can be what it says."""
    _require_few_bytes(size, file)
    start = array.read(12 + MOST_BYTES_OF_ARRAY_HEADER)
    # Numpy reads and decodes as long a header as is stated before it refuses it.
    length = int.from_bytes(start[8:10] if start[6:7] == b"\1" else start[8:12], "little")
    if start.startswith(npy.MAGIC_PREFIX) and length > MOST_BYTES_OF_ARRAY_HEADER:
        raise DataError(
            f"{file}: {name[:60]!r} is damaged: a header of {length:,} bytes found, at most "
            f"{MOST_BYTES_OF_ARRAY_HEADER:,} expected. Save it again"
        )
    stream = io.BytesIO(start)
    version = npy.read_magic(stream)
    header = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, _, dtype = header(stream)
    if math.prod(shape) * dtype.itemsize > size and not dtype.hasobject:
        raise DataError(
            f"{file}: {name[:60]!r} is damaged: {size:,} bytes found, {shape} of {dtype} stated. Save it again"
        )
    return tuple(shape)


def _require_few_bytes(total: int, file: Path) -> None:
    if total > MOST_BYTES_OF_ARRAYS:
        raise DataError(
            f"{file}: arrays of {total:,} bytes found, at most {MOST_BYTES_OF_ARRAYS:,} expected. "
            "Save them as bytes 0…255, or leave some out"
        )
