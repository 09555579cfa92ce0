"""Numbers that float16 holds, so that they take half the room: in a model folder, and on their way to a page.

In memory they are float32 all the same. What is published is rounded first, and then measured, so that every figure is
that of the numbers in the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

LARGEST = float(np.finfo(np.float16).max)


def rounded(array: Array) -> NDArray[np.float32]:
    """The nearest numbers that float16 holds, float32; the array as it is, if one is beyond its range (65,504)."""
    exact: NDArray[np.float32] = np.ascontiguousarray(array, np.float32)
    return exact.astype(np.float16).astype(np.float32) if np.abs(exact).max(initial=0) <= LARGEST else exact


def packed(arrays: Mapping[str, Array]) -> dict[str, Array]:
    """The arrays for a file: each float32 one that float16 holds without a loss as float16."""
    return {name: _packed(array) for name, array in arrays.items()}


def unpacked(arrays: Mapping[str, Array]) -> dict[str, Array]:
    """The arrays of a file for use: float32 instead of float16."""
    return {name: array.astype(np.float32) if array.dtype == np.float16 else array for name, array in arrays.items()}


def _packed(array: Array) -> Array:
    if array.dtype != np.float32 or np.abs(array).max(initial=0) > LARGEST:
        return array
    half: Array = array.astype(np.float16)
    return half if np.array_equal(half.astype(np.float32), array) else array
