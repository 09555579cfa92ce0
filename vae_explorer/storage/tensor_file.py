"""Reading a safetensors file that may come from anybody, in no more memory than it is allowed to take."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load

from vae_explorer.errors import FileError
from vae_explorer.model import half
from vae_explorer.storage import regular_file

# Names, types and shapes of the tensors, as JSON before them; the largest of a model's has 10 kB.
LARGEST_HEADER = 2**20


def read(path: Path, most: int, fix: str) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    """The tensors by name, `most` bytes of them at most, and the metadata. What is float16 in the file is float32 here.

    The file is read whole, not mapped: a mapped one that is cut short meanwhile ends the process.

    Raises:
        FileError: it is missing, no regular file, too large, damaged, or cannot be read.
    """
    body = regular_file.read(path, most + LARGEST_HEADER, fix)
    length = int.from_bytes(body[:8], "little")
    if length > LARGEST_HEADER:
        raise FileError(path, f"damaged (a header of {length:,} bytes, at most {LARGEST_HEADER:,} expected)", fix)
    try:
        tensors = load(body)
        metadata = json.loads(body[8 : 8 + length]).get("__metadata__") or {}
    except (SafetensorError, KeyError, ValueError, TypeError) as error:
        raise FileError(path, f"damaged or cut short ({str(error)[:80]})", fix) from error
    size = sum(4 * array.size for array in tensors.values() if array.dtype == np.float16)
    if size > most:
        raise FileError(
            path, f"float16 tensors that take {size:,} bytes as float32 found, at most {most:,} expected", fix
        )
    return half.unpacked(tensors), metadata
