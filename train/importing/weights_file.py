"""A file of weights as its tensors, by where they are in it. No code of the file is run.

A `.pth` is a pickle, which can hold any program. It is read with torch's `weights_only=True`, which builds only tensors
and plain containers. Scripts save numbers of numpy and their settings beside the weights; for these stand objects
without any function, so that neither numpy's code nor the file's is run for them.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import safetensors
import torch
from safetensors.torch import load_file
from torch import Tensor

from vae_explorer.errors import DataError, FileError
from vae_explorer.storage import regular_file
from vae_explorer.storage.clean_text import printable

from .file_kind import AGAIN, STATE_DICT, foreign_kind

# The most that is read into memory, far more than the largest model that the app can show.
LARGEST_FILE = 1 * 2**30

# How deep a state dict may lie in what a script saves around it, and how many tensors are looked at.
DEEPEST = 6
MOST_TENSORS = 10_000

# A tensor's place: the keys that lead to it, with the dots of a state dict's names taken as such.
Place = tuple[str, ...]


class _Inert:
    """Stands for an object that is of no use here: takes whatever it is given, and does nothing."""

    def __new__(cls, *_: object) -> _Inert:
        return super().__new__(cls)

    def __init__(self, *_: object) -> None:
        pass

    def __setstate__(self, _: object) -> None:
        pass


# What scripts save beside weights.
INERT = (
    "numpy.dtype",
    "numpy.ndarray",
    *(f"numpy.{core}.multiarray.{name}" for core in ("core", "_core") for name in ("scalar", "_reconstruct")),
    "argparse.Namespace",
    "pathlib.PosixPath",
    "pathlib.WindowsPath",
    "types.SimpleNamespace",
)


def read_tensors(file: Path) -> dict[Place, Tensor]:
    """Every tensor in the file, as it is there, in the file's order.

    Raises:
        DataError: the file cannot be read, holds no tensors, or would run code if it were unpickled; the message says
            what it is.
    """
    try:
        _require_size(file)
        foreign = foreign_kind(file)
    except OSError as error:
        raise _unreadable(file, error) from error
    if foreign is not None:
        raise FileError(file, f"this is {foreign[0]}; a file of weights was expected", foreign[1])
    found = _load_safetensors(file) if _is_safetensors(file) else _load_pickle(file)
    tensors: dict[Place, Tensor] = {}
    for place, tensor in _tensors_in(found, set()):
        tensors[place] = tensor
        if len(tensors) > MOST_TENSORS:
            raise FileError(file, f"holds more than {MOST_TENSORS:,} tensors", "Name a file with one VAE")
    if not tensors:
        kind = "an empty dict" if found == {} else f"a {type(found).__name__} without tensors"
        raise FileError(file, f"{kind} found, a state dict expected", STATE_DICT)
    return tensors


def _load_safetensors(file: Path) -> Any:
    try:
        return load_file(file)
    except (safetensors.SafetensorError, OSError, ValueError) as error:
        raise FileError(file, f"this is a damaged safetensors file ({_short(error)})", AGAIN) from error


def _load_pickle(file: Path) -> Any:
    try:
        # Torch warns about foreign archives; the error below says enough.
        with warnings.catch_warnings(), torch.serialization.safe_globals([(_Inert, name) for name in INERT]):
            warnings.simplefilter("ignore")
            return torch.load(file, map_location="cpu", weights_only=True)
    except OSError as error:
        raise _unreadable(file, error) from error
    except Exception as error:  # whatever a damaged, foreign or hostile file makes torch raise
        raise FileError(file, *_reason(error)) from error


def _unreadable(file: Path, error: OSError) -> DataError:
    return FileError(file, f"cannot be read ({error.strerror or 'damaged'})", "Name a file of weights")


def _reason(error: Exception) -> tuple[str, str]:
    """The gist of torch's long message about a file, and what to do."""
    wanted = re.search(r"GLOBAL ([\w.]{1,80})", str(error))
    if wanted is None:
        return f"this is no file of weights that torch can read, or a part of one ({type(error).__name__})", AGAIN
    name = wanted.group(1)
    if name.startswith(("__main__.", "torch.nn.modules.")):
        return f"this is a whole module (it asks for {name}), which cannot be read without running its code", STATE_DICT
    return f"it asks for {name}, which no state dict needs, so it was not loaded", STATE_DICT


def _tensors_in(value: object, seen: set[int], place: Place = ()) -> Iterator[tuple[Place, Tensor]]:
    """The tensors in nested containers; `seen` holds those that were looked into, for they may hold each other."""
    if isinstance(value, Tensor):
        yield place, value
    elif isinstance(value, dict | list | tuple) and id(value) not in seen and len(place) < DEEPEST:
        seen.add(id(value))
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in items:
            names = printable(str(key)[:200]).split(".") if isinstance(inner, Tensor) else [printable(str(key)[:200])]
            yield from _tensors_in(inner, seen, (*place, *names))


def _is_safetensors(file: Path) -> bool:
    """Whether it begins as such a file does: with the length of a header that is JSON."""
    size = file.stat().st_size
    with file.open("rb") as opened:
        length, brace = int.from_bytes(opened.read(8), "little"), opened.read(1)
    return file.suffix == ".safetensors" or (brace == b"{" and length < size)


def _require_size(file: Path) -> None:
    """Raise FileError if it is no file, or if it or its unpacked content is larger than any model of this kind."""
    found = file.stat()
    regular_file.require_regular(file, found, "Name a file of weights")
    size = found.st_size
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            size = max(size, sum(entry.file_size for entry in archive.infolist()))
    if size > LARGEST_FILE:
        raise FileError(
            file, f"{size:,} bytes, more than any model of this kind has ({LARGEST_FILE:,})", "Name a smaller one"
        )


def _short(error: Exception) -> str:
    return printable(str(error))[:80]
