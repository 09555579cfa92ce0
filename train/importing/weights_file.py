"""A file of weights as its tensors, by where they are in it. No code of the file is run.

A `.pth` is a pickle, which can hold any program. It is read with torch's `weights_only=True`, which builds only tensors
and plain containers. Scripts save numbers of numpy, their settings and much else beside the weights; for each of these
stands an object without any function, so that no code of theirs is run.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import safetensors
import torch
from safetensors.torch import load_file
from torch import Tensor

from vae_explorer.errors import DataError, FileError
from vae_explorer.storage import regular_file
from vae_explorer.storage.clean_text import printable

from ..data.stand_in import AGAIN
from .file_kind import STATE_DICT, foreign_kind

# The most that is read into memory, far more than the largest model that the app can show.
LARGEST_FILE = 1 * 2**30

# What files of weights are called.
_ENDINGS = {".safetensors", ".pth", ".pt", ".ckpt", ".bin", ".tar"}

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


class _PlainDict:
    """Stands for a dict of another kind: what takes its place is one that torch fills, empty at first."""

    def __new__(cls, *_: object) -> Any:
        return OrderedDict()


class _NoTensorError(Exception):
    """Something else stands where a tensor is expected; the message says where."""


# How many kinds of objects beside the weights are passed over.
MOST_KINDS = 50

# Of a module and of torch's other ways to store a tensor nothing can be passed over.
_NEEDED = re.compile(r"torch\.(nn\.modules|_|ao|jit|storage)")
# Torch names what is built in without a module. Beside types, nobody but a program has a use for it.
_TYPES = {"list", "dict", "set", "frozenset", "tuple", "int", "float", "complex", "bool", "str", "bytes", "object"}
_PROGRAM = re.compile(r"(os|posix|nt|sys|subprocess|shutil|importlib|runpy|pty|socket|ctypes|pickle|operator)\.")


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
    try:
        for place, tensor in _tensors_in(found, set()):
            tensors[place] = tensor
            if len(tensors) > MOST_TENSORS:
                raise FileError(file, f"holds more than {MOST_TENSORS:,} tensors", "Name a file with one VAE")
    except _NoTensorError as error:
        raise FileError(file, str(error), STATE_DICT) from error
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
    beside: dict[str, type] = {}  # stand-ins by the name that the file asks for
    while True:
        try:
            # Torch warns about foreign archives; the error below says enough.
            known: list[Callable[..., Any] | tuple[Callable[..., Any], str]] = []
            known += [(stand_in, name) for name, stand_in in beside.items()]
            with warnings.catch_warnings(), torch.serialization.safe_globals(known):
                warnings.simplefilter("ignore")
                found = torch.load(file, map_location="cpu", weights_only=True)
        except OSError as error:
            raise _unreadable(file, error) from error
        except Exception as error:  # whatever a damaged, foreign or hostile file makes torch raise
            name = _asked_for(error)
            if name in beside or len(beside) == MOST_KINDS or not _can_be_left_out(name):
                raise FileError(file, *_reason(name or next(reversed(beside), ""), error)) from error
            beside[name] = _PlainDict if name.lower().endswith("dict") else _Inert
        else:
            if isinstance(found, _Inert):
                raise FileError(file, f"an object of {next(iter(beside))} found, a state dict expected", STATE_DICT)
            return found


def _asked_for(error: Exception) -> str:
    """What torch refused to build, with its module; nothing if the fault is another."""
    wanted = re.search(r"GLOBAL ([\w.]{1,200})", str(error))
    if wanted is None:
        return ""
    return wanted[1] if "." in wanted[1] else f"builtins.{wanted[1]}"


def _can_be_left_out(name: str) -> bool:
    module, _, last = name.rpartition(".")
    if module == "builtins":
        return last in _TYPES
    return bool(name) and not _NEEDED.match(name) and not _PROGRAM.match(name)


def _unreadable(file: Path, error: OSError) -> DataError:
    return FileError(file, f"cannot be read ({error.strerror or 'damaged'})", "Name a file of weights")


def _reason(name: str, error: Exception) -> tuple[str, str]:
    """The gist of torch's long message about a file that asks for `name`, and what to do."""
    if not name:
        return f"this is no file of weights that torch can read, or a part of one ({type(error).__name__})", AGAIN
    if name.startswith("torch.nn.modules."):
        return f"this is a whole module (it asks for {name}), which cannot be read without running its code", STATE_DICT
    return f"it asks for {name}, which no state dict needs, so it was not loaded", STATE_DICT


def _tensors_in(value: object, seen: set[int], place: Place = ()) -> Iterator[tuple[Place, Tensor]]:
    """The tensors in nested containers; `seen` holds those that were looked into, for they may hold each other."""
    if isinstance(value, Tensor):
        yield place, value
    elif isinstance(value, _Inert) and place and place[-1].endswith(("weight", "bias")):
        raise _NoTensorError(f"{'.'.join(place)} is no tensor but an object of another kind")
    elif isinstance(value, dict | list | tuple) and id(value) not in seen and len(place) < DEEPEST:
        seen.add(id(value))
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in items:
            name = printable(str(key)[:200])
            names = re.split("[./]", name) if isinstance(inner, Tensor) else [name]  # Keras has slashes
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
    inside = [each for each in file.iterdir() if each.suffix in _ENDINGS and each.is_file()] if file.is_dir() else []
    if inside:
        raise FileError(
            file, "a folder found, a file expected", f"Name the file in it: {file / printable(min(inside).name)}"
        )
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
